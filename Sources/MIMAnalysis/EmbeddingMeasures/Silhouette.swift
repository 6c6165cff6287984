import MIMCPU
import MIMTensor

/// The silhouette of labelled points (Rousseeuw 1987), its mean: (b − a)/max(a, b) for each point, where a is its mean
/// distance to the others of its class and b the mean distance to the class for which that is smallest of the rest; 0 for a
/// point that is alone in its class. −1…1, more is better separated.
///
/// - Parameters:
///   - points: `[n, d]`, finite.
///   - labels: one class number per point.
/// - Throws: `AnalysisError` for a table that is not finite or does not fit, or fewer than two classes.
/// - Complexity: O(n²·d).
public func silhouette<Scalar: PointScalar>(
  of points: HostArray<Scalar>, labels: [Int32], threads: Int? = nil
) throws -> PointwiseMean {
  let table = try PointTable(points, quantity: "points")
  guard labels.count == table.rows else {
    throw AnalysisError.rowsDiffer(
      first: "the labels", firstRows: labels.count, second: "points", secondRows: table.rows)
  }
  let names = Set(labels).sorted()
  guard names.count >= 2, names.count < table.rows else {
    throw AnalysisError.oneClass(classes: names.count)
  }
  let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
  return PointwiseMean(
    SilhouetteSums(
      table: table, packed: PackedPoints(table), classes: labels.map { places[$0] ?? 0 },
      count: names.count
    ).values(threads: threads))
}

private struct SilhouetteSums {
  let table: PointTable
  let packed: PackedPoints
  let classes: [Int]
  let count: Int

  func values(threads: Int?) -> [Double] {
    var sizes = [Int](repeating: 0, count: count)
    for place in classes { sizes[place] += 1 }
    let stride = packed.paddedCount
    return [Double](unsafeUninitializedCapacity: table.rows) { values, initialized in
      nonisolated(unsafe) let values = values
      let sizes = sizes
      inParallel(count: table.rows, chunk: PackedPoints.queries, threads: threads) { queries in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * stride) {
          guard let rows = $0.baseAddress else { return }
          packed.distances(
            from: table, first: queries.lowerBound, found: queries.count, norm: .euclidean,
            blockRange: 0..<packed.blocks, into: rows, stride: stride)
          for query in queries {
            values[query] = value(
              of: query, rows + (query - queries.lowerBound) * stride, sizes: sizes)
          }
        }
      }
      initialized = table.rows
    }
  }

  private func value(
    of query: Int, _ squares: UnsafeMutablePointer<Double>, sizes: [Int]
  ) -> Double {
    var sums = [Double](repeating: 0, count: count)
    classes.withUnsafeBufferPointer { classes in
      sums.withUnsafeMutableBufferPointer { sums in
        for other in 0..<table.rows { sums[classes[other]] += squares[other].squareRoot() }
      }
    }
    let own = classes[query]
    guard sizes[own] > 1 else { return 0 }
    let within = sums[own] / Double(sizes[own] - 1)
    let between = sums.indices.reduce(Double.infinity) { smallest, place in
      place == own ? smallest : min(smallest, sums[place] / Double(sizes[place]))
    }
    let larger = max(within, between)
    return larger > 0 ? (between - within) / larger : 0
  }
}
