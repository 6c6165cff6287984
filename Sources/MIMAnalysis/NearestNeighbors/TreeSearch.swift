import MIMCPU
import MIMTensor

/// Exact search by a k-d tree: in few dimensions it passes over most of the points.
struct TreeSearch: Sendable {
  /// Up to so many dimensions, and from so many points on, the tree is faster than comparing all.
  private static let largestDimensions = 8
  private static let leastPoints = 500

  private let queries: PointTable
  private let tree: PointTree
  private let count: Int
  private let norm: DistanceNorm
  private let excludesSelf: Bool

  static func serves(dimensions: Int, points: Int) -> Bool {
    dimensions <= largestDimensions && points >= leastPoints
  }

  init(
    queries: PointTable, reference: PointTable, count: Int, norm: DistanceNorm, excludesSelf: Bool
  ) {
    self.queries = queries
    self.count = count
    self.norm = norm
    self.excludesSelf = excludesSelf
    tree = PointTree(reference.values, dimensions: reference.dimensions)
  }

  func neighbors(threads: Int?) -> Neighbors {
    var table = NeighborTable(queries: queries.rows, count: count, norm: norm)
    let stop = StopRequest.current
    table.fill { writer in
      inParallel(count: queries.rows, chunk: 256, threads: threads) { places in
        guard stop?.isMade != true else { return }
        var heap = SmallestHeap(capacity: count)
        for place in places {
          // The tree's own points in the order of its leaves: neighbours in time are neighbours
          // in space.
          let query = excludesSelf ? tree.row(at: place) : place
          heap.removeAll()
          queries.withRow(query) { point in
            guard let point else { return }
            tree.offerNearest(
              to: point, norm: norm, except: excludesSelf ? query : nil, &heap)
          }
          writer.write(heap, of: query)
        }
      }
    }
    return table.neighbors
  }
}
