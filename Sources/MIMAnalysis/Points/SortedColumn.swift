import CKernels

/// One column's values in order: how many lie near a value is found by halving, not by comparing.
struct SortedColumn: Sendable {
  /// Ascending.
  private let values: [Double]

  /// Of finite values in any order.
  init(_ values: [Double]) { self.values = values.sorted() }

  /// For each of some values, how many are near it, itself included where it is one of them.
  func counts(near queries: [Double], within radii: [CountingRadius]) -> [Int32] {
    let limits = radii.map(\.largest)
    return [Int32](unsafeUninitializedCapacity: queries.count) { counts, initialized in
      mim_sorted_counts_within(
        values, values.count, queries, limits, min(queries.count, limits.count),
        counts.baseAddress)
      initialized = min(queries.count, limits.count)
    }
  }

  /// The number of different values.
  var distinct: Int {
    values.indices.reduce(0) { $1 > 0 && values[$1] == values[$1 - 1] ? $0 : $0 + 1 }
  }
}

/// How many points of one variable lie near a point in maximum norm: by halving a sorted column, or by a tree over several.
enum MarginalCounts: Sendable {
  case column(SortedColumn)
  case tree(PointTree)

  init(_ table: PointTable) {
    self =
      table.dimensions == 1
      ? .column(table.sortedColumn ?? SortedColumn(table.values))
      : .tree(PointTree(table.values, dimensions: table.dimensions))
  }

  /// For each of some rows of the variable's table, the points near it, itself included.
  func counts(
    near rows: [Int], of table: PointTable, within radii: [CountingRadius]
  ) -> [Int32] {
    switch self {
    case .column(let column):
      return column.counts(near: rows.map { table.values[$0] }, within: radii)
    case .tree(let tree):
      return zip(rows, radii).map { Int32(tree.count(near: tree.point($0), within: $1)) }
    }
  }
}
