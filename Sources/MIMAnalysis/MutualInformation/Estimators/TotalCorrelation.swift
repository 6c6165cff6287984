import Foundation

extension InformationEstimator {
  /// The information among m variables, Σ H(x_i) − H(x_1, …, x_m) (Watanabe 1960), in nats, by equations 23
  /// and 30 of Kraskov, Stögbauer & Grassberger (2004): see `mutualInformationKSG(among:)`.
  static let totalCorrelation = InformationEstimator(
    name: "ksg", summary: "k nearest neighbours (Kraskov, Stögbauer & Grassberger 2004)",
    settings: ksg.settings, kind: .densities, hasShare: false
  ) { sample, values in
    let k = values.integer("k", 5)
    let estimator = KSGEstimator(rawValue: values.integer("version", 1)) ?? .first
    try sample.requireNeighbors(k)
    let variables = sample.variables.map(\.points)
    let local = KSGSample(variables: variables, k: k, estimator: estimator)
      .localInformation(threads: values.threads)
    return InformationTerms(
      local: local,
      ceiling: Double(variables.count - 1) * neighborCeiling(sample.count, k, estimator),
      method: "KSG-\(estimator.rawValue) of \(variables.count) variables, k = \(k)")
  }

  /// The information among jointly normal variables, ½ (Σ log det Σ_i − log det Σ), in nats.
  static let jointGaussian = InformationEstimator(
    name: "gaussian", summary: "as of jointly normal variables", settings: [.shrinkage],
    kind: .densities, hasShare: false
  ) { sample, values in
    let tables = sample.variables.map(\.points)
    let covariance = try GaussianCovariance(tables, shrinks: values.integer("shrink", 0) != 0)
    var (value, first) = (-(try covariance.logDeterminant(0..<covariance.size)), 0)
    for table in tables {
      value += try covariance.logDeterminant(first..<first + table.dimensions)
      first += table.dimensions
    }
    return InformationTerms(value: value / 2, method: covariance.method)
  }
}
