import MIMTensor

/// The metrics of a model on data. A metric is a line in `table`.
public enum ModelMetrics {
  /// Every metric's name, in the order of the table.
  public static let names: [String] = []

  /// Measures a model on a split. Each metric in `names` gives one value, in that order; all share one seeded draw
  /// z ~ q(z|x) per item. Throws for unknown names, items of another width, and metrics that this model has no value for.
  public static func evaluate(
    _ model: Model, on split: DataSplit, of data: Dataset, metrics names: [String],
    seed: UInt64 = 0, threads: Int = 1
  ) throws -> [MetricValue] {
    throw ModelError.unusableRequest(reason: "not built yet")
  }

  /// The collapse report of a model on a split.
  public static func collapse(
    _ model: Model, on split: DataSplit, seed: UInt64 = 0, threads: Int = 1
  ) throws -> CollapseReport {
    throw ModelError.unusableRequest(reason: "not built yet")
  }
}
