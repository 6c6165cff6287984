import CKernels

/// Points laid out for the distance kernels: blocks of 16 points, each block dimension by
/// dimension, so that one vector instruction serves eight points. Lanes past the last point are
/// infinitely far away.
struct PackedPoints: Sendable {
  static let lanes = Int(MIM_DISTANCE_LANES)
  /// The kernels take so many queries at a time.
  static let queries = Int(MIM_DISTANCE_QUERIES)

  let count: Int
  let dimensions: Int
  let blocks: Int
  private let packed: [Double]

  init(_ table: PointTable) { self.init(table.values, dimensions: table.dimensions) }

  /// Packs row-major points, `[n, dimensions]`.
  init(_ values: [Double], dimensions: Int) {
    let lanes = Self.lanes
    self.dimensions = dimensions
    count = values.count / dimensions
    blocks = (count + lanes - 1) / lanes
    var packed = [Double](repeating: .infinity, count: blocks * dimensions * lanes)
    for row in 0..<count {
      let place = row / lanes * dimensions * lanes + row % lanes
      for column in 0..<dimensions {
        packed[place + column * lanes] = values[row * dimensions + column]
      }
    }
    self.packed = packed
  }

  /// The points of a row of distances, padding included.
  var paddedCount: Int { blocks * Self.lanes }

  /// Writes the distances from up to four queries, rows `first..<first + found` of `table`, to
  /// the points of `blockRange`, one row of `stride` for each query. Euclidean ones are squared.
  func distances(
    from table: PointTable, first: Int, found: Int, norm: DistanceNorm, blockRange: Range<Int>,
    into rows: UnsafeMutablePointer<Double>, stride: Int
  ) {
    distances(
      from: table.values, first: first, found: found, norm: norm, blockRange: blockRange,
      into: rows, stride: stride)
  }

  /// The same from queries that lie one after another.
  func distances(
    from queries: [Double], first: Int, found: Int, norm: DistanceNorm, blockRange: Range<Int>,
    into rows: UnsafeMutablePointer<Double>, stride: Int
  ) {
    queries.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      // Places without a query repeat the last one; their rows are never read.
      let starts = (0..<Self.queries).map {
        Optional(base + (first + min($0, found - 1)) * dimensions)
      }
      packed.withUnsafeBufferPointer { packed in
        let start = packed.baseAddress.map { $0 + blockRange.lowerBound * dimensions * Self.lanes }
        switch norm {
        case .euclidean:
          mim_distances_squared(starts, dimensions, start, blockRange.count, rows, stride)
        case .maximum:
          mim_distances_maximum(starts, dimensions, start, blockRange.count, rows, stride)
        }
      }
    }
  }
}
