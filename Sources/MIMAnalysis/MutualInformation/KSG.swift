import Foundation
import MIMTensor

/// A mutual-information estimate between two sets of variables observed together.
public struct MutualInformationEstimate: Sendable, Equatable {
  /// The estimate in nats; it may be slightly negative.
  public let value: Double
  /// The standard error of `value` in nats: √(s²/B) from the means of `local` in B = 20 blocks.
  /// Neighbouring points share neighbours, which it can't see: against repeated draws of a
  /// correlated normal it is 15–35 % too small.
  public let standardError: Double
  /// The number of points N.
  public let count: Int
  /// The neighbour count k.
  public let k: Int
  /// The dimensions of x and of z.
  public let dimensions: (x: Int, z: Int)
  /// The ℓ2 error bound N^(−1/2) + N^(−1/(dx + dz)) (Gao, Oh & Viswanath 2018), in nats up to
  /// the constant of the theorem: the scale below which the estimate says nothing.
  public let errorBound: Double
  /// Each point's contribution ψ(k) + ψ(N) − ψ(n_x) − ψ(n_z) in nats; their mean is `value`.
  public let local: [Double]
  /// Why the sample may not support the estimate; empty when nothing speaks against it.
  public let warnings: [MutualInformationWarning]

  /// Whether two estimates have the same numbers.
  public static func == (left: Self, right: Self) -> Bool {
    left.local == right.local && left.k == right.k && left.dimensions == right.dimensions
  }
}

/// Why a sample may not support a mutual-information estimate.
public enum MutualInformationWarning: Sendable, Equatable, CustomStringConvertible {
  /// The value is within 1 nat of ψ(N) − ψ(k), the most that N points show (about log N).
  case nearCeiling(value: Double, ceiling: Double, count: Int)
  /// So many dimensions that the error bound exceeds half a nat.
  case manyDimensions(total: Int, errorBound: Double, count: Int)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .nearCeiling(let value, let ceiling, let count):
      "MI \(rounded(value)) is close to \(rounded(ceiling)), the most that \(count) points can "
        + "show: read it as a lower bound, or use more points"
    case .manyDimensions(let total, let errorBound, let count):
      "\(total) dimensions are many for \(count) points (error bound \(rounded(errorBound))): "
        + "compare such values with each other, don't trust them alone"
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// Mutual information I(x; z) in nats by estimator 1 of Kraskov, Stögbauer & Grassberger (2004,
/// Phys. Rev. E 69, 066138, equation 8), in maximum norm:
///
///     I = ψ(k) + ψ(N) − ⟨ψ(n_x) + ψ(n_z)⟩
///
/// with ε the distance to the k-th neighbour in the joint space and n_x (n_z) the number of
/// points within ε − 1e-15 of the point in x (in z), the point itself counted, at least 1. For
/// ε ≥ 16, where 1e-15 vanishes in `Double`, the distance must be strictly less than ε. No jitter,
/// no clipping at 0: ties and duplicates give finite values.
///
/// - Parameters:
///   - x: `[N, dx]`, finite.
///   - z: `[N, dz]`, finite; row i belongs to row i of `x`.
///   - k: the neighbour count, from 1 to N − 1.
///   - threads: at most so many threads; `nil` is one for each core. Results don't depend on it.
/// - Throws: `AnalysisError` for arrays that are not finite tables of equally many rows, or k ≥ N.
/// - Complexity: O(N²(dx + dz)), about O(N log N) in few dimensions.
public func mutualInformationKSG<Scalar: PointScalar>(
  _ x: HostArray<Scalar>, _ z: HostArray<Scalar>, k: Int = 5, threads: Int? = nil
) throws -> MutualInformationEstimate {
  let x = try PointTable(x, quantity: "x")
  let z = try PointTable(z, quantity: "z")
  try x.requireRows(of: z)
  guard k >= 1, k < x.rows else {
    throw AnalysisError.neighborCount(requested: k, largest: x.rows - 1, points: x.rows)
  }
  let local = MarginalCounts(x: x, z: z, k: k).counts(threads: threads).localInformation(k: k)
  return MutualInformationEstimate(local: local, k: k, dimensions: (x.dimensions, z.dimensions))
}

extension MutualInformationEstimate {
  /// Blocks whose means give the standard error; points are dealt to them in turn, so that an
  /// order in the data (by class, say) doesn't pass for spread.
  private static let blocks = 20

  init(local: [Double], k: Int, dimensions: (x: Int, z: Int)) {
    let count = local.count
    let value = local.reduce(0, +) / Double(count)
    let total = dimensions.x + dimensions.z
    let bound = pow(Double(count), -0.5) + pow(Double(count), -1 / Double(total))
    let ceiling = digamma(upTo: count)[count] - digamma(upTo: k)[k]
    var warnings: [MutualInformationWarning] = []
    if value > ceiling - 1 {
      warnings.append(.nearCeiling(value: value, ceiling: ceiling, count: count))
    }
    if bound > 0.5 {
      warnings.append(.manyDimensions(total: total, errorBound: bound, count: count))
    }
    self.init(
      value: value, standardError: Self.blockStandardError(local), count: count, k: k,
      dimensions: dimensions, errorBound: bound, local: local, warnings: warnings)
  }

  /// √(variance of the block means / number of blocks); every point is a block where there are
  /// few points.
  private static func blockStandardError(_ local: [Double]) -> Double {
    let blocks = min(Self.blocks, local.count)
    var sums = [Double](repeating: 0, count: blocks)
    var sizes = [Double](repeating: 0, count: blocks)
    for (index, value) in local.enumerated() {
      sums[index % blocks] += value
      sizes[index % blocks] += 1
    }
    let means = zip(sums, sizes).map { $0 / $1 }
    let mean = means.reduce(0, +) / Double(blocks)
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(blocks * (blocks - 1))).squareRoot()
  }
}
