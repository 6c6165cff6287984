extension InformationEstimator {
  /// Estimators 1 and 2 of Kraskov, Stögbauer & Grassberger (2004, Phys. Rev. E 69, 066138, equations 8
  /// and 9), in nats: ψ(k) [− 1/k] + ψ(N) − ⟨ψ(n_x) + ψ(n_y)⟩, maximum norm. See `mutualInformationKSG`.
  static let ksg = InformationEstimator(
    name: "ksg", summary: "k nearest neighbours (Kraskov, Stögbauer & Grassberger 2004)",
    settings: [
      .neighbors,
      Setting("version", usual: 1, in: 1...2, "their estimator 1 (equation 8) or 2 (equation 9)"),
    ], kind: .densities
  ) { sample, values in
    let k = values.integer("k", 5)
    let estimator = KSGEstimator(rawValue: values.integer("version", 1)) ?? .first
    try sample.requireNeighbors(k)
    let variables = [sample.x.points, sample.y.points]
    let local = KSGSample(variables: variables, k: k, estimator: estimator)
      .localInformation(threads: values.threads)
    let judged = MutualInformationEstimate(
      local: local, k: k, estimator: estimator, dimensions: variables.map(\.dimensions),
      standardError: nil)
    var terms = InformationTerms(
      local: local, ceiling: neighborCeiling(sample.count, k, estimator),
      method: "KSG-\(estimator.rawValue), k = \(k)")
    terms.warnings = judged.warnings.compactMap {
      if case .manyDimensions = $0 { return "\($0)" }
      return nil
    }
    return terms
  }

  /// ψ(N) − ψ(k) [− 1/k]: no count is below k.
  static func neighborCeiling(_ count: Int, _ k: Int, _ estimator: KSGEstimator) -> Double {
    let digamma = digamma(upTo: count)
    return digamma[count] - digamma[k] - (estimator == .second ? 1 / Double(k) : 0)
  }
}

extension InformationEstimator.Setting {
  static let neighbors = InformationEstimator.Setting(
    "k", usual: 5, in: 1...1000, "neighbours")
}

extension InformationSample {
  /// Requires k other rows.
  func requireNeighbors(_ k: Int) throws {
    guard k >= 1, k < count else {
      throw AnalysisError.neighborCount(requested: k, largest: count - 1, points: count)
    }
  }
}
