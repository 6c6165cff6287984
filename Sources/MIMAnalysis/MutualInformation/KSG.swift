import Foundation
import MIMTensor

/// The two estimators of Kraskov, Stögbauer & Grassberger (2004, Phys. Rev. E 69, 066138).
public enum KSGEstimator: Int, Sendable, CaseIterable {
  /// Equation 8: one cube around a point that reaches its k-th neighbour.
  case first = 1
  /// Equation 9: a box with a side for each variable, just large enough for the k neighbours. Its
  /// bias is the smaller one at high information, its variance the larger one.
  case second = 2
}

/// Mutual information I(x; z) in nats from points observed together, by k nearest neighbours in
/// maximum norm (Kraskov, Stögbauer & Grassberger 2004, Phys. Rev. E 69, 066138):
///
///     estimator 1 (equation 8):  I = ψ(k) + ψ(N) − ⟨ψ(n_x) + ψ(n_z)⟩
///     estimator 2 (equation 9):  I = ψ(k) − 1/k + ψ(N) − ⟨ψ(n_x) + ψ(n_z)⟩
///
/// *Estimator 1*: ε is the distance to the k-th neighbour in the joint space and n_x (n_z) the
/// number of points within ε − 1e-15 of the point in x (in z), the point itself counted, at least
/// 1. For ε ≥ 16, where 1e-15 vanishes in `Double`, the distance must be strictly less than ε.
/// *Estimator 2*: n_x is the number of other points within ε_x, the largest distance in x to one
/// of the k neighbours; neighbours that tie with the k-th one all belong to them.
///
/// No jitter, no clipping at 0. Ties and duplicates give finite values, though estimators of
/// densities have no meaning where values repeat; a constant variable gives 0 with estimator 1.
///
/// - Parameters:
///   - x: `[N, dx]`, finite.
///   - z: `[N, dz]`, finite; row i belongs to row i of `x`.
///   - k: the neighbour count, from 1 to N − 1.
///   - threads: the maximum number of threads; `nil` means one per core. Results don't depend on it.
/// - Throws: `AnalysisError` for arrays that are not finite tables of equally many rows, or k ≥ N.
/// - Complexity: O(N²(dx + dz)); about O(N log N) in up to eight dimensions together.
public func mutualInformationKSG<Scalar: PointScalar>(
  _ x: HostArray<Scalar>, _ z: HostArray<Scalar>, k: Int = 5, estimator: KSGEstimator = .first,
  threads: Int? = nil
) throws -> MutualInformationEstimate {
  let variables = [
    try PointTable(x, quantity: "x"), try PointTable(z, quantity: "z"),
  ]
  return try MutualInformationEstimate(variables, k: k, estimator: estimator, threads: threads)
}

/// The mutual information of m variables, I(x₁; …; x_m) = Σ H(x_i) − H(x₁, …, x_m), also called
/// multi-information or total correlation (Watanabe 1960), in nats by equations 23 (estimator 1)
/// and 30 (estimator 2) of Kraskov, Stögbauer & Grassberger (2004):
///
///     I = ψ(k) [− (m − 1)/k] + (m − 1) ψ(N) − ⟨ψ(n_1) + … + ψ(n_m)⟩
///
/// with the counts of the form for two variables, which this is for m = 2.
///
/// - Parameter variables: at least two tables `[N, d_i]`, finite, of equally many rows.
/// - Throws: `AnalysisError` as for two variables, and for fewer than two.
public func mutualInformationKSG<Scalar: PointScalar>(
  among variables: [HostArray<Scalar>], k: Int = 5, estimator: KSGEstimator = .first,
  threads: Int? = nil
) throws -> MutualInformationEstimate {
  guard variables.count >= 2 else {
    throw AnalysisError.outOfRange(
      option: "the number of variables", value: Double(variables.count), allowed: "at least 2")
  }
  let tables = try variables.enumerated().map {
    try PointTable($1, quantity: "variable \($0 + 1)")
  }
  return try MutualInformationEstimate(tables, k: k, estimator: estimator, threads: threads)
}

extension MutualInformationEstimate {
  init(
    _ variables: [PointTable], k: Int, estimator: KSGEstimator, threads: Int?
  ) throws {
    let first = variables[0]
    for other in variables.dropFirst() { try first.requireRows(of: other) }
    guard k >= 1, k < first.rows else {
      throw AnalysisError.neighborCount(requested: k, largest: first.rows - 1, points: first.rows)
    }
    let sample = KSGSample(variables: variables, k: k, estimator: estimator)
    let local = sample.localInformation(threads: threads)
    try StopRequest.check()
    self.init(
      local: local, k: k, estimator: estimator, dimensions: variables.map(\.dimensions),
      standardError: sample.standardError(local: local, threads: threads))
  }
}

/// Points of several variables with the choice of an estimator.
struct KSGSample: Sendable {
  let variables: [PointTable]
  let k: Int
  let estimator: KSGEstimator

  /// The number of points.
  var count: Int { variables[0].rows }

  /// Up to so many joint dimensions a tree passes over most of the points; beyond, comparing all
  /// is faster.
  private static let treeDimensions = 8

  /// ψ(k) [− (m − 1)/k] + (m − 1) ψ(N) − Σ ψ(n_i) of every point, in nats.
  func localInformation(threads: Int?) -> [Double] {
    let dimensions = variables.reduce(0) { $0 + $1.dimensions }
    let counts =
      dimensions <= Self.treeDimensions
      ? TreeNeighborhoods(self).counts(threads: threads)
      : BlockedNeighborhoods(self).counts(threads: threads)
    let digamma = digamma(upTo: count)
    let others = Double(variables.count - 1)
    let constant =
      digamma[k] + others * digamma[count] - (estimator == .second ? others / Double(k) : 0)
    return (0..<count).map { point in
      counts.reduce(constant) { $0 - digamma[Int($1[point])] }
    }
  }
}

/// ψ(1), …, ψ(`largest`) at their own indices (index 0 is unused), by ψ(n + 1) = ψ(n) + 1/n.
func digamma(upTo largest: Int) -> [Double] {
  let eulerGamma = 0.577_215_664_901_532_9
  var values = [-Double.infinity, -eulerGamma]
  for n in 1..<max(1, largest) { values.append(values[n] + 1 / Double(n)) }
  return values
}
