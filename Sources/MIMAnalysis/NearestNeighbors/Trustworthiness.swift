import CKernels
import MIMCPU
import MIMTensor

/// How far the neighbours that points have in an embedding are neighbours of theirs (Venna & Kaski
/// 2001): 1 − 2/(nk(2n − 3k − 1)) · Σᵢ Σⱼ max(0, r(i, j) − k), where j runs over the k nearest of i in
/// the embedding and r(i, j) is j's rank by distance to i among the points themselves. 1 where every
/// neighbour is one; equal distances rank by index.
///
/// - Parameters:
///   - embedding: `[n, m]`.
///   - points: what was embedded, `[n, d]`.
///   - k: neighbours, from 1 to less than n/2.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or a k out of range.
/// - Complexity: O(n²·(d + k)).
public func trustworthiness<Scalar: PointScalar>(
  of embedding: HostArray<Float>, points: HostArray<Scalar>, k: Int, threads: Int? = nil
) throws -> Double {
  let table = try PointTable(points, quantity: "points")
  let map = try PointTable(embedding, quantity: "the embedding")
  try map.requireRows(of: table)
  let n = table.rows
  guard k >= 1, 2 * k < n else {
    throw AnalysisError.neighborCount(requested: k, largest: (n - 1) / 2, points: n)
  }
  let neighbors = try nearestNeighbors(
    of: map, in: map, count: k, norm: .euclidean, excludesSelf: true, threads: threads)
  let intruders = RankedIntruders(table: table, packed: PackedPoints(table), neighbors: neighbors)
    .excess(threads: threads)
  let worst = Double(n) * Double(k) * Double(2 * n - 3 * k - 1)
  return 1 - 2 * intruders.reduce(0, +) / worst
}

/// For each point, by how much the ranks of its neighbours in an embedding exceed k.
private struct RankedIntruders {
  let table: PointTable
  let packed: PackedPoints
  let neighbors: Neighbors

  func excess(threads: Int?) -> [Double] {
    [Double](unsafeUninitializedCapacity: table.rows) { sums, count in
      nonisolated(unsafe) let sums = sums
      let stride = packed.paddedCount
      inParallel(count: table.rows, chunk: PackedPoints.queries, threads: threads) { queries in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * stride) {
          guard let rows = $0.baseAddress else { return }
          packed.distances(
            from: table, first: queries.lowerBound, found: queries.count, norm: .euclidean,
            blockRange: 0..<packed.blocks, into: rows, stride: stride)
          for query in queries {
            sums[query] = excess(of: query, rows + (query - queries.lowerBound) * stride)
          }
        }
      }
      count = table.rows
    }
  }

  private func excess(of query: Int, _ row: UnsafeMutablePointer<Double>) -> Double {
    row[query] = .infinity
    return neighbors.indices.row(query).reduce(0) { sum, index in
      let other = Int(index)
      let nearer = mim_count_below(row, table.rows, row[other])
      let equal = (0..<other).lazy.filter { row[$0] == row[other] }
      let tied =
        Int(mim_count_at_most(row, table.rows, row[other])) - Int(nearer) > 1 ? equal.count : 0
      return sum + Double(max(0, Int(nearer) + tied + 1 - neighbors.count))
    }
  }
}
