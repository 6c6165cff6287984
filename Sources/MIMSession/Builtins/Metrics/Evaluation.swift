import MIMModels
import MIMScript
import MIMTensor

/// One `evaluate` statement at work: what its metrics share is computed once.
final class Evaluation {
  let call: HostCall
  let model: ModelObject
  let items: ItemsObject
  /// The items as the model takes them, `[n, …]`.
  private(set) lazy var values = items.items(seed: call.seed)
  private var cachedCodes: CodesObject?
  private var cachedReference: CodesObject?
  private var cachedCollapse: CollapseReport?
  private var modelMetrics: [String: MetricValue] = [:]
  /// Why the model has no value for metrics of that name.
  private var missingMetrics: [String: String] = [:]
  /// Warnings of metrics.
  var notes: [String] = []
  private let clock = ContinuousClock()
  private let begin = ContinuousClock.now
  private var isReporting = false

  init(call: HostCall, model: ModelObject, items: ItemsObject) {
    self.call = call
    self.model = model
    self.items = items
  }

  /// Whether estimators take posterior means instead of draws.
  var useMeans: Bool { call.text("codes") == "mean" }

  /// Measures everything requested, in order. What the model can't have is there without a value and with the reason; throws E225
  /// where it has nothing of it.
  func run(_ words: [WordCall]) throws -> EvaluationObject {
    let metrics = try words.map { try resolve($0) }
    try call.stoppable {
      try computeModelMetrics(of: metrics.filter { !$0.word.isImportanceSampled }.map(\.metric))
    }
    var measures: [EvaluationObject.Measure] = []
    for (index, (metric, word)) in metrics.enumerated() {
      progress(metric.word.name, index, metrics.count)
      let begin = clock.now
      do {
        var found = try call.stoppable {
          try call.located(at: "#\(index + 2)") { try measured(metric, word) }
        }
        if !found.isEmpty { found[0].seconds = (clock.now - begin).seconds }
        measures += found
      } catch let error as ScriptError where error.kind == .interrupted && !measures.isEmpty {
        throw call.interrupted(partial: .object(partial(measures, of: metrics.count)))
      }
    }
    progress("", metrics.count, metrics.count)
    noteRepeated(measures)
    try requireValues(measures)
    return EvaluationObject(
      measures: unique(measures), notes: notes + (try closingLines()),
      subject: subject, units: model.specification.itemUnits)
  }

  /// What is always said of codes: of an encoder alone where they lie, of others whether they have collapsed.
  private func closingLines() throws -> [String] {
    if isOfItemsAlone { return [] }
    return model.specification.encodesAlone ? try collapse().placeLines : try collapse().lines
  }

  /// The metrics that were finished when the user stopped the rest.
  private func partial(
    _ measures: [EvaluationObject.Measure], of count: Int
  ) -> EvaluationObject {
    EvaluationObject(
      measures: unique(measures),
      notes: notes + ["stopped: \(measures.count) of \(count) metrics are finished"],
      subject: subject, units: model.specification.itemUnits)
  }

  private var isOfItemsAlone: Bool {
    model.specification.objective.component.modelsItemsAlone
  }

  /// A metric's values; where the model has none, the reason.
  private func measured(
    _ metric: EvaluationMetric, _ word: WordCall
  ) throws -> [EvaluationObject.Measure] {
    if isOfItemsAlone, ["mi", "mine", "infonce", "collapse"].contains(word.name) {
      return [
        .missing(
          word.name,
          because:
            "the codes of a flow are its items in other coordinates, so they know all of them; "
            + "nll, bpd, tc, knn and nmi have values")
      ]
    }
    if model.specification.encodesAlone, word.name == "collapse" {
      return [
        .missing(
          word.name,
          because: "an encoder alone has no posterior that could collapse onto a prior; use active")
      ]
    }
    do {
      return try metric.measure(self, word)
    } catch ModelError.undefinedMetric(_, let reason) {
      return names(of: word).map { .missing($0, because: reason) }
    }
  }

  /// The columns that a metric fills.
  private func names(of word: WordCall) -> [String] {
    guard word.name == "knn" else { return [word.name] }
    return (word.value("k", at: 0)?.asIntegers ?? [5]).map { "knn\($0)" }
  }

  /// Throws where nothing of what was asked for has a value.
  private func requireValues(_ measures: [EvaluationObject.Measure]) throws {
    guard let first = measures.first, let reason = first.missing,
      measures.allSatisfy({ $0.missing != nil })
    else { return }
    try call.located(at: "#2") {
      throw ModelError.undefinedMetric(name: first.name, reason: reason)
    }
  }

  /// Whether and where the posterior has collapsed.
  func collapse() throws -> CollapseReport {
    if let cachedCollapse { return cachedCollapse }
    let report = try call.located {
      try ModelMetrics.collapse(
        model.model, on: items.split.replacingItems(values), seed: call.seed,
        threads: call.threads)
    }
    cachedCollapse = report
    return report
  }

  private func resolve(
    _ word: WordCall
  ) throws -> (metric: EvaluationMetric, word: WordCall) {
    guard let metric = EvaluationMetric.named(word.name) else {
      throw ScriptError("E104", "there is no metric `\(word.name)`", at: word.span ?? call.span)
    }
    if metric.needsLabels {
      try Fit.requireLabels(
        items.split.labels != nil, of: items.name, for: word.name, at: word.span ?? call.span,
        kind: .failure)
    }
    return (metric, word)
  }

  private func computeModelMetrics(of metrics: [EvaluationMetric]) throws {
    var names: [String] = []
    for name in metrics.flatMap(\.modelMetrics) where !names.contains(name) { names.append(name) }
    guard !names.isEmpty else { return }
    progress(names.joined(separator: " "), 0, metrics.count)
    let found = try call.located(at: "#2") {
      try ModelMetrics.measureWhatIsThere(
        model.model, on: items.split.replacingItems(values), of: try data, metrics: names,
        seed: call.seed, threads: call.threads)
    }
    cachedCollapse = found.collapse
    missingMetrics = found.missing
    for value in found.values { modelMetrics[value.name] = value }
  }

  private var data: Dataset {
    get throws {
      try items.source?.dataset
        ?? Dataset(name: items.name, train: items.split, valueKind: items.valueKind)
    }
  }

  /// A number that the model module measured.
  func modelMetric(
    _ name: String, as column: String? = nil
  ) throws -> EvaluationObject.Measure {
    guard let value = modelMetrics[name] else {
      return .missing(
        column ?? name, because: missingMetrics[name] ?? "it wasn't measured for this model")
    }
    if let caveat = value.caveat { notes.append("\(column ?? value.name): \(caveat)") }
    return EvaluationObject.Measure(
      column ?? value.name, value.value, standardError: value.standardError, count: value.count,
      method: value.method, kind: value.kind, caveat: value.caveat)
  }

  /// One code per item.
  func codes() throws -> CodesObject {
    if let cachedCodes { return cachedCodes }
    guard model.specification.hasCodes else {
      throw ModelError.undefinedMetric(
        name: "codes",
        reason:
          "flow=\(model.specification.flow?.word ?? "") has no codes of items; "
          + "flow=maf(5) and flow=realnvp(5) have some")
    }
    let codes = try call.codes(of: items, by: model, useMeans: useMeans)
    cachedCodes = codes
    return codes
  }

  /// The codes of the training items, for the k-NN classifier.
  func referenceCodes() throws -> CodesObject {
    if let cachedReference { return cachedReference }
    guard let held = items.source else {
      throw ScriptError(
        "E222", "knn needs the training items as its reference", at: call.span(at: 1),
        notes: ["try: evaluate with the data set itself, not one of its splits"])
    }
    let source = try held.dataset
    let train = ItemsObject(
      split: source.train.replacingItems(source.trainingItems(seed: call.seed)),
      name: "\(source.name).train", valueKind: items.valueKind,
      binarisation: source.binarisation, transform: source.transform,
      pictureShape: items.pictureShape, source: held)
    let fitting = try call.fit(
      train, to: model, at: call.span(at: 1), modelAt: call.span(at: 0))
    let codes = try call.codes(of: fitting, by: model, useMeans: useMeans)
    cachedReference = codes
    return codes
  }

  /// Where each item stands among the training items, −1 where it doesn't; nil where none does.
  var rowsInReference: [Int]? {
    get throws {
      guard let rows = items.split.trainingRows,
        let training = try items.source?.dataset.train.trainingRows
      else { return nil }
      let places = Dictionary(zip(training, training.indices)) { first, _ in first }
      let found = rows.map { $0 < 0 ? -1 : places[$0] ?? -1 }
      return found.contains { $0 >= 0 } ? found : nil
    }
  }

  /// Says what is measured, once the work has taken a second.
  private func progress(_ name: String, _ done: Int, _ total: Int) {
    let seconds = (clock.now - begin).seconds
    guard seconds > 1 || isReporting else { return }
    isReporting = done < total
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(done), total: Double(total),
        detail: done < total ? name : "\(total) metrics in \(seconds.text(3)) s",
        isFinished: done == total))
  }

  /// Says which share of a long metric is done, 0 to 1, and stops it when the user has asked to.
  func progress(_ name: String, share: Double) throws {
    try call.checkInterruption()
    guard (clock.now - begin).seconds > 1, share < 1 else { return }
    isReporting = true
    call.host.progress(
      ProgressUpdate(title: "\(call.title) · \(name)", done: 100 * share, total: 100, detail: "%"))
  }

  /// Says how far a metric has come that takes many steps.
  func progress(_ name: String, step: Int, of steps: Int) {
    guard (clock.now - begin).seconds > 1 else { return }
    isReporting = true
    call.host.progress(
      ProgressUpdate(
        title: "\(call.title) · \(name)", done: Double(step), total: Double(steps),
        detail: "step \(step)/\(steps)"))
  }

  /// Whether densities are those of bytes, with noise in them.
  private var isOfBytes: Bool { model.specification.dataDensity?.isBound ?? false }

  private var subject: String {
    "\(model.shortText) on \(items.name), \(items.split.count) items, "
      + (isOfItemsAlone
        ? isOfBytes ? "one draw of noise per item, " : "exact, "
        : model.specification.encodesAlone
          ? "" : useMeans ? "posterior means, " : "one draw per item, ")
      + "seed \(call.seed)"
  }

  /// Of two measures of one name only the first has a place; where the other is made otherwise, that is said.
  private func noteRepeated(_ measures: [EvaluationObject.Measure]) {
    for (place, measure) in measures.enumerated() {
      guard let first = measures.prefix(place).first(where: { $0.name == measure.name }),
        first.method != measure.method
      else { continue }
      notes.append(
        "\(measure.name) was asked for twice, and this is \(first.method); for the other, write an evaluate of its own"
      )
    }
  }

  private func unique(
    _ measures: [EvaluationObject.Measure]
  ) -> [EvaluationObject.Measure] {
    var seen: Set<String> = []
    return measures.filter { seen.insert($0.name).inserted }
  }
}

extension CollapseReport {
  /// The first units' numbers.
  private func list(_ values: [Double]) -> String {
    let shown = 12
    return values.prefix(shown).map { $0.isFinite ? $0.text(3) : "–" }.joined(separator: " ")
      + (values.count > shown ? " …" : "")
  }

  /// Of codes without densities: how many units vary, and where they lie.
  var placeLines: [String] {
    [
      "active units: \(activeUnits) of \(meanVariance.count)",
      "codes: mean \(list(aggregateMean)), sd \(list(aggregateDeviation)); "
        + "with a uniform σ(z): mean 0, sd \(list(Array(priorDeviation.prefix(1))))",
    ]
  }

  /// The report in words: active units, KL per unit, q(z) against p(z).
  var lines: [String] {
    let levels = zip(activeUnitsPerLevel, self.levels).enumerated()
      .map { "z\($0 + 1): \($1.0) of \($1.1)" }.joined(separator: ", ")
    var lines = [
      "active units: \(activeUnits) of \(meanVariance.count)"
        + (self.levels.count > 1 ? "  (\(levels))" : "")
        + (isCollapsed ? "  (the posterior of \(collapsedUnits) collapsed onto the prior)" : "")
    ]
    let still = meanVariance.count - activeUnits - collapsedUnits
    if still > 0 {
      lines.append(
        "of \(still) the mean hardly varies with x, but KL is above \(Self.collapsedDivergence) nats: not "
          + "collapsed onto the prior; mi_q says whether they know x")
    }
    if let codeUse {
      lines.append(
        "codes in use: \(codeUse.used) of \(codeUse.count), perplexity \(codeUse.perplexity.text(3))"
      )
    }
    if klPerUnit.contains(where: \.isFinite) {
      let isPartial = !klPerUnit.allSatisfy(\.isFinite)
      lines.append(
        "KL(q(z|x) ‖ p(z)) per unit (nats): " + list(klPerUnit)
          + (isPartial ? "  (–: not defined per unit under a mixture prior)" : ""))
    }
    lines.append(
      "q(z) mean \(list(aggregateMean)), sd \(list(aggregateDeviation)); "
        + "p(z) mean \(list(priorMean)), sd \(list(priorDeviation))")
    return lines
  }
}
