import MIMCPU
import MIMTensor
import Synchronization

/// Points that passed the checks every estimator needs: at least one row and one column, finite,
/// in `Double`. Items of more axes are flattened to one row each.
struct PointTable: Sendable {
  /// Squares of differences, and their sums, stay finite up to here.
  static let largestMagnitude = 1e150

  let quantity: String
  let rows: Int
  let dimensions: Int
  /// Row-major, `[rows, dimensions]`.
  let values: [Double]
  /// The values in order, where somebody will ask for them more than once.
  private(set) var sortedColumn: SortedColumn?

  /// - Throws: `AnalysisError.notATable`, `.empty`, `.notFinite`, `.tooLarge`.
  init<Scalar: PointScalar>(_ points: HostArray<Scalar>, quantity: String) throws {
    guard points.shape.rank > 0 else {
      throw AnalysisError.notATable(quantity: quantity, shape: points.shape.dimensions)
    }
    guard points.count > 0 else { throw AnalysisError.empty(quantity: quantity) }
    guard Int32(exactly: points.rowCount) != nil else {
      throw AnalysisError.tooLarge(quantity: quantity, elements: "\(points.count)")
    }
    self.quantity = quantity
    rows = points.rowCount
    dimensions = points.rowSize
    let areUsable: Bool
    (values, areUsable) = Self.widened(points.elements)
    if !areUsable, let bad = values.firstIndex(where: { !Self.isUsable($0) }) {
      throw AnalysisError.notFinite(
        quantity: quantity, row: bad / dimensions, column: bad % dimensions)
    }
  }

  /// Points known to be finite, row-major `[n, dimensions]`.
  init(checked values: [Double], dimensions: Int, quantity: String) {
    self.quantity = quantity
    self.dimensions = dimensions
    self.values = values
    rows = values.count / dimensions
  }

  /// The elements in `Double`, and whether all are usable; large tables on all cores, as most of the time goes
  /// into touching memory for the first time.
  private static func widened<Scalar: PointScalar>(_ elements: [Scalar]) -> ([Double], Bool) {
    let unusable = Atomic(false)
    let values = [Double](unsafeUninitializedCapacity: elements.count) { values, count in
      nonisolated(unsafe) let start = values
      inParallel(count: elements.count, chunk: 1 << 18, threads: nil) { range in
        let part = Scalar.widened(elements[range])
        if !part.allSatisfy(isUsable) { unusable.store(true, ordering: .relaxed) }
        _ = start.extracting(range).initialize(fromContentsOf: part)
      }
      count = elements.count
    }
    return (values, !unusable.load(ordering: .relaxed))
  }

  /// False for NaN, too.
  private static func isUsable(_ value: Double) -> Bool { abs(value) <= largestMagnitude }

  /// The same with its values in order at hand, for tables of one column that are measured with many others.
  var withSortedColumn: PointTable {
    var table = self
    if dimensions == 1 { table.sortedColumn = SortedColumn(values) }
    return table
  }

  /// Whether every row is the same.
  var allRowsAreEqual: Bool {
    (dimensions..<values.count).allSatisfy { values[$0] == values[$0 - dimensions] }
  }

  /// The number of different rows.
  var distinctRows: Int {
    if dimensions == 1 { return (sortedColumn ?? SortedColumn(values)).distinct }
    return Set((0..<rows).map { values[$0 * dimensions..<($0 + 1) * dimensions] }).count
  }

  /// Requires as many rows here as in `other`.
  func requireRows(of other: PointTable) throws {
    guard rows == other.rows else {
      throw AnalysisError.rowsDiffer(
        first: quantity, firstRows: rows, second: other.quantity, secondRows: other.rows)
    }
  }

  /// Requires points of as many dimensions here as in `other`.
  func requireDimensions(of other: PointTable) throws {
    guard dimensions == other.dimensions else {
      throw AnalysisError.dimensionsDiffer(
        first: quantity, firstDimensions: dimensions, second: other.quantity,
        secondDimensions: other.dimensions)
    }
  }
}
