import CKernels
import MIMTensor

/// Exact Euclidean search in many dimensions: squared distances |q|² + |r|² − 2 q·r by the matrix
/// product in single precision choose candidates, with a margin for all that rounding can do;
/// their distances are then computed in `Double`, and those decide.
struct ProductSearch: Sendable {
  /// Queries of one product: with a tile of reference points their scores stay in the cache.
  private static let block = 128
  /// Queries that share one set of buffers.
  private static let group = 512
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
        for place in first..<first + dimensions {
          sum += Double(points[place]) * Double(points[place])
        }
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
        inParallel(count: queries.rows, chunk: Self.group, threads: threads) { group in
          let buffers = Buffers(queries: Self.block, count: count)
          for first in stride(from: group.lowerBound, to: group.upperBound, by: Self.block) {
            let block = first..<min(group.upperBound, first + Self.block)
            search(block, buffers, indices, distances)
          }
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
  /// What one thread needs for a block of queries.
  private final class Buffers {
    /// Room for the candidates of one query.
    let capacity: Int
    let tile: AlignedFloats
    let scores: AlignedFloats
    var candidates: [Int32]
    var found: [Int32]
    var squares: [Double]

    init(queries: Int, count: Int) {
      capacity = max(ProductSearch.capacities.lowerBound, 4 * count)
      tile = AlignedFloats(count: queries * Int(MIM_PRODUCT_TILE))
      scores = AlignedFloats(count: queries * capacity)
      candidates = [Int32](repeating: 0, count: queries * capacity)
      found = [Int32](repeating: -1, count: queries)
      squares = [Double](repeating: 0, count: capacity)
    }
  }

  /// One block of queries, from products to sorted neighbours.
  private func search(
    _ block: Range<Int>, _ buffers: Buffers, _ indices: UnsafeMutableBufferPointer<Int32>,
    _ distances: UnsafeMutableBufferPointer<Double>
  ) {
    findCandidates(of: block, buffers)
    for query in block {
      let place = query - block.lowerBound
      let found = Int(buffers.found[place])
      guard found >= 0 else {
        searchAll(query, indices, distances)
        continue
      }
      let first = place * buffers.capacity
      let rows = buffers.candidates[first..<first + found]
      rows.withUnsafeBufferPointer { rows in
        queries.withRow(query) { query in
          mim_distances_to_rows(
            query, reference.values, reference.dimensions, rows.baseAddress, found,
            &buffers.squares)
        }
      }
      var pairs = zip(rows, buffers.squares).map { (index: $0, square: $1) }
      pairs.sort { $0.square < $1.square || ($0.square == $1.square && $0.index < $1.index) }
      for (rank, pair) in pairs.prefix(count).enumerated() {
        indices[query * count + rank] = pair.index
        distances[query * count + rank] = pair.square.squareRoot()
      }
    }
  }

  /// Fills in the candidates of a block; −1 are found for a query with too many, as points have
  /// that lie much closer together than single precision can tell apart.
  private func findCandidates(of block: Range<Int>, _ buffers: Buffers) {
    let dimensions = reference.dimensions
    let status = centeredQueries.withUnsafeBufferPointer { queries in
      margins.withUnsafeBufferPointer { margins in
        mim_product_candidates(
          queries.baseAddress.map { $0 + block.lowerBound * dimensions }, block.count,
          centeredReference, squares, reference.rows, dimensions, count,
          margins.baseAddress.map { $0 + block.lowerBound },
          excludesSelf ? Int64(block.lowerBound) : -1, buffers.capacity, buffers.tile.pointer,
          buffers.scores.pointer, &buffers.candidates, &buffers.found)
      }
    }
    // Without a product every query takes the long way, to the same result.
    if status != 0 { for place in buffers.found.indices { buffers.found[place] = -1 } }
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
