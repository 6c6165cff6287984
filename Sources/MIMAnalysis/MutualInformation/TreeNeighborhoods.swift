import MIMCPU

/// The counts that an estimator needs of every point, by trees over the joint space and over each
/// variable: for few dimensions.
struct TreeNeighborhoods: Sendable {
  private let sample: KSGSample
  private let joint: PointTree
  private let marginals: [PointTree]
  /// The first joint dimension of each variable, and the number of all.
  private let offsets: [Int]

  init(_ sample: KSGSample) {
    self.sample = sample
    offsets = sample.variables.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.dimensions) }
    joint = PointTree(
      Self.concatenated(sample.variables), dimensions: offsets[sample.variables.count])
    marginals = sample.variables.map { PointTree($0.values, dimensions: $0.dimensions) }
  }

  private static func concatenated(_ variables: [PointTable]) -> [Double] {
    (0..<variables[0].rows).flatMap { row in
      variables.flatMap { $0.values[row * $0.dimensions..<(row + 1) * $0.dimensions] }
    }
  }

  /// One array for each variable: n of every point.
  func counts(threads: Int?) -> [[Int32]] {
    let (count, variables) = (sample.count, marginals.count)
    var found = [Int32](repeating: 1, count: variables * count)
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      inParallel(count: count, chunk: 256, threads: threads) { fill(found, for: $0) }
    }
    return (0..<variables).map { Array(found[$0 * count..<($0 + 1) * count]) }
  }

  /// Points in the order of the tree's leaves, so that neighbours in time are neighbours in space.
  private func fill(_ found: UnsafeMutableBufferPointer<Int32>, for group: Range<Int>) {
    var smallest = [Double](repeating: 0, count: sample.k + 1)
    var extents = [Double](repeating: 0, count: marginals.count)
    for place in group {
      let row = joint.row(at: place)
      let radius = joint.distanceToNeighbor(of: row, &smallest)
      if sample.estimator == .second {
        joint.extents(around: row, radius: radius, groups: offsets, &extents)
      }
      for (variable, tree) in marginals.enumerated() {
        let own = joint.point(row) + offsets[variable]
        let count =
          sample.estimator == .first
          ? tree.count(near: own, within: CountingRadius(belowNeighborAt: radius))
          : tree.count(near: own, within: CountingRadius(atMost: extents[variable])) - 1
        found[variable * sample.count + row] = max(1, Int32(count))
      }
    }
  }
}

extension CountingRadius {
  init(atMost value: Double) {
    self.value = value
    isStrict = false
  }
}
