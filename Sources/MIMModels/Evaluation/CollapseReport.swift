/// Whether and where the posterior has collapsed onto the prior.
public struct CollapseReport: Sendable, Hashable {
  /// The number of items it was measured on.
  public let count: Int
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

  /// The variance above which a unit counts as active.
  public static let activeVariance = 0.01

  /// The number of active units.
  public var activeUnits: Int { meanVariance.count { $0 > Self.activeVariance } }
  /// Whether at least one unit is dead.
  public var isCollapsed: Bool { activeUnits < meanVariance.count }
}
