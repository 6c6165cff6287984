import CKernels
import MIMCPU
import MIMTensor

/// How samples and data cover each other, by balls that reach the k-th neighbour of each point among its own.
///
/// *Precision* is the share of samples in a ball of the data, *recall* the share of data in a ball of the samples
/// (Kynkäänniemi et al. 2019, arXiv:1904.06991, equations 2 and 3). *Density* is the mean number of the data's balls
/// that a sample lies in, divided by k; *coverage* the share of the data's balls with a sample (Naeem et al. 2020,
/// arXiv:2002.09797, equations 4 and 5). For samples that are as the data, density is 1 and coverage
/// 1 − 2^(−k) in the limit.
public struct ManifoldScores: Sendable, Equatable {
  /// The share of samples in a ball of the data, 0 to 1.
  public let precision: Double
  /// The share of data in a ball of the samples, 0 to 1.
  public let recall: Double
  /// Balls of the data around a sample, on average, divided by k; 0 or more.
  public let density: Double
  /// The share of the data's balls with a sample, 0 to 1.
  public let coverage: Double

  /// All four.
  public init(precision: Double, recall: Double, density: Double, coverage: Double) {
    self.precision = precision
    self.recall = recall
    self.density = density
    self.coverage = coverage
  }
}

/// Precision, recall, density and coverage of samples, Euclidean. Points at the very edge of a ball are outside.
///
/// - Parameters:
///   - samples: `[m, d]`.
///   - data: `[n, d]`.
///   - k: neighbours, from 1 to less than m and n.
/// - Throws: `AnalysisError` for tables that don't fit, or a k out of range.
/// - Complexity: O((m + n)² d).
public func manifoldScores<Scalar: PointScalar>(
  samples: HostArray<Scalar>, data: HostArray<Scalar>, k: Int = 5, threads: Int? = nil
) throws -> ManifoldScores {
  let samples = try PointTable(samples, quantity: "the samples")
  let data = try PointTable(data, quantity: "the data")
  try samples.requireDimensions(of: data)
  let ofData = try radii(of: data, k: k, threads: threads)
  let ofSamples = try radii(of: samples, k: k, threads: threads)
  // By samples: in how many balls of the data; by data points: in how many balls of the samples.
  let inData = counts(of: samples, in: data, radii: ofData, threads: threads)
  let inSamples = counts(of: data, in: samples, radii: ofSamples, threads: threads)
  let nearest = try nearestNeighbors(
    of: data, in: samples, count: 1, norm: .euclidean, excludesSelf: false, threads: threads
  ).distances.elements
  let (m, n) = (Double(samples.rows), Double(data.rows))
  return ManifoldScores(
    precision: Double(inData.count { $0 > 0 }) / m,
    recall: Double(inSamples.count { $0 > 0 }) / n,
    density: Double(inData.reduce(0, +)) / (m * Double(k)),
    coverage: Double(zip(nearest, ofData).count { $0 * $0 < $1 }) / n)
}

/// The squares of the distances to the k-th other point.
private func radii(of table: PointTable, k: Int, threads: Int?) throws -> [Double] {
  let found = try nearestNeighbors(
    of: table, in: table, count: k, norm: .euclidean, excludesSelf: true, threads: threads)
  return (0..<table.rows).map {
    let distance = found.distances.elements[$0 * k + k - 1]
    return distance * distance
  }
}

/// For each query, the number of balls around the centres that it lies in.
private func counts(
  of queries: PointTable, in centres: PointTable, radii: [Double], threads: Int?
) -> [Int] {
  let packed = PackedPoints(centres)
  var found = [Int](repeating: 0, count: queries.rows)
  found.withUnsafeMutableBufferPointer { found in
    nonisolated(unsafe) let found = found
    inParallel(count: queries.rows, chunk: 64, threads: threads) { range in
      let width = packed.paddedCount
      withUnsafeTemporaryAllocation(of: Double.self, capacity: PackedPoints.queries * width) {
        guard let rows = $0.baseAddress else { return }
        for first in stride(from: range.lowerBound, to: range.upperBound, by: PackedPoints.queries)
        {
          let here = min(PackedPoints.queries, range.upperBound - first)
          packed.distances(
            from: queries, first: first, found: here, norm: .euclidean,
            blockRange: 0..<packed.blocks, into: rows, stride: width)
          for place in 0..<here {
            var count = 0
            for centre in 0..<centres.rows where rows[place * width + centre] < radii[centre] {
              count += 1
            }
            found[first + place] = count
          }
        }
      }
    }
  }
  return found
}
