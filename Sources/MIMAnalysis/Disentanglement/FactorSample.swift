import MIMTensor

/// A factor of variation: what was varied when the items were made.
public struct Factor: Sendable {
  /// Its name: `scale`.
  public let name: String
  /// Each row's value, a place in the order of its values, from 0.
  public let values: [Int32]
  /// Whether its values have an order, so that a straight line can follow them; false for shapes.
  public let isOrdered: Bool

  /// A factor of as many values as there are rows.
  public init(name: String, values: [Int32], isOrdered: Bool) {
    self.name = name
    self.values = values
    self.isOrdered = isOrdered
  }
}

/// Codes with the factors that their items were made from.
public struct FactorSample: Sendable {
  let codes: PointTable
  let factors: [Factor]

  /// - Parameters:
  ///   - codes: `[n, d]`, finite, d at least 2.
  ///   - factors: at least one that changes; those that never change are left out.
  /// - Throws: `AnalysisError` where they don't fit, there is a single code, or no factor changes.
  public init(codes: HostArray<Float>, factors: [Factor]) throws {
    try self.init(table: try PointTable(codes, quantity: "the codes"), factors: factors)
  }

  /// The same in double precision.
  public init(codes: HostArray<Double>, factors: [Factor]) throws {
    try self.init(table: try PointTable(codes, quantity: "the codes"), factors: factors)
  }

  private init(table: PointTable, factors: [Factor]) throws {
    for factor in factors where factor.values.count != table.rows {
      throw AnalysisError.rowsDiffer(
        first: "the codes", firstRows: table.rows, second: factor.name,
        secondRows: factor.values.count)
    }
    guard table.dimensions > 1 else {
      throw AnalysisError.outOfRange(
        option: "the number of codes", value: Double(table.dimensions),
        allowed: "at least 2, as these measures compare codes with each other")
    }
    codes = table
    self.factors = factors.filter { Set($0.values).count > 1 }
    guard !self.factors.isEmpty else { throw AnalysisError.constant(quantity: "every factor") }
  }

  /// The number of rows.
  public var count: Int { codes.rows }
  /// The names of the factors that change.
  public var names: [String] { factors.map(\.name) }
  var width: Int { codes.dimensions }

  func column(_ place: Int) -> [Double] {
    stride(from: place, to: codes.values.count, by: width).map { codes.values[$0] }
  }
}
