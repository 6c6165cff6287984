import CKernels
import MIMCPU
import MIMTensor

/// Exact Euclidean search in many dimensions: squared distances |q|² + |r|² − 2 q·r by the matrix
/// product in single precision choose candidates, with a margin for all that rounding can do;
/// their distances are then computed in `Double`, and those decide.
struct ProductSearch: Sendable {
  /// Queries of one product: with a block of reference points they stay in the cache.
  private static let block = Int(MIM_CANDIDATE_QUERIES)
  /// The least room for a query's candidates, and the most the kernel can hold.
  private static let capacities = 128...4_096

  private let queries: PointTable
  private let reference: PointTable
  private let count: Int
  private let excludesSelf: Bool
  /// The mean of the reference points and the factor that brings centred coordinates to at most 1
  /// in magnitude, which keeps rounding and the range of `Float` out of harm's way.
  private let mean: [Double]
  private let scale: Double
  /// The reference points so centred, in the layout of the product, and |r|² of each place.
  private let packed: AlignedFloats
  private let squares: AlignedFloats
  /// The largest |r| of them.
  private let longest: Double

  /// Whether the search pays: for fewer dimensions or points `BlockedSearch` is as fast, and for more
  /// neighbours there is no room.
  static func serves(dimensions: Int, points: Int, count: Int) -> Bool {
    dimensions >= 12 && points >= 1_000 && count <= capacities.upperBound / 4
  }

  init(
    queries: PointTable, reference: PointTable, count: Int, excludesSelf: Bool, threads: Int?
  ) throws {
    self.queries = queries
    self.reference = reference
    self.count = count
    self.excludesSelf = excludesSelf
    mean = reference.columnMeans
    let largest = max(queries.largestDeviation(from: mean), reference.largestDeviation(from: mean))
    scale = 1 / max(largest, 1e-300)
    let places = (reference.rows + Self.lanes - 1) / Self.lanes * Self.lanes
    packed = try AlignedFloats(count: places * reference.dimensions)
    squares = try AlignedFloats(count: places)
    longest = Self.pack(
      reference, mean: mean, scale: scale, into: packed, squares: squares, threads: threads)
  }

  private static let lanes = Int(MIM_CANDIDATE_POINTS)

  /// Packs the points; returns the largest of their lengths.
  private static func pack(
    _ table: PointTable, mean: [Double], scale: Double, into packed: AlignedFloats,
    squares: AlignedFloats, threads: Int?
  ) -> Double {
    let lengths = [Double](unsafeUninitializedCapacity: table.rows) { lengths, count in
      nonisolated(unsafe) let start = lengths.baseAddress
      inParallel(count: table.rows, chunk: 16 * lanes, threads: threads) { rows in
        mim_candidates_pack(
          table.values, rows.lowerBound, rows.upperBound, table.dimensions, mean, scale,
          packed.pointer, squares.pointer, start)
      }
      count = table.rows
    }
    return lengths.max() ?? 0
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

  /// The neighbours of every query.
  func neighbors(threads: Int?) -> Neighbors {
    var table = NeighborTable(queries: queries.rows, count: count, norm: .euclidean)
    let stop = StopRequest.current
    table.fill { writer in
      inParallel(count: queries.rows, chunk: Self.block, threads: threads) { block in
        guard stop?.isMade != true else { return }
        search(block, Buffers(dimensions: reference.dimensions, count: count), writer)
      }
    }
    return table.neighbors
  }
}

extension ProductSearch {
  /// What one thread needs for a block of queries.
  private final class Buffers {
    /// Room for the candidates of one query.
    let capacity: Int
    /// The queries, centred and scaled, and room for the kernel's copy of them.
    var queries: [Float]
    var scratch: [Float]
    var margins: [Float]
    var scores: [Float]
    var candidates: [Int32]
    var found: [Int32]
    var squares: [Double]

    init(dimensions: Int, count: Int) {
      let block = ProductSearch.block
      capacity = max(ProductSearch.capacities.lowerBound, 4 * count)
      queries = [Float](repeating: 0, count: block * dimensions)
      scratch = [Float](repeating: 0, count: block * dimensions)
      margins = [Float](repeating: 0, count: block)
      scores = [Float](repeating: 0, count: block * capacity)
      candidates = [Int32](repeating: 0, count: block * capacity)
      found = [Int32](repeating: -1, count: block)
      squares = [Double](repeating: 0, count: capacity)
    }
  }

  /// One block of queries, from products to sorted neighbours.
  private func search(_ block: Range<Int>, _ buffers: Buffers, _ writer: NeighborTable.Writer) {
    findCandidates(of: block, buffers)
    for query in block {
      let place = query - block.lowerBound
      let found = Int(buffers.found[place])
      guard found >= 0 else {
        searchAll(query, writer)
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
      let pairs = zip(rows, buffers.squares).map { (value: $1, index: $0) }.sorted {
        $0.value < $1.value || ($0.value == $1.value && $0.index < $1.index)
      }
      writer.write(pairs, of: query) { $0 }
    }
  }

  /// Fills in the candidates of a block; −1 are found for a query with too many, as points have
  /// that lie much closer together than single precision can tell apart.
  private func findCandidates(of block: Range<Int>, _ buffers: Buffers) {
    center(block, buffers)
    let status = mim_product_candidates(
      buffers.queries, block.count, packed.pointer, squares.pointer, reference.rows,
      reference.dimensions, count, buffers.margins, excludesSelf ? Int64(block.lowerBound) : -1,
      buffers.capacity, &buffers.scratch, &buffers.scores, &buffers.candidates, &buffers.found)
    // Without a product every query takes the long way, to the same result.
    if status != 0 { for place in buffers.found.indices { buffers.found[place] = -1 } }
  }

  /// Fills in the queries of a block and their margins.
  private func center(_ block: Range<Int>, _ buffers: Buffers) {
    let dimensions = reference.dimensions
    for (place, query) in block.enumerated() {
      var square = 0.0
      queries.withRow(query) { row in
        guard let row else { return }
        for column in 0..<dimensions {
          let value = Float((row[column] - mean[column]) * scale)
          buffers.queries[place * dimensions + column] = value
          square += Double(value) * Double(value)
        }
      }
      buffers.margins[place] = Self.margin(
        query: square.squareRoot(), longest: longest, dimensions: dimensions)
    }
  }

  /// The long way for one query: every distance.
  private func searchAll(_ query: Int, _ writer: NeighborTable.Writer) {
    let rows = (0..<Int32(reference.rows)).filter { !excludesSelf || Int($0) != query }
    var exact = [Double](repeating: 0, count: rows.count)
    queries.withRow(query) { query in
      mim_distances_to_rows(
        query, reference.values, reference.dimensions, rows, rows.count, &exact)
    }
    var heap = SmallestHeap(capacity: count)
    heap.offer(exact, count: exact.count, first: 0)
    writer.write(heap.sorted(), of: query) { rows[Int($0)] }
  }
}

extension PointTable {
  /// max |xⱼ − meanⱼ| over all rows and columns.
  fileprivate func largestDeviation(from mean: [Double]) -> Double {
    mim_largest_deviation(values, rows, dimensions, mean)
  }

  /// Calls `body` with the start of a row.
  func withRow(_ row: Int, _ body: (UnsafePointer<Double>?) -> Void) {
    values.withUnsafeBufferPointer { body($0.baseAddress.map { $0 + row * dimensions }) }
  }
}
