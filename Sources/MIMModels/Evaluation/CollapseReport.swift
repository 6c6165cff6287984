/// Whether and where the posterior has collapsed onto the prior.
public struct CollapseReport: Sendable, Hashable {
  /// The number of items it was measured on.
  public let count: Int
  /// The latent units of each level, the one next to x first.
  public let levels: [Int]
  /// Per latent unit: the variance over items of the posterior mean (Burda, Grosse and
  /// Salakhutdinov 2016, arXiv:1509.00519, section 5.2: active when above 0.01).
  public let meanVariance: [Double]
  /// Per latent unit: the mean KL(q(z_j|x) ‖ p(z_j)) in nats; NaN where the unit has none.
  public let klPerUnit: [Double]
  /// Per latent unit: mean of the aggregate posterior q(z).
  public let aggregateMean: [Double]
  /// Per latent unit: standard deviation of the aggregate posterior q(z).
  public let aggregateDeviation: [Double]
  /// Per latent unit: mean of p(z).
  public let priorMean: [Double]
  /// Per latent unit: standard deviation of p(z).
  public let priorDeviation: [Double]

  /// How many codes of a codebook are in use; nil for other codes.
  public let codeUse: CodeUse?

  /// The variance above which a unit counts as active.
  public static let activeVariance = 0.01

  /// The number of active units.
  public var activeUnits: Int { meanVariance.count { $0 > Self.activeVariance } }
  /// The number of active units of each level, the one next to x first.
  public var activeUnitsPerLevel: [Int] {
    var start = 0
    return levels.map { size in
      defer { start += size }
      return meanVariance[start..<start + size].count { $0 > Self.activeVariance }
    }
  }
  /// The divergence in nats up to which a unit that is not active counts as collapsed: above it, q(z_j|x) is no longer p(z_j).
  public static let collapsedDivergence = 0.05

  /// The number of units that have collapsed onto the prior: neither active nor far from it. Where a unit's divergence is not
  /// known, its variance decides alone.
  public var collapsedUnits: Int {
    zip(meanVariance, klPerUnit).count { variance, divergence in
      variance <= Self.activeVariance && !(divergence > Self.collapsedDivergence)
    }
  }
  /// Whether at least one unit has collapsed.
  public var isCollapsed: Bool { collapsedUnits > 0 }
}

extension ModelMetrics {
  /// The collapse report of a model on a split. Throws for items of another width and for an empty
  /// split.
  public static func collapse(
    _ model: Model, on split: DataSplit, seed: UInt64 = 0, threads: Int = 1
  ) throws -> CollapseReport {
    try measure(model, on: split, of: nil, metrics: [], seed: seed, threads: threads).collapse
  }
}

extension CollapseReport {
  /// What the terms of an evaluation say.
  init(_ terms: EvaluationTerms) {
    let variances = terms.meanVariances
    let unknown = [Double](repeating: .nan, count: variances.count)
    let aggregate = terms.codes.columnMoments
    self.init(
      count: terms.count, levels: terms.specification.latentSizes,
      meanVariance: variances,
      klPerUnit: terms.klPerUnit?.columnMoments.map(\.mean) ?? unknown,
      aggregateMean: aggregate.map(\.mean), aggregateDeviation: aggregate.map(\.deviation),
      priorMean: terms.priorMoments?.mean ?? unknown,
      priorDeviation: terms.priorMoments?.deviation ?? unknown, codeUse: terms.codeUse)
  }
}
