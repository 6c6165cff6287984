/// A measured number with what is needed to judge it.
public struct MetricValue: Sendable, Hashable {
  /// The column it becomes, `nll`.
  public let name: String
  /// The value; nats unless `method` says otherwise.
  public let value: Double
  /// The standard error of the mean over items, where it is one.
  public let standardError: Double?
  /// The number of items it was measured on.
  public let count: Int
  /// A short description of the method.
  public let method: String
  /// Which kind of number it is, where models have different ones: `exact`, `bound`, `500 draws`. Nil: the only kind there is.
  public var kind: String?
  /// Why the value can't be relied on, where it can't.
  public var caveat: String?
}
