import MIMTensor

/// What items were made from: a value for each item of each factor of variation.
public struct ItemFactors: Sendable, Equatable, Codable {
  /// One factor.
  public struct Factor: Sendable, Equatable, Codable {
    /// Its name: `scale`.
    public let name: String
    /// The number of its values.
    public let count: Int
    /// Whether its values have an order; false for shapes, and for angles, which go round.
    public let isOrdered: Bool
  }

  /// The factors.
  public let factors: [Factor]
  /// The places of the values in their order, from 0, `[n, factors]`.
  public let values: HostArray<Int32>

  /// Those of several splits one after another; nil where one has none.
  package init?(joining parts: [ItemFactors?]) {
    let known = parts.compactMap { $0 }
    guard let first = known.first, known.count == parts.count else { return nil }
    let rows = known.reduce(0) { $0 + $1.values.rowCount }
    self.init(
      factors: first.factors,
      values: HostArray(
        known.flatMap(\.values.elements), shape: Shape([rows, first.factors.count])))
  }

  init(factors: [Factor], values: HostArray<Int32>) {
    self.factors = factors
    self.values = values
  }

  /// The values of a factor, one for each item.
  public func column(_ place: Int) -> [Int32] {
    stride(from: place, to: values.count, by: max(1, factors.count)).map { values.elements[$0] }
  }

  /// Those of the items at these indices.
  func selecting(_ indices: [Int]) -> ItemFactors {
    ItemFactors(factors: factors, values: values.rows(indices))
  }
}
