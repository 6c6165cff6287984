import Foundation
import MIMTensor

/// Who is joined to whom in UMAP, and how strongly: the fuzzy union w + wᵀ − w∘wᵀ of each point's weights to its neighbours
/// (McInnes et al. 2018, section 3.1).
package struct UMAPGraph: Sendable {
  let rows: SymmetricRows

  /// The number of points.
  package var count: Int { rows.offsets.count - 1 }

  /// From the nearest others of each point, among prepared points.
  package init(_ neighbors: Neighbors, options: UMAPOptions) {
    let weights = NeighborWeights(
      distances: options.metric.distances(neighbors), width: neighbors.count,
      neighbors: options.neighbors, isEmbedded: true)
    rows = SymmetricRows(
      weights.values(threads: options.threads), columns: neighbors.indices.elements,
      count: neighbors.indices.rowCount
    ) { $0 + $1 - $0 * $1 }
  }

  /// The number of parts that no pair joins.
  package var parts: Int {
    var isFound = [Bool](repeating: false, count: count)
    var parts = 0
    for start in 0..<count where !isFound[start] {
      parts += 1
      isFound[start] = true
      var open = [start]
      while let point = open.popLast() {
        for entry in rows.offsets[point]..<rows.offsets[point + 1] {
          let other = Int(rows.columns[entry])
          if rows.values[entry] > 0, !isFound[other] {
            isFound[other] = true
            open.append(other)
          }
        }
      }
    }
    return parts
  }
}

extension UMAPGraph {
  /// The graph of points, as ``umap(_:initial:options:observer:)`` makes it.
  ///
  /// - Throws: as that.
  package init<Scalar: PointScalar>(of points: HostArray<Scalar>, options: UMAPOptions) throws {
    let table = try PointTable(points, quantity: "points")
    try options.check(points: table.rows)
    try self.init(of: table, options: options)
  }

  init(of table: PointTable, options: UMAPOptions) throws {
    let prepared = try options.metric.prepared(table)
    self.init(
      try options.metric.nearest(
        of: prepared, in: prepared, count: options.neighbors - 1, excludesSelf: true,
        threads: options.threads), options: options)
  }

  /// The weights as a full table, `[n, n]`.
  package var dense: [Double] {
    Affinities(count: count, offsets: rows.offsets, columns: rows.columns, values: rows.values)
      .dense
  }
}

extension UMAPMetric {
  /// The points as the search takes them: under `cosine`, scaled to length 1.
  func prepared(_ table: PointTable) throws -> PointTable {
    guard self == .cosine else { return table }
    var values = table.values
    for row in 0..<table.rows {
      let places = row * table.dimensions..<(row + 1) * table.dimensions
      // Divided first, so that no square leaves the range.
      let largest = places.reduce(0) { max($0, abs(values[$1])) }
      guard largest > 0 else {
        throw AnalysisError.noDirection(quantity: table.quantity, row: row)
      }
      let length = places.reduce(0) { $0 + (values[$1] / largest) * (values[$1] / largest) }
        .squareRoot()
      for place in places { values[place] = values[place] / largest / length }
    }
    return PointTable(checked: values, dimensions: table.dimensions, quantity: table.quantity)
  }

  /// The nearest points of a reference to each query.
  func nearest(
    of queries: PointTable, in reference: PointTable, count: Int, excludesSelf: Bool, threads: Int?
  ) throws -> Neighbors {
    try nearestNeighbors(
      of: queries, in: reference, count: count, norm: self == .maximum ? .maximum : .euclidean,
      excludesSelf: excludesSelf, threads: threads)
  }

  /// The distances of neighbours found among prepared points: 1 − cos = ½‖x − y‖² for unit vectors.
  func distances(_ neighbors: Neighbors) -> [Double] {
    self == .cosine
      ? neighbors.distances.elements.map { $0 * $0 / 2 } : neighbors.distances.elements
  }
}
