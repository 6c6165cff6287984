import CKernels
import MIMTensor

/// Exact Euclidean search in many dimensions: squared distances |q|² + |r|² − 2 q·r by the matrix
/// product in single precision choose candidates, with a margin for all that rounding can do;
/// their distances are then computed in `Double`, and those decide.
struct ProductSearch: Sendable {
  /// Queries of one product: with a tile of reference points their scores stay in the cache.
  private static let block = 128
  /// The least room for a query's candidates, and the most the kernel can hold.
  private static let capacities = 128...4_096

  private let queries: PointTable
  private let reference: PointTable
  private let count: Int
  private let excludesSelf: Bool
  /// The points, centred and scaled to at most 1 in magnitude, which keeps rounding and the
  /// range of `Float` out of harm's way.
  private let centeredQueries: [Float]
  private let centeredReference: [Float]
  /// |r|² of each reference point so centred.
  private let squares: [Float]
  /// For each query, twice what rounding can change a score by.
  private let margins: [Float]

  /// Whether the search pays: for fewer dimensions or points `BlockedSearch` is as fast, and for more
  /// neighbours there is no room.
  static func serves(dimensions: Int, points: Int, count: Int) -> Bool {
    dimensions >= 12 && points >= 1_000 && count <= capacities.upperBound / 4
  }

  init(
    queries: PointTable, reference: PointTable, count: Int, excludesSelf: Bool, threads: Int?
  ) {
    self.queries = queries
    self.reference = reference
    self.count = count
    self.excludesSelf = excludesSelf
    let mean = reference.columnMeans
    let largest = max(
      Self.largest(queries, minus: mean), Self.largest(reference, minus: mean), 1e-300)
    let centered = Self.centered(reference, minus: mean, over: largest)
    centeredReference = centered
    centeredQueries =
      excludesSelf ? centered : Self.centered(queries, minus: mean, over: largest)
    let dimensions = reference.dimensions
    let lengths = Self.lengths(centeredReference, dimensions)
    let queryLengths = excludesSelf ? lengths : Self.lengths(centeredQueries, dimensions)
    squares = lengths.map { Float($0 * $0) }
    let longest = lengths.max() ?? 0
    margins = queryLengths.map {
      Self.margin(query: $0, longest: longest, dimensions: dimensions)
    }
  }

  /// Twice the error of a score: the dot product of d terms in any order has a relative error of at
  /// most (d + 3)·u towards |q||r| (Higham 2002, equation 3.5; 2 for the inputs' own rounding),
  /// |r|² and the sum one of u each; 10 % for terms in u².
  private static func margin(query: Double, longest: Double, dimensions: Int) -> Float {
    let unit = Double(Float.ulpOfOne) / 2
    let product = 2 * query * longest
    let error = unit * (product * Double(dimensions + 6) + 4 * longest * longest)
    return Float(2 * 1.1 * error).nextUp
  }

  private static func largest(_ table: PointTable, minus mean: [Double]) -> Double {
    var largest = 0.0
    table.values.withUnsafeBufferPointer { values in
      for row in 0..<table.rows {
        for column in 0..<table.dimensions {
          largest = max(largest, abs(values[row * table.dimensions + column] - mean[column]))
        }
      }
    }
    return largest
  }

  private static func centered(
    _ table: PointTable, minus mean: [Double], over largest: Double
  ) -> [Float] {
    [Float](unsafeUninitializedCapacity: table.values.count) { result, count in
      table.values.withUnsafeBufferPointer { values in
        for row in 0..<table.rows {
          for column in 0..<table.dimensions {
            let place = row * table.dimensions + column
            result[place] = Float((values[place] - mean[column]) / largest)
          }
        }
      }
      count = table.values.count
    }
  }

  private static func lengths(_ points: [Float], _ dimensions: Int) -> [Double] {
    points.withUnsafeBufferPointer { points in
      stride(from: 0, to: points.count, by: dimensions).map { first in
        var sum = 0.0
        for place in first..<first + dimensions { sum += Double(points[place]) * Double(points[place]) }
        return sum.squareRoot()
      }
    }
  }

  /// The neighbours of every query.
  func neighbors(threads: Int?) -> Neighbors {
    var indices = [Int32](repeating: 0, count: queries.rows * count)
    var distances = [Double](repeating: 0, count: queries.rows * count)
    indices.withUnsafeMutableBufferPointer { indices in
      distances.withUnsafeMutableBufferPointer { distances in
        nonisolated(unsafe) let (indices, distances) = (indices, distances)
        inParallel(count: queries.rows, chunk: Self.block, threads: threads) { group in
          search(group, indices, distances)
        }
      }
    }
    let shape = Shape([queries.rows, count])
    return Neighbors(
      indices: HostArray(indices, shape: shape), distances: HostArray(distances, shape: shape),
      norm: .euclidean)
  }
}

extension ProductSearch {
  /// One block of queries, from products to sorted neighbours.
  private func search(
    _ group: Range<Int>, _ indices: UnsafeMutableBufferPointer<Int32>,
    _ distances: UnsafeMutableBufferPointer<Double>
  ) {
    let capacity = max(Self.capacities.lowerBound, 4 * count)
    var candidates = [Int32](repeating: 0, count: group.count * capacity)
    let found = candidateCounts(group, capacity, &candidates)
    var exact = [Double](repeating: 0, count: capacity)
    for query in group {
      let place = query - group.lowerBound
      guard found[place] >= 0 else {
        searchAll(query, indices, distances)
        continue
      }
      let rows = candidates[place * capacity..<place * capacity + Int(found[place])]
      rows.withUnsafeBufferPointer { rows in
        queries.withRow(query) { query in
          mim_distances_to_rows(
            query, reference.values, reference.dimensions, rows.baseAddress, rows.count, &exact)
        }
      }
      var pairs = zip(rows, exact).map { (index: $0, square: $1) }
      pairs.sort { $0.square < $1.square || ($0.square == $1.square && $0.index < $1.index) }
      for (rank, pair) in pairs.prefix(count).enumerated() {
        indices[query * count + rank] = pair.index
        distances[query * count + rank] = pair.square.squareRoot()
      }
    }
  }

  /// How many candidates each query of a block has; −1 for those with too many, as points have
  /// that lie much closer together than single precision can tell apart.
  private func candidateCounts(
    _ group: Range<Int>, _ capacity: Int, _ candidates: inout [Int32]
  ) -> [Int32] {
    let dimensions = reference.dimensions
    var found = [Int32](repeating: -1, count: group.count)
    let tile = AlignedFloats(count: group.count * Int(MIM_PRODUCT_TILE))
    let scores = AlignedFloats(count: group.count * capacity)
    let status = centeredQueries.withUnsafeBufferPointer { queries in
      margins.withUnsafeBufferPointer { margins in
        mim_product_candidates(
          queries.baseAddress.map { $0 + group.lowerBound * dimensions }, group.count,
          centeredReference, squares, reference.rows, dimensions, count,
          margins.baseAddress.map { $0 + group.lowerBound },
          excludesSelf ? Int64(group.lowerBound) : -1, capacity, tile.pointer, scores.pointer,
          &candidates, &found)
      }
    }
    // Without a product every query takes the long way, to the same result.
    return status == 0 ? found : [Int32](repeating: -1, count: group.count)
  }

  /// The long way for one query: every distance.
  private func searchAll(
    _ query: Int, _ indices: UnsafeMutableBufferPointer<Int32>,
    _ distances: UnsafeMutableBufferPointer<Double>
  ) {
    let rows = (0..<Int32(reference.rows)).filter { !excludesSelf || Int($0) != query }
    var exact = [Double](repeating: 0, count: rows.count)
    queries.withRow(query) { query in
      mim_distances_to_rows(
        query, reference.values, reference.dimensions, rows, rows.count, &exact)
    }
    var heap = SmallestHeap(capacity: count)
    heap.offer(exact, count: exact.count, first: 0)
    for (rank, pair) in heap.sorted().enumerated() {
      indices[query * count + rank] = rows[Int(pair.index)]
      distances[query * count + rank] = pair.value.squareRoot()
    }
  }
}

extension PointTable {
  /// Calls `body` with the start of a row.
  func withRow(_ row: Int, _ body: (UnsafePointer<Double>?) -> Void) {
    values.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + row * dimensions }) }
  }
}
