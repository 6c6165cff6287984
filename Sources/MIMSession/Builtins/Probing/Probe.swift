import MIMAnalysis
import MIMScript
import MIMTensor

extension HostFunction {
  /// `probe z z.labels kind=[linear, knn(10)]`.
  static let probe = HostFunction(
    "probe", group: .measure,
    summary: "measure how well frozen features predict labels or numbers",
    positional: [
      Parameter(
        "FEATURES", HostCall.variableTypes, "codes, items, an embedding, columns, a .npy file"),
      Parameter(
        "TARGET", HostCall.variableTypes, isOptional: true,
        "labels or numbers, one for each row; by default the labels of FEATURES"),
    ],
    options: [
      Parameter(
        "kind", .list(.word(ProbeWords.table.map(\.word))), default: .list([.string("linear")]),
        "what learns from the features; several are rows of the table"),
      Parameter("folds", .integer(2...1000), default: .number(5), "parts held out in turn"),
      Parameter(
        "classes", .bool, defaultText: "text, labels, whole numbers that repeat",
        "whether TARGET is classes, or numbers to regress on"),
      Parameter(
        "baseline", .bool, defaultText: "true for codes, up to 50,000,000 values",
        "codes: a row for the items they come from"),
      Parameter(
        "standardize", .bool, default: .bool(true),
        "give features mean 0 and standard deviation 1 first, by the rows learnt from"),
      Parameter(
        "n", .integer(10...Int(Int32.max)), defaultText: "all", "use only the first n rows"),
    ],
    result: "p.accuracy, p.log_loss, p.ece; p.r2, p.rmse; p.se, p.baseline, p.folds, p.calibration",
    resultType: "probe",
    details: [
      "Each row is predicted by the probe of the folds that it isn't in. Classes: accuracy, log loss in",
      "nats, and the expected calibration error in 15 bins. Numbers: R² and the root mean squared error.",
      "Errors are over rows; p.folds has each fold. The rows `x` and chance show what the items themselves,",
      "and no features at all, give. linear is logistic regression, or least squares of numbers.",
    ],
    example: "p = probe z", seeAlso: ["mi", "evaluate", "table"],
    keywords: [
      "regression", "regress", "classifier", "classify", "classification", "predict", "logistic",
      "linear", "ridge", "lasso",
    ], isRandom: true
  ) { call in
    try call.requireSameRows(0, 1)
    var features = try call.variable(at: 0, isClasses: false).variable
    let (target, notes) = try call.probeTarget()
    var raw = try call.rawFeatures(beside: features)
    guard target.count == features.count else {
      throw ScriptError(
        "E420",
        "`\(call.text(at: 0))` has \(features.count) rows, but the target has \(target.count)",
        at: call.span(at: call.argument(1) == nil ? 0 : 1),
        notes: ["they must describe the same items, in the same order"])
    }
    let count = min(call.integer("n") ?? features.count, features.count)
    features = features.prefix(count)
    raw = raw.map { $0.prefix(count) }
    let run = try ProbeRun(
      call: call, features: features, raw: raw, target: target.prefix(count), notes: notes)
    return .object(try run.result())
  }
}

/// The kinds of probe that the verb offers.
enum ProbeWords {
  static let table: [ProbeKind] = ProbeKind.table + [.network]
}

extension ProbeKind {
  /// The word with its settings.
  var word: WordSpec { WordSpec(name, parameters: settings.map(\.parameter), summary) }
}

/// One `probe` statement at work.
private struct ProbeRun {
  let call: HostCall
  let features: InformationVariable
  let raw: InformationVariable?
  let target: ProbeTarget
  let notes: [String]
  let folds: ProbeFolds

  init(
    call: HostCall, features: InformationVariable, raw: InformationVariable?, target: ProbeTarget,
    notes: [String]
  ) throws {
    self.call = call
    self.features = features
    self.raw = raw
    self.target = target
    let isRawLeaking = raw.map { Self.leak(of: target, into: $0) != nil } ?? false
    self.notes =
      notes
      + [
        Self.leak(of: target, into: features).map {
          "warning: column \($0) of the features is the target itself, so this says nothing; leave it out"
        },
        isRawLeaking
          ? "warning: the target is one of the columns of the items, so the row x says nothing; load the items without it (drop=), or baseline=false"
          : nil,
      ].compactMap { $0 }
    folds = try call.located(at: "folds") {
      try ProbeFolds(of: target, count: call.integer("folds") ?? 5, seed: call.seed)
    }
  }

  /// The column of the features that is the target itself, from 1; nil without one.
  private static func leak(of target: ProbeTarget, into features: InformationVariable) -> Int? {
    let wanted: [Double] =
      switch target {
      case .classes(let labels, _): labels.map(Double.init)
      case .numbers(let numbers): numbers
      }
    let width = features.dimensions
    guard width > 0, features.values.count == wanted.count * width,
      let column = (0..<width).first(where: { column in
        // The same but for scaling, which rounds.
        isLine(
          stride(from: column, to: features.values.count, by: width).lazy.map {
            features.values[$0]
          },
          wanted)
      })
    else { return nil }
    return column + 1
  }

  /// Whether one row of numbers is a + b times the other, up to the rounding of 32 bits.
  private static func isLine(_ one: some Sequence<Double>, _ other: [Double]) -> Bool {
    // 1 − |ρ| of rounded numbers is some 1e-14.
    HostFunction.correlation(Array(one), other).map { abs($0) > 1 - 1e-11 } ?? false
  }

  func result() throws -> ProbeObject {
    let words = (call.option("kind")?.asElements ?? []).compactMap(\.asWord)
    guard !words.isEmpty else {
      throw ScriptError(
        "E220", "`kind=` needs at least one kind of probe", at: call.span(of: "kind"),
        notes: ["try: kind=linear, or kind=[linear, knn(10)]"])
    }
    var jobs: [(name: String, features: InformationVariable, word: WordCall)] =
      words.map { (call.text(at: 0), features, $0) }
    if let raw { jobs += words.map { ("x", raw, $0) } }
    jobs.append(("chance", features, WordCall(ProbeKind.chance.name)))
    var rows: [ProbeObject.Row] = []
    for (place, job) in jobs.enumerated() {
      do {
        let found = try measured(job.features, job.word, place, of: jobs.count)
        rows.append(ProbeObject.Row(features: job.name, result: found))
      } catch is CancellationError {
        let partial = rows.isEmpty ? nil : Value.object(object(rows))
        throw call.interrupted(partial: partial)
      }
    }
    return object(rows)
  }

  private func object(_ rows: [ProbeObject.Row]) -> ProbeObject {
    ProbeObject(
      rows: rows, subject: "\(call.text(at: 0)), \(features.count) rows, \(folds.count) folds",
      notes: notes, folds: folds.count)
  }

  private func measured(
    _ features: InformationVariable, _ word: WordCall, _ place: Int, of jobs: Int
  ) throws -> ProbeResult {
    let all = ProbeWords.table + [ProbeKind.chance]
    guard let kind = all.first(where: { $0.name == word.name }) else {
      throw ScriptError("E104", "there is no kind of probe `\(word.name)`", at: call.span)
    }
    var settings: [String: Double] = [:]
    for (index, setting) in kind.settings.enumerated() {
      settings[setting.name] = word.value(setting.name, at: index)?.asNumber ?? setting.usual
    }
    let (host, title, count) = (call.host, call.title, folds.count)
    let isLong = features.count * features.dimensions > 1_000_000 || kind.name == "mlp"
    return try call.located(at: "kind") {
      do {
        return try crossValidate(
          kind, settings: settings,
          features: HostArray(features.values, shape: [features.count, features.dimensions]),
          target: target, folds: folds, standardises: call.flag("standardize"), seed: call.seed,
          threads: call.threads, shouldStop: { host.isInterrupted },
          onFold: { fold in
            guard isLong else { return }
            host.progress(
              ProgressUpdate(
                title: title, done: Double(place * count + fold), total: Double(jobs * count),
                detail: "\(kind.name), fold \(fold)/\(count)",
                isFinished: place + 1 == jobs && fold == count))
          })
      } catch let error as AnalysisError {
        guard case .constant = error, call.argument(1) != nil else { throw error }
        throw ScriptError(error, at: call.span(at: 1))
      }
    }
  }
}

extension HostCall {
  /// What a probe is to predict, and how it was read.
  fileprivate func probeTarget() throws -> (ProbeTarget, notes: [String]) {
    guard argument(1) != nil else {
      let points = try labelledFeatures()
      return (points, [])
    }
    let wanted = given.contains("classes") ? flag("classes") : nil
    let read = try variable(at: 1, isClasses: wanted)
    if let classes = read.variable.classes {
      let note = read.note.map {
        $0.replacing(
          "classes=none takes them as coordinates", with: "classes=false regresses on them")
      }
      return (
        .classes(classes, count: Int(classes.max() ?? 0) + 1), [note].compactMap { $0 }
      )
    }
    guard read.variable.dimensions == 1 else {
      throw ScriptError(
        "E201",
        "`\(text(at: 1))` has \(read.variable.dimensions) columns, but a probe predicts one",
        at: span(at: 1), notes: ["try: one column of it, such as data.NAME"])
    }
    return (.numbers(read.variable.values), [])
  }

  private func labelledFeatures() throws -> ProbeTarget {
    let labels: [Int32]? =
      switch argument(0) {
      case .object(let codes as CodesObject)?: codes.labels
      case .object(let embedding as EmbeddingObject)?: embedding.labels
      case .object(let items as ItemsObject)?: items.split.labels
      case .object(let decoded as DecodedObject)?: decoded.labels
      case .object(let data as DatasetObject)?:
        data.field("all")?.asObject(ItemsObject.self)?.split.labels
      default: nil
      }
    guard let labels else {
      throw ScriptError(
        "E224", "`\(text(at: 0))` has no labels, so the probe needs a target", at: span(at: 0),
        label: "unlabelled", notes: ["try: probe \(text(at: 0)) TARGET, with labels or numbers"])
    }
    let wanted = given.contains("classes") ? flag("classes") : true
    if !wanted { return .numbers(labels.map { Double($0) }) }
    return .classes(labels, count: Int(labels.max() ?? 0) + 1)
  }

  /// The items that codes come from.
  fileprivate func rawFeatures(
    beside features: InformationVariable
  ) throws -> InformationVariable? {
    let isWanted = given.contains("baseline") ? flag("baseline") : nil
    guard let codes: CodesObject = object(0), let held = codes.items else {
      if isWanted == true {
        throw ScriptError(
          "E220", "`baseline=` needs codes whose items are known", at: span(of: "baseline"),
          notes: ["try: probe encode(m, data.test), or a probe of the items themselves"])
      }
      return nil
    }
    let items = try located(at: "#0") { try held.items }
    let size = items.split.count * items.split.itemShape.count
    guard isWanted ?? (size <= 50_000_000) else { return nil }
    return try located(at: "#0") {
      try InformationVariable(
        points: items.items(seed: seed).flattened.inDoubles, name: items.name)
    }
  }
}

extension ProbeTarget {
  /// The first rows.
  fileprivate func prefix(_ count: Int) -> ProbeTarget {
    switch self {
    case .classes(let labels, let classes): .classes(Array(labels.prefix(count)), count: classes)
    case .numbers(let numbers): .numbers(Array(numbers.prefix(count)))
    }
  }
}
