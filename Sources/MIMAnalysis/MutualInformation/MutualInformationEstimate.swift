import Foundation

/// A mutual-information estimate from points of variables observed together.
public struct MutualInformationEstimate: Sendable, Equatable {
  /// The estimate in nats; it may be slightly negative.
  public let value: Double
  /// The standard error of `value` in nats, by blocks; nil for fewer than 4(k + 1) points.
  public let standardError: Double?
  /// The number of points N.
  public let count: Int
  /// The neighbour count k.
  public let k: Int
  /// Which of the two estimators.
  public let estimator: KSGEstimator
  /// The dimensions of each variable.
  public let dimensions: [Int]
  /// The ℓ2 error bound N^(−1/2) + N^(−1/(dx + dz)) (Gao, Oh & Viswanath 2018, IEEE Trans. Inf.
  /// Theory 64), in nats up to the constant of the theorem: the scale below which the estimate
  /// says nothing.
  public let errorBound: Double
  /// Each point's contribution in nats; their mean is `value`.
  public let local: [Double]
  /// Why the sample may not support the estimate; empty when nothing speaks against it.
  public let warnings: [MutualInformationWarning]

  init(
    local: [Double], k: Int, estimator: KSGEstimator, dimensions: [Int], standardError: Double?
  ) {
    let count = local.count
    let total = dimensions.reduce(0, +)
    let mean = local.reduce(0, +) / Double(count)
    // What cancels leaves roundings of 1e-16 behind, which say nothing.
    value = mean.magnitude < 1e-12 ? 0 : mean
    errorBound = pow(Double(count), -0.5) + pow(Double(count), -1 / Double(total))
    self.standardError = standardError
    self.count = count
    self.k = k
    self.estimator = estimator
    self.dimensions = dimensions
    self.local = local
    // Every count is at least k, so no point contributes more.
    let digamma = digamma(upTo: count)
    let each = digamma[count] - digamma[k] - (estimator == .second ? 1 / Double(k) : 0)
    let ceiling = Double(dimensions.count - 1) * each
    var warnings: [MutualInformationWarning] = []
    if value > ceiling - 1 {
      warnings.append(.nearCeiling(value: value, ceiling: ceiling, count: count))
    }
    if errorBound > 0.5 {
      warnings.append(.manyDimensions(total: total, errorBound: errorBound, count: count))
    }
    self.warnings = warnings
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
      "MI \(rounded(value)) is close to \(rounded(ceiling)), the largest value that \(count) points can "
        + "show; read it as a lower bound, or use more points"
    case .manyDimensions(let total, let errorBound, let count):
      "\(total) dimensions are too many for \(count) points (error bound \(rounded(errorBound))); "
        + "compare such values with each other, but do not rely on a single one"
    }
  }

  /// The same in short, without the value, so that many estimates share it.
  public var caveat: String {
    switch self {
    case .nearCeiling(_, let ceiling, let count):
      "near \(rounded(ceiling)), the largest value that \(count) points can show: a lower bound"
    case .manyDimensions(let total, _, let count):
      "\(total) dimensions are too many for \(count) points: don't rely on a single value"
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
