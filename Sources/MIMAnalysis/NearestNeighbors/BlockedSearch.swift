import MIMCPU
import MIMTensor

/// Exact search by computing every distance, in blocks that stay in the cache: for what neither a
/// product nor a tree serves.
struct BlockedSearch: Sendable {
  /// Queries whose heaps are filled together.
  private static let queryGroup = 64

  let queries: PointTable
  let reference: PackedPoints
  let count: Int
  let norm: DistanceNorm
  /// Whether query i is reference point i and must not find itself.
  let excludesSelf: Bool

  func neighbors(threads: Int?) -> Neighbors {
    var table = NeighborTable(queries: queries.rows, count: count, norm: norm)
    let stop = StopRequest.current
    table.fill { writer in
      inParallel(count: queries.rows, chunk: Self.queryGroup, threads: threads) { group in
        guard stop?.isMade != true else { return }
        for (query, heap) in zip(group, heaps(of: group)) { writer.write(heap, of: query) }
      }
    }
    return table.neighbors
  }

  /// The heaps of one group of queries after all reference points were offered.
  private func heaps(of group: Range<Int>) -> [SmallestHeap] {
    var heaps = [SmallestHeap](repeating: SmallestHeap(capacity: count), count: group.count)
    // About 128 KB of points: they stay in the second-level cache for the whole group.
    let tile = max(1, min(64, 16_384 / (reference.dimensions * PackedPoints.lanes)))
    let stride = tile * PackedPoints.lanes
    withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * stride) {
      guard let rows = $0.baseAddress else { return }
      for begin in Swift.stride(from: 0, to: reference.blocks, by: tile) {
        let blocks = begin..<min(reference.blocks, begin + tile)
        for first in Swift.stride(from: group.lowerBound, to: group.upperBound, by: 4) {
          let found = min(PackedPoints.queries, group.upperBound - first)
          reference.distances(
            from: queries, first: first, found: found, norm: norm, blockRange: blocks,
            into: rows, stride: stride)
          offer(rows, stride, blocks, from: first..<first + found, group, to: &heaps)
        }
      }
    }
    return heaps
  }

  private func offer(
    _ rows: UnsafeMutablePointer<Double>, _ stride: Int, _ blocks: Range<Int>,
    from queries: Range<Int>, _ group: Range<Int>, to heaps: inout [SmallestHeap]
  ) {
    let first = blocks.lowerBound * PackedPoints.lanes
    let count = min(reference.count - first, blocks.count * PackedPoints.lanes)
    for query in queries {
      let row = rows + (query - queries.lowerBound) * stride
      if excludesSelf, first..<first + count ~= query { row[query - first] = .infinity }
      heaps[query - group.lowerBound].offer(row, count: count, first: first)
    }
  }
}
