import MIMTensor

/// A metric of a model: its name, one line about it, and how it is measured.
public struct ModelMetric: Sendable {
  /// The word in scripts and the column in results.
  public let name: String
  /// What it is, in a line.
  public let summary: String
  /// Whether it is made of log densities, which an autoencoder lacks.
  let needsDensities: Bool
  /// Whether a density of items alone has it.
  var isOfItems = false
  /// Whether it is made of codes alone, so that an encoder without decoder and densities has it.
  var isOfCodes = false
  /// Why a model has no value for it; nil if it has one.
  let missing: @Sendable (EvaluationTerms) -> String?
  let measure: @Sendable (EvaluationTerms) throws -> MetricValue
}

extension ModelMetric {
  /// Why a density of items alone, or an encoder alone, has no value for it; nil for other models, and where it has one.
  func missingByKind(_ specification: ModelSpecification) -> String? {
    if specification.encodesAlone, !isOfCodes {
      return "an encoder alone has neither decoder nor densities; use knn, nmi, mi or active"
    }
    guard specification.objective.component.modelsItemsAlone, !isOfItems else { return nil }
    return "a density of items alone has neither posterior nor reconstruction; use nll or bpd"
  }
}

/// The metrics of a model on data. A metric is one file and one line in `table`.
public enum ModelMetrics {
  /// Every metric, in the order in which they are listed.
  public static let table: [ModelMetric] = [
    .negativeLogLikelihood, .bitsPerValue, .evidenceLowerBound, .reconstructionError,
    .divergenceFromPrior,
    .divergenceFromPosterior, .encodingEntropy, .decodingEntropy, .mixtureEntropy, .activeUnits,
    .perplexity,
    .rate, .distortion, .marginalDivergence, .encodedInformation,
  ]

  /// Every metric's name, in the order of the table.
  public static var names: [String] { table.map(\.name) }

  /// The metrics that `specification` has values for.
  public static func names(for specification: ModelSpecification) -> [String] {
    if specification.objective.component.modelsItemsAlone {
      return table.filter(\.isOfItems).map(\.name)
    }
    if specification.encodesAlone { return table.filter(\.isOfCodes).map(\.name) }
    return table.filter { !$0.needsDensities || specification.posterior.component.hasDensity }
      .filter {
        !["kl_pq", "marginal_kl"].contains($0.name) || specification.prior.component.hasDensity
      }
      .filter {
        !["kl_pq", "marginal_kl", "mi_q"].contains($0.name)
          || !specification.posterior.component.isSlowAtGivenCodes
      }
      .filter { $0.name != "perplexity" || specification.posterior.component.isQuantized }
      .filter { $0.name != "kl_pq" || !specification.prior.component.isDiscrete }
      .map(\.name)
  }

  /// Measures a model on a split. Each metric in `names` gives one value, in that order; all
  /// share one seeded draw z ~ q(z|x) per item. Throws for unknown names, items of another width,
  /// and metrics that this model has no value for.
  public static func evaluate(
    _ model: Model, on split: DataSplit, of data: Dataset, metrics names: [String],
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> [MetricValue] {
    try measure(model, on: split, of: data, metrics: names, seed: seed, threads: threads).values
  }

  /// The same with the collapse report, in one pass over the items.
  public static func measure(
    _ model: Model, on split: DataSplit, of data: Dataset?, metrics names: [String],
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> (values: [MetricValue], collapse: CollapseReport) {
    let found = try measureWhatIsThere(
      model, on: split, of: data, metrics: names, seed: seed, threads: threads)
    if let name = names.first(where: { found.missing[$0] != nil }) {
      throw ModelError.undefinedMetric(name: name, reason: found.missing[name] ?? "")
    }
    return (found.values, found.collapse)
  }

  /// The same for models side by side: a metric that this one has no value for is left out, and `missing` says why, by its name.
  public static func measureWhatIsThere(
    _ model: Model, on split: DataSplit, of data: Dataset?, metrics names: [String],
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> (values: [MetricValue], missing: [String: String], collapse: CollapseReport) {
    let metrics = try names.map(metric)
    try requireItems(split)
    let terms = try EvaluationTerms(
      model, items: split.items, labels: split.labels, density: data?.trainingDensity, seed: seed,
      threads: threads)
    var values: [MetricValue] = []
    var missing: [String: String] = [:]
    for metric in metrics {
      if let reason = metric.missingByKind(model.specification) ?? metric.missing(terms) {
        missing[metric.name] = reason
      } else {
        values.append(try metric.measure(terms))
      }
    }
    return (values, missing, CollapseReport(terms))
  }

  private static func metric(_ name: String) throws -> ModelMetric {
    guard let metric = table.first(where: { $0.name == name }) else {
      throw ModelError.unknownMetric(name: name, known: names)
    }
    return metric
  }

  static func requireItems(_ split: DataSplit) throws {
    guard split.count > 0 else {
      throw ModelError.unusableRequest(reason: "the \(split.role.rawValue) split has no items")
    }
  }
}
