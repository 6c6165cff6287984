import CKernels
import Foundation
import MIMCPU
import MIMTensor

/// A test of whether two sets of points come from one distribution.
public struct TwoSampleTest: Sendable, Equatable {
  /// The statistic.
  public let value: Double
  /// What it is on average where both come from one distribution.
  public let expected: Double
  /// (1 + the random orders with at least this value) / (1 + all of them).
  public let pValue: Double
  /// The points of each set.
  public let counts: [Int]
}

/// The one-nearest-neighbour test (Friedman & Rafsky's kind; Lopez-Paz & Oquab 2017, arXiv:1610.06545, section 3): the
/// share of points of both sets together whose nearest other point is of their own set. About ½ where the sets are of
/// one size and one distribution, 1 where they lie apart; below, where samples copy the data.
///
/// - Parameter permutations: random orders of the sets' names, for the p-value.
/// - Throws: `AnalysisError` for tables that don't fit, or fewer than two points.
/// - Complexity: that of `nearestNeighbors`.
public func nearestNeighborTest<Scalar: PointScalar>(
  _ first: HostArray<Scalar>, _ second: HostArray<Scalar>, permutations: Int = 999,
  seed: UInt64 = 0, threads: Int? = nil
) throws -> TwoSampleTest {
  let (both, split) = try joined(first, second)
  let found = try nearestNeighbors(
    of: both, in: both, count: 1, norm: .euclidean, excludesSelf: true, threads: threads)
  let nearest = found.indices.elements.map { Int($0) }
  func share(_ order: [Int]) -> Double {
    var isFirst = [Bool](repeating: false, count: both.rows)
    for row in order.prefix(split) { isFirst[row] = true }
    return Double(nearest.indices.count { isFirst[$0] == isFirst[nearest[$0]] })
      / Double(both.rows)
  }
  let value = share(Array(0..<both.rows))
  var random = RandomStream(seed: seed, stream: "nearest-neighbour test")
  var exceeding = 0
  for _ in 0..<permutations where share(random.shuffled(both.rows)) >= value { exceeding += 1 }
  let (m, n, all) = (Double(split), Double(both.rows - split), Double(both.rows))
  return TwoSampleTest(
    value: value, expected: (m * (m - 1) + n * (n - 1)) / (all * (all - 1)),
    pValue: Double(1 + exceeding) / Double(1 + permutations), counts: [split, both.rows - split])
}

/// The squared maximum mean discrepancy, unbiased (Gretton et al. 2012, JMLR 13, 723, equation 3), with the kernel
/// k(x, y) = exp(−‖x − y‖²/2σ²), σ being the median distance of different points of both sets together:
///
///     1/(m(m − 1)) Σ_{i≠j} k(x_i, x_j) + 1/(n(n − 1)) Σ_{i≠j} k(y_i, y_j) − 2/(mn) Σ_{ij} k(x_i, y_j)
///
/// - Parameters:
///   - bandwidth: σ; nil: the median.
///   - shouldStop: asked now and then; true ends the work.
/// - Throws: `AnalysisError` for tables that don't fit, fewer than two points in a set, more than 16,384 in all, or
///   points that are all equal; `CancellationError` if `shouldStop` ended the work.
/// - Complexity: O((m + n)² (d + permutations)).
public func maximumMeanDiscrepancy<Scalar: PointScalar>(
  _ first: HostArray<Scalar>, _ second: HostArray<Scalar>, bandwidth: Double? = nil,
  permutations: Int = 199, seed: UInt64 = 0, threads: Int? = nil, shouldStop: () -> Bool = { false }
) throws -> (test: TwoSampleTest, bandwidth: Double) {
  let (both, split) = try joined(first, second)
  guard both.rows <= 16_384 else {
    throw AnalysisError.tooLarge(
      quantity: "the kernel of all pairs", elements: "\(both.rows) x \(both.rows)")
  }
  var kernel = squaredDistances(of: both, threads: threads)
  let count = both.rows
  let sigma = bandwidth ?? median(of: kernel, count: count)
  guard sigma > 0 else { throw AnalysisError.allPointsEqual(quantity: "both sets") }
  kernel.withUnsafeMutableBufferPointer { kernel in
    nonisolated(unsafe) let kernel = kernel
    inParallel(count: count, chunk: 16, threads: threads) { rows in
      for place in rows.lowerBound * count..<rows.upperBound * count {
        kernel[place] = exp(-kernel[place] / (2 * sigma * sigma))
      }
      // A point with itself is no pair.
      for row in rows { kernel[row * count + row] = 0 }
    }
  }
  let kernelRows = kernel
  let rowSums = (0..<count).map { row in
    kernelRows[row * count..<(row + 1) * count].reduce(0, +)
  }
  let total = rowSums.reduce(0, +)
  let (m, n) = (Double(split), Double(count - split))
  // With u = 1 for the first set, the sums are uᵀKu, uᵀK1 and 1ᵀK1.
  func discrepancy(_ order: [Int]) -> Double {
    let chosen = Array(order.prefix(split))
    var marks = [Double](repeating: 0, count: count)
    for row in chosen { marks[row] = 1 }
    let names = marks
    let chunk = 64
    var parts = [Double](repeating: 0, count: (split + chunk - 1) / chunk)
    parts.withUnsafeMutableBufferPointer { parts in
      nonisolated(unsafe) let parts = parts
      inParallel(count: split, chunk: chunk, threads: threads) { range in
        kernelRows.withUnsafeBufferPointer { kernel in
          guard let base = kernel.baseAddress else { return }
          for place in range {
            parts[range.lowerBound / chunk] += mim_dot(base + chosen[place] * count, names, count)
          }
        }
      }
    }
    let own = parts.reduce(0, +)
    let withAll = chosen.reduce(0) { $0 + rowSums[$1] }
    let across = withAll - own
    let other = total - own - 2 * across
    return own / (m * (m - 1)) + other / (n * (n - 1)) - 2 * across / (m * n)
  }
  let value = discrepancy(Array(0..<count))
  var random = RandomStream(seed: seed, stream: "maximum mean discrepancy")
  var exceeding = 0
  for _ in 0..<permutations {
    if shouldStop() { throw CancellationError() }
    if discrepancy(random.shuffled(count)) >= value { exceeding += 1 }
  }
  let test = TwoSampleTest(
    value: value, expected: 0, pValue: Double(1 + exceeding) / Double(1 + permutations),
    counts: [split, count - split])
  return (test, sigma)
}

/// Both sets one after the other, and the size of the first.
private func joined<Scalar: PointScalar>(
  _ first: HostArray<Scalar>, _ second: HostArray<Scalar>
) throws -> (PointTable, split: Int) {
  let first = try PointTable(first, quantity: "the samples")
  let second = try PointTable(second, quantity: "the data")
  try first.requireDimensions(of: second)
  for table in [first, second] where table.rows < 2 {
    throw AnalysisError.neighborCount(requested: 1, largest: 0, points: table.rows)
  }
  let both = PointTable(
    checked: first.values + second.values, dimensions: first.dimensions, quantity: "both sets")
  return (both, first.rows)
}

/// ‖x_i − x_j‖² of all pairs, row-major.
private func squaredDistances(of table: PointTable, threads: Int?) -> [Double] {
  let (packed, count) = (PackedPoints(table), table.rows)
  var all = [Double](repeating: 0, count: count * count)
  all.withUnsafeMutableBufferPointer { all in
    nonisolated(unsafe) let all = all
    inParallel(count: count, chunk: 64, threads: threads) { range in
      let width = packed.paddedCount
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * width) {
        guard let rows = $0.baseAddress else { return }
        for first in stride(from: range.lowerBound, to: range.upperBound, by: PackedPoints.queries)
        {
          let here = min(PackedPoints.queries, range.upperBound - first)
          packed.distances(
            from: table, first: first, found: here, norm: .euclidean,
            blockRange: 0..<packed.blocks, into: rows, stride: width)
          for place in 0..<here {
            for other in 0..<count {
              all[(first + place) * count + other] = rows[place * width + other]
            }
          }
        }
      }
    }
  }
  return all
}

/// The median distance of different rows.
private func median(of squares: [Double], count: Int) -> Double {
  var pairs: [Double] = []
  pairs.reserveCapacity(count * (count - 1) / 2)
  for row in 1..<count { pairs += squares[row * count..<row * count + row] }
  pairs.sort()
  let middle = pairs.count / 2
  return pairs.count % 2 == 1
    ? pairs[middle].squareRoot()
    : (pairs[middle - 1].squareRoot() + pairs[middle].squareRoot()) / 2
}
