import CKernels

/// For every point the number of points near it in x and in z, where near means within the
/// distance to its k-th neighbour in the joint space: all that estimator 1 needs.
struct MarginalCounts: Sendable {
  private let x: PointTable
  private let z: PointTable
  private let packedX: PackedPoints
  private let packedZ: PackedPoints
  private let k: Int

  init(x: PointTable, z: PointTable, k: Int) {
    self.x = x
    self.z = z
    self.k = k
    packedX = PackedPoints(x)
    packedZ = PackedPoints(z)
  }

  /// The counts in x and in z, the point itself included, at least 1.
  struct Counts {
    var x: [Int32]
    var z: [Int32]
  }

  func counts(threads: Int?) -> Counts {
    var counts = Counts(
      x: [Int32](repeating: 1, count: x.rows), z: [Int32](repeating: 1, count: x.rows))
    counts.x.withUnsafeMutableBufferPointer { countsX in
      counts.z.withUnsafeMutableBufferPointer { countsZ in
        nonisolated(unsafe) let (countsX, countsZ) = (countsX, countsZ)
        inParallel(count: x.rows, chunk: 64, threads: threads) { group in
          count(group, countsX, countsZ)
        }
      }
    }
    return counts
  }

  private func count(
    _ group: Range<Int>, _ countsX: UnsafeMutableBufferPointer<Int32>,
    _ countsZ: UnsafeMutableBufferPointer<Int32>
  ) {
    let row = packedX.paddedCount
    let rows = PackedPoints.queries * row
    var heap = SmallestHeap(capacity: k)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * rows + row) {
      guard let distancesX = $0.baseAddress else { return }
      let distancesZ = distancesX + rows
      let joint = distancesZ + rows
      for first in stride(from: group.lowerBound, to: group.upperBound, by: PackedPoints.queries) {
        let found = min(PackedPoints.queries, group.upperBound - first)
        for (table, packed, distances) in [(x, packedX, distancesX), (z, packedZ, distancesZ)] {
          packed.distances(
            from: table, first: first, found: found, norm: .maximum,
            blockRange: 0..<packed.blocks, into: distances, stride: row)
        }
        for place in 0..<found {
          let (rowX, rowZ) = (distancesX + place * row, distancesZ + place * row)
          mim_elementwise_maximum(rowX, rowZ, x.rows, joint)
          joint[first + place] = .infinity
          heap.removeAll()
          heap.offer(joint, count: x.rows, first: 0)
          countsX[first + place] = Self.count(rowX, x.rows, within: heap.largest)
          countsZ[first + place] = Self.count(rowZ, x.rows, within: heap.largest)
        }
      }
    }
  }

  /// The oracle's rule: at most ε − 1e-15; from 16 on, where that is ε again, less than ε.
  private static func count(
    _ distances: UnsafePointer<Double>, _ count: Int, within radius: Double
  ) -> Int32 {
    let found =
      radius >= 16
      ? mim_count_below(distances, count, radius)
      : mim_count_at_most(distances, count, radius - 1e-15)
    return max(1, Int32(found))
  }
}

extension MarginalCounts.Counts {
  /// ψ(k) + ψ(N) − ψ(n_x) − ψ(n_z) of every point, in nats.
  func localInformation(k: Int) -> [Double] {
    let digamma = digamma(upTo: x.count)
    let constant = digamma[k] + digamma[x.count]
    return zip(x, z).map { constant - digamma[Int($0)] - digamma[Int($1)] }
  }
}

/// ψ(1), …, ψ(`largest`) at their own indices (index 0 is unused), by ψ(n + 1) = ψ(n) + 1/n.
func digamma(upTo largest: Int) -> [Double] {
  let eulerGamma = 0.577_215_664_901_532_9
  var values = [-Double.infinity, -eulerGamma]
  for n in 1..<max(1, largest) { values.append(values[n] + 1 / Double(n)) }
  return values
}
