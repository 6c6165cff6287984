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
  return try keptNeighborhoods(of: map, among: table, k: k, threads: threads)
}

/// How far the neighbours of points are still neighbours in an embedding (Venna & Kaski 2001): trustworthiness with the
/// roles exchanged. Where that sees points that came from afar, this sees neighbours that were torn apart.
///
/// - Parameters:
///   - embedding: `[n, m]`.
///   - points: what was embedded, `[n, d]`.
///   - k: neighbours, from 1 to less than n/2.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or a k out of range.
/// - Complexity: O(n²·(m + k)), and one neighbour search among the points.
public func continuity<Scalar: PointScalar>(
  of embedding: HostArray<Float>, points: HostArray<Scalar>, k: Int, threads: Int? = nil
) throws -> Double {
  let table = try PointTable(points, quantity: "points")
  let map = try PointTable(embedding, quantity: "the embedding")
  return try keptNeighborhoods(of: table, among: map, k: k, threads: threads)
}

/// 1 less the normalised excess of the ranks, among `other`, of the k nearest in `table`.
private func keptNeighborhoods(
  of table: PointTable, among other: PointTable, k: Int, threads: Int?
) throws -> Double {
  try table.requireRows(of: other)
  let n = other.rows
  guard k >= 1, 2 * k < n else {
    throw AnalysisError.neighborCount(requested: k, largest: (n - 1) / 2, points: n)
  }
  let neighbors = try nearestNeighbors(
    of: table, in: table, count: k, norm: .euclidean, excludesSelf: true, threads: threads)
  let intruders = RankedIntruders(table: other, packed: PackedPoints(other), neighbors: neighbors)
    .excess(threads: threads)
  let worst = Double(n) * Double(k) * Double(2 * n - 3 * k - 1)
  return 1 - 2 * intruders.reduce(0, +) / worst
}

/// For each point, by how much the ranks of its neighbours elsewhere exceed k among the points of a table.
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
