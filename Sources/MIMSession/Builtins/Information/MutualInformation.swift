import MIMAnalysis
import MIMScript

extension HostFunction {
  /// `mi X Y estimator=ksg(k=5)`.
  static let mutualInformation = HostFunction(
    "mi", group: .measure, summary: "measure the mutual information of two variables in nats",
    positional: [
      Parameter(
        "X", HostCall.variableTypes, "codes, items, a column, labels, numbers, or a .npy file"),
      Parameter("Y", HostCall.variableTypes, "the other variable, a row for each row of X"),
    ],
    options: [
      Parameter(
        "estimator", .word(InformationWords.pairs), defaultText: "chosen by the variables",
        "how it is estimated")
    ] + InformationWords.options + [
      Parameter(
        "classes",
        .optional(
          .list(.word([WordSpec("x", "X is classes"), WordSpec("y", "Y is classes")]))),
        defaultText: "text, labels, whole numbers that repeat",
        "which variables are classes without an order")
    ],
    result: "i.value with i.se, i.p, i.curve, i.warning …", resultType: "information",
    details: InformationWords.details,
    example: "i = mi z z.labels", seeAlso: ["cmi", "mi_table", "information", "evaluate"],
    keywords: ["dependence", "dependency", "entropy"],
    isRandom: true
  ) { call in
    try call.requireSameRows(0, 1)
    let x = try call.variable(at: 0, isClasses: call.isClasses("x"))
    let y = try call.variable(at: 1, isClasses: call.isClasses("y"))
    let sample = try call.located(at: "#1") { try InformationSample(x.variable, y.variable) }
    var found = try call.information(
      sample, among: InformationEstimator.pairTable,
      subject: "I(\(call.text(at: 0)); \(call.text(at: 1)))", notes: [x, y].compactMap(\.note))
    found.truth = call.knownInformation
    return .object(found)
  }

  /// `cmi X Y Z`.
  static let conditionalInformation = HostFunction(
    "cmi", group: .measure,
    summary: "measure the mutual information of two variables given a third, in nats",
    positional: [
      Parameter("X", HostCall.variableTypes, "the first variable"),
      Parameter("Y", HostCall.variableTypes, "the second variable"),
      Parameter("Z", HostCall.variableTypes, "what is known already"),
    ],
    options: [
      Parameter(
        "estimator", .word(InformationWords.conditional), defaultText: "chosen by the variables",
        "how it is estimated")
    ] + InformationWords.options,
    result: "as mi: i.value with i.se, i.p, i.curve, i.warning …", resultType: "information",
    details: [
      "I(X; Y | Z) by k nearest neighbours (ksg), which is the usual choice for numbers that don't repeat; by",
      "mixture, for classes beside numbers and where numbers repeat; by counts, where all three are",
      "classes; or as of normal variables. The null puts the rows of X in random order, which also breaks",
      "its dependence on Z.",
    ],
    example: "i = cmi z z.labels toy.test", seeAlso: ["mi", "interaction", "information"],
    isRandom: true
  ) { call in
    .object(
      try call.informationOfThree(
        among: InformationEstimator.conditionalTable,
        subject: "I(\(call.text(at: 0)); \(call.text(at: 1)) | \(call.text(at: 2)))",
        isSigned: false))
  }
}

/// Words and options that the verbs of information share.
enum InformationWords {
  static let pairs = InformationEstimator.pairTable.map(\.word)
  static let conditional = InformationEstimator.conditionalTable.map(\.word)

  static let options = [
    Parameter(
      "curve", .bool, default: .bool(true), "repeat it on quarters and halves of the rows (i.curve)"
    ),
    Parameter(
      "null", .integer(0...100_000), default: .number(49),
      "random orders that show what zero looks like (i.p, i.zero); 0: none"),
    Parameter("se", .bool, default: .bool(true), "find the standard error by blocks"),
    Parameter("ci", .number(0.01...0.9999), "an interval of this share, by blocks (i.low, i.high)"),
    Parameter(
      "standardize", .bool, default: .bool(true),
      "give columns mean 0 and standard deviation 1 first"),
    Parameter("n", .integer(2...Int(Int32.max)), defaultText: "all", "use only the first n rows"),
  ]

  static let details = [
    "Without estimator=, coordinates are measured by ksg, or by mixture where more than 5 % of the rows",
    "repeat, labels beside coordinates by ross, labels alone by counts. Beside labels i.share is the part of",
    "their entropy. What speaks against the number stands in i.warning. The curve costs 2 estimates more,",
    "the error 2 to 6, the null 49 on at most 2,000 rows: curve=false se=false null=0 leave them out. Plot",
    "the curve: plot i.",
    "mine, dv, nwj, infonce and js train a network on half of the rows and measure on the others; they find",
    "curve and null only when curve=true or null= is written.",
  ]
}

extension InformationEstimator {
  /// The word with its settings.
  var word: WordSpec {
    WordSpec(
      name,
      parameters: settings.map(\.parameter), summary)
  }
}

extension InformationEstimator.Setting {
  /// The parameter of its word.
  var parameter: Parameter {
    Parameter(
      name,
      isWhole
        ? .integer(Int(allowed.lowerBound)...Int(allowed.upperBound)) : .number(allowed),
      default: .number(usual), summary)
  }
}

extension HostCall {
  /// The true value, where X and Y are both variables of one benchmark task.
  fileprivate var knownInformation: Double? {
    guard let x: ArrayObject = object(0), let y: ArrayObject = object(1), x.name != y.name,
      let first = x.known, let second = y.known, first.task == second.task
    else { return nil }
    return first.information
  }

  /// Whether `classes=` says that the variable is made of classes; nil without that option.
  fileprivate func isClasses(_ name: String) -> Bool? {
    guard given.contains("classes") else { return nil }
    return (option("classes")?.asTexts ?? []).contains(name)
  }

  /// Measures with the options of this call.
  func information(
    _ whole: InformationSample, among table: [InformationEstimator], subject: String,
    notes: [String]
  ) throws -> InformationObject {
    let word = word("estimator")
    let sample = whole.prefix(integer("n") ?? whole.count)
    // What is usual for the variables, or the first of the table where that has no such form.
    let name = word?.name ?? InformationEstimator.usual(for: sample).name
    let found = table.first { $0.name == name } ?? (word == nil ? table.first : nil)
    guard let estimator = found else {
      throw ScriptError("E225", "there is no estimator \(name)", at: span)
    }
    var options = InformationOptions()
    for (place, setting) in estimator.settings.enumerated() {
      options.settings[setting.name] = word?.value(setting.name, at: place)?.asNumber
    }
    // What trains a network takes as long for each place of the curve, and each random order.
    options.hasCurve = flag("curve") && (!estimator.isTrained || given.contains("curve"))
    options.permutations =
      estimator.isTrained && !given.contains("null") ? 0 : integer("null") ?? 49
    options.hasStandardError = flag("se")
    options.confidence = number("ci")
    options.standardises = flag("standardize")
    options.seed = seed
    options.threads = try threads
    if given.contains("ci"), !options.hasStandardError {
      throw ScriptError(
        "E220", "`ci=` is made of the standard error, which se=false leaves out", at: span(of: "ci")
      )
    }
    try checkFit(of: estimator, sample)
    try tellCost(sample, estimator, options)
    let place = given.contains("estimator") ? "estimator" : "#0"
    let (host, title) = (host, title)
    if estimator.isTrained {
      options.onStep = { share in
        host.progress(
          ProgressUpdate(
            title: title, done: 100 * share, total: 100, detail: "% of the steps at most"))
        return !host.isInterrupted
      }
    }
    let estimate = try located(at: place) {
      try measuringAtItsPlace {
        try measureInformation(
          sample, by: estimator, options: options, shouldStop: { host.isInterrupted },
          onPart: { part, share in
            guard sample.count * sample.columns > 200_000 else { return }
            host.progress(
              ProgressUpdate(title: title, done: 100 * share, total: 100, detail: part))
          })
      }
    }
    guard let estimate else { throw interrupted(partial: nil) }
    let object = InformationObject(estimate: estimate, subject: subject, notes: notes)
    if !estimate.isComplete { throw interrupted(partial: .object(object)) }
    return object
  }

  /// Gives the error of a variable that never changes the place of that variable.
  private func measuringAtItsPlace<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as AnalysisError {
      guard case .constant(let name) = error,
        let index = positional.indices.first(where: { text(at: $0) == name })
      else { throw error }
      throw ScriptError(error, at: span(at: index))
    }
  }

  /// Estimators of densities refuse classes, whose numbers are no coordinates.
  private func checkFit(of estimator: InformationEstimator, _ sample: InformationSample) throws {
    guard estimator.kind == .densities, sample.condition == nil, given.contains("estimator"),
      let variable = [sample.x, sample.y].first(where: { $0.classes != nil })
    else { return }
    throw ScriptError(
      "E422", "\(estimator.name) needs coordinates, but `\(variable.name)` is made of classes",
      at: span(of: "estimator"),
      notes: [
        "try: estimator=ross for classes beside coordinates, estimator=binned for classes alone, or "
          + "classes=none if its numbers are coordinates"
      ])
  }

  /// Says how long much work will take, before it starts.
  private func tellCost(
    _ sample: InformationSample, _ estimator: InformationEstimator, _ options: InformationOptions
  ) throws {
    let rows = sample.count
    guard !estimator.isTrained, rows >= 200_000 || (sample.columns > 8 && rows >= 20_000) else {
      return
    }
    var pilot = options
    pilot.hasCurve = false
    pilot.permutations = 0
    pilot.hasStandardError = false
    let part = rows / 50
    let clock = ContinuousClock()
    let begin = clock.now
    guard
      (try? measureInformation(sample.prefix(part), by: estimator, options: pilot)) != nil
    else { return }
    let ratio = Double(rows) / Double(part)
    let one = (clock.now - begin).seconds * (sample.columns > 8 ? ratio * ratio : 1.2 * ratio)
    let passes =
      1 + (options.hasCurve ? 2.0 : 0)
      + (options.hasStandardError ? 2.0 : 0)
    guard one * passes > 10 else { return }
    host.message(
      "\(title) of \(rows) rows takes about \(DurationText.text(one * passes)); Ctrl-C keeps what there is; n=, "
        + "curve=false and se=false make it shorter")
  }
}
