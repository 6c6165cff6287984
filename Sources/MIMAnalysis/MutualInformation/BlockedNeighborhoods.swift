import CKernels
import MIMCPU
import MIMTensor

/// The counts that an estimator needs of every point, by comparing all pairs: for many dimensions.
struct BlockedNeighborhoods: Sendable {
  private let sample: KSGSample
  private let packed: [PackedPoints]

  init(_ sample: KSGSample) {
    self.sample = sample
    packed = sample.variables.map { PackedPoints($0) }
  }

  /// One array for each variable: n of every point.
  func counts(threads: Int?) -> [[Int32]] {
    let (count, variables) = (sample.count, sample.variables.count)
    var found = [Int32](repeating: 1, count: variables * count)
    let stop = StopRequest.current
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      inParallel(count: count, chunk: 64, threads: threads) { group in
        if stop?.isMade != true { fill(found, for: group) }
      }
    }
    return (0..<variables).map { Array(found[$0 * count..<($0 + 1) * count]) }
  }

  private func fill(_ found: UnsafeMutableBufferPointer<Int32>, for group: Range<Int>) {
    let row = packed[0].paddedCount
    let rows = PackedPoints.queries * row
    var heap = SmallestHeap(capacity: sample.k)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: packed.count * rows + row) {
      guard let distances = $0.baseAddress else { return }
      let joint = distances + packed.count * rows
      for first in stride(from: group.lowerBound, to: group.upperBound, by: PackedPoints.queries) {
        let queries = min(PackedPoints.queries, group.upperBound - first)
        for (variable, points) in packed.enumerated() {
          points.distances(
            from: sample.variables[variable], first: first, found: queries, norm: .maximum,
            blockRange: 0..<points.blocks, into: distances + variable * rows, stride: row)
        }
        for place in 0..<queries {
          let own = distances + place * row
          let radius = radius(of: first + place, own, stride: rows, joint, &heap)
          for variable in packed.indices {
            found[variable * sample.count + first + place] = neighbors(
              own + variable * rows, joint, within: radius)
          }
        }
      }
    }
  }

  /// The distance to the k-th neighbour in the joint space; `joint` becomes all joint distances.
  private func radius(
    of point: Int, _ distances: UnsafePointer<Double>, stride: Int,
    _ joint: UnsafeMutablePointer<Double>, _ heap: inout SmallestHeap
  ) -> Double {
    mim_elementwise_maximum(distances, distances + stride, sample.count, joint)
    for variable in packed.indices.dropFirst(2) {
      mim_elementwise_maximum(joint, distances + variable * stride, sample.count, joint)
    }
    joint[point] = .infinity
    heap.removeAll()
    heap.offer(joint, count: sample.count, first: 0)
    return heap.largest
  }

  private func neighbors(
    _ distances: UnsafePointer<Double>, _ joint: UnsafePointer<Double>, within radius: Double
  ) -> Int32 {
    guard sample.estimator == .second else {
      let limit = CountingRadius(belowNeighborAt: radius)
      let count =
        limit.isStrict
        ? mim_count_below(distances, sample.count, limit.value)
        : mim_count_at_most(distances, sample.count, limit.value)
      return max(1, Int32(count))
    }
    let extent = mim_largest_where(distances, joint, sample.count, radius)
    return Int32(mim_count_at_most(distances, sample.count, extent)) - 1
  }
}

/// Which points estimator 1 counts for a k-th neighbour at ε: those at most ε − 1e-15 away; from
/// 16 on, where that is ε again, those less than ε away.
struct CountingRadius {
  let value: Double
  let isStrict: Bool

  /// The largest distance that is admitted.
  var largest: Double { isStrict ? value.nextDown : value }

  init(belowNeighborAt radius: Double) {
    isStrict = radius >= 16
    value = isStrict ? radius : radius - 1e-15
  }
}
