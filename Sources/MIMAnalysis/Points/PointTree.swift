import CKernels

/// A k-d tree of points for exact searches in few dimensions.
///
/// Unchecked: its memory is written by `init` alone and freed by `deinit`.
final class PointTree: @unchecked Sendable {
  private let points: UnsafeMutablePointer<Double>
  private let dimensions: Int
  private let packed: UnsafeMutablePointer<Double>
  private let boxes: UnsafeMutablePointer<Double>
  private let sizes: UnsafeMutablePointer<Int32>
  private let order: UnsafeMutablePointer<Int32>
  private let tree: UnsafeMutablePointer<mim_tree>

  /// A tree of finite points, row-major `[n, dimensions]`.
  init(_ values: [Double], dimensions: Int) {
    let count = values.count / dimensions
    let leaves = mim_tree_leaves(count)
    self.dimensions = dimensions
    points = .allocate(capacity: values.count)
    points.initialize(from: values, count: values.count)
    packed = .allocate(capacity: leaves * dimensions * Int(MIM_LEAF_LANES))
    boxes = .allocate(capacity: 4 * leaves * dimensions)
    sizes = .allocate(capacity: 2 * leaves)
    order = .allocate(capacity: count)
    mim_tree_build(points, count, dimensions, packed, boxes, sizes, order)
    tree = .allocate(capacity: 1)
    tree.initialize(
      to: mim_tree(
        count: count, dimensions: dimensions, leaves: leaves, packed: packed, boxes: boxes,
        sizes: sizes, order: order))
  }

  deinit {
    tree.deallocate()
    points.deallocate()
    packed.deallocate()
    boxes.deallocate()
    sizes.deallocate()
    order.deallocate()
  }

  /// The row of the point at a place in the order of the leaves.
  func row(at place: Int) -> Int { Int(order[place]) }

  /// The coordinates of a row.
  func point(_ row: Int) -> UnsafePointer<Double> { UnsafePointer(points + row * dimensions) }

  /// The maximum-norm distance from a row to its k-th nearest other row, which the caller may know to be at most
  /// `bound`; `smallest` has k + 1 places.
  func distanceToNeighbor(
    of row: Int, atMost bound: Double? = nil, _ smallest: inout [Double]
  ) -> Double {
    // The bound's own rounding must not make it too small.
    let limit = bound.map { $0 * (1 + 1e-12) } ?? .infinity
    // The row itself is the nearest, at 0.
    return mim_tree_kth_distance(tree, point(row), smallest.count, limit, &smallest)
  }

  /// The maximum-norm distance of two rows.
  func distance(from row: Int, to other: Int) -> Double {
    let (first, second) = (point(row), point(other))
    return (0..<dimensions).reduce(0) { max($0, abs(first[$1] - second[$1])) }
  }

  /// Offers all points but row `own` to an empty heap.
  func offerNearest(
    to query: UnsafePointer<Double>, norm: DistanceNorm, except own: Int?,
    _ heap: inout SmallestHeap
  ) {
    heap.withPairs { values, indices, capacity in
      mim_tree_nearest(
        tree, query, Int64(own ?? -1), norm == .euclidean ? 1 : 0, values, indices, capacity)
    }
  }

  /// The largest maximum-norm distance within each group of dimensions to a point at most `radius` away.
  func extents(
    around row: Int, radius: Double, groups: [Int], _ extents: inout [Double]
  ) {
    mim_tree_extents(tree, point(row), radius, groups, extents.count, &extents)
  }

  /// How many points are near `query` in maximum norm, itself included where it is one of them.
  func count(near query: UnsafePointer<Double>, within radius: CountingRadius) -> Int {
    mim_tree_count_within(tree, query, radius.value, radius.isStrict ? 1 : 0)
  }
}
