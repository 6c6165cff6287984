import MIMCPU
import MIMTensor

/// The counts that an estimator needs of every point, by a tree over the joint space and trees or sorted columns of
/// each variable: for few dimensions.
struct TreeNeighborhoods: Sendable {
  private let sample: KSGSample
  private let joint: PointTree
  private let marginals: [MarginalCounts]
  /// The first joint dimension of each variable, and the number of all.
  private let offsets: [Int]

  init(_ sample: KSGSample) {
    self.sample = sample
    offsets = sample.variables.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.dimensions) }
    joint = PointTree(
      Self.concatenated(sample.variables), dimensions: offsets[sample.variables.count])
    marginals = sample.variables.map(MarginalCounts.init)
  }

  private static func concatenated(_ variables: [PointTable]) -> [Double] {
    var values: [Double] = []
    values.reserveCapacity(variables.reduce(0) { $0 + $1.values.count })
    for row in 0..<variables[0].rows {
      for table in variables {
        for place in row * table.dimensions..<(row + 1) * table.dimensions {
          values.append(table.values[place])
        }
      }
    }
    return values
  }

  /// One array for each variable: n of every point.
  func counts(threads: Int?) -> [[Int32]] {
    let (count, variables) = (sample.count, marginals.count)
    var found = [Int32](repeating: 1, count: variables * count)
    let stop = StopRequest.current
    found.withUnsafeMutableBufferPointer { found in
      nonisolated(unsafe) let found = found
      inParallel(count: count, chunk: 256, threads: threads) { group in
        if stop?.isMade != true { fill(found, for: group) }
      }
    }
    return (0..<variables).map { Array(found[$0 * count..<($0 + 1) * count]) }
  }

  /// Points in the order of the tree's leaves, so that neighbours in time are neighbours in space.
  private func fill(_ found: UnsafeMutableBufferPointer<Int32>, for group: Range<Int>) {
    var smallest = [Double](repeating: 0, count: sample.k + 1)
    var extents = [Double](repeating: 0, count: marginals.count)
    let rows = group.map { joint.row(at: $0) }
    // By variable, then by row.
    var radii: [[CountingRadius]] = Array(repeating: [], count: marginals.count)
    for variable in marginals.indices { radii[variable].reserveCapacity(rows.count) }
    var last: (row: Int, radius: Double)?
    for row in rows {
      // The k neighbours of the row before are at most so far from this one.
      let bound = last.map { $0.radius + joint.distance(from: row, to: $0.row) }
      let radius = joint.distanceToNeighbor(of: row, atMost: bound, &smallest)
      last = (row, radius)
      if sample.estimator == .second {
        joint.extents(around: row, radius: radius, groups: offsets, &extents)
      }
      for variable in marginals.indices {
        radii[variable].append(
          sample.estimator == .first
            ? CountingRadius(belowNeighborAt: radius)
            : CountingRadius(atMost: extents[variable]))
      }
    }
    // The second estimator leaves the point itself out.
    let left: Int32 = sample.estimator == .first ? 0 : 1
    for (variable, points) in marginals.enumerated() {
      let table = sample.variables[variable]
      let counts = points.counts(near: rows, of: table, within: radii[variable])
      for (row, count) in zip(rows, counts) {
        found[variable * sample.count + row] = max(1, count - left)
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
