import MIMTensor

/// A table of neighbours being filled in, any rows at a time.
struct NeighborTable {
  private let queries: Int
  private let count: Int
  private let norm: DistanceNorm
  private var indices: [Int32]
  private var distances: [Double]

  init(queries: Int, count: Int, norm: DistanceNorm) {
    self.queries = queries
    self.count = count
    self.norm = norm
    indices = [Int32](repeating: 0, count: queries * count)
    distances = [Double](repeating: 0, count: queries * count)
  }

  /// Calls `body` with what writes rows, each from one thread at a time.
  mutating func fill(_ body: (Writer) -> Void) {
    indices.withUnsafeMutableBufferPointer { indices in
      distances.withUnsafeMutableBufferPointer { distances in
        body(Writer(count: count, norm: norm, indices: indices, distances: distances))
      }
    }
  }

  /// The table, when every row was written.
  var neighbors: Neighbors {
    let shape = Shape([queries, count])
    return Neighbors(
      indices: HostArray(indices, shape: shape), distances: HostArray(distances, shape: shape),
      norm: norm)
  }

  /// Writes the rows of a table.
  ///
  /// Unchecked: threads write different rows.
  struct Writer: @unchecked Sendable {
    fileprivate let count: Int
    fileprivate let norm: DistanceNorm
    fileprivate let indices: UnsafeMutableBufferPointer<Int32>
    fileprivate let distances: UnsafeMutableBufferPointer<Double>

    /// Writes the neighbours of a query; Euclidean distances come squared.
    func write(_ heap: SmallestHeap, of query: Int) {
      write(heap.sorted(), of: query) { $0 }
    }

    /// Writes the first of `pairs`, nearest first, as the neighbours of a query; `row` is the
    /// reference row of a pair's index.
    func write(
      _ pairs: [(value: Double, index: Int32)], of query: Int, row: (Int32) -> Int32
    ) {
      for (rank, pair) in pairs.prefix(count).enumerated() {
        indices[query * count + rank] = row(pair.index)
        distances[query * count + rank] = norm == .euclidean ? pair.value.squareRoot() : pair.value
      }
    }
  }
}
