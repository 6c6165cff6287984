import MIMTensor

/// What training minimises: a function of a branch and of β.
public struct Objective: Sendable {
  /// As a formula for people.
  public let formula: String
  /// Whether the decoder branch is added once β is full.
  public let hasDecoderBranch: Bool
  /// Whether it reads log q(x).
  public let usesMarginal: Bool
  /// Whether it has no lower bound while β < 1 if q(x) is the importance-sampled marginal.
  public let isUnboundedDuringWarmup: Bool
  /// Whether an item's loss reads the densities of all pairs of the batch, so that ranks cannot share the batch out.
  public let isPairwise: Bool
  /// The loss of each item in nats, `[batch]`; β is a scalar tensor.
  public let itemLoss: @Sendable (_ branch: Branch, _ beta: Tensor) -> Tensor

  /// Makes an objective.
  public init(
    formula: String, hasDecoderBranch: Bool, usesMarginal: Bool = false,
    isUnboundedDuringWarmup: Bool = false, isPairwise: Bool = false,
    itemLoss: @escaping @Sendable (_ branch: Branch, _ beta: Tensor) -> Tensor
  ) {
    self.formula = formula
    self.hasDecoderBranch = hasDecoderBranch
    self.usesMarginal = usesMarginal
    self.isUnboundedDuringWarmup = isUnboundedDuringWarmup
    self.isPairwise = isPairwise
    self.itemLoss = itemLoss
  }
}

extension ModelSpecification {
  /// What training this model minimises. Precondition: the specification is valid.
  package var tracedObjective: Objective {
    guard let traced = objective.component.objective(entropy) else {
      preconditionFailure("\(objective) with entropy=\(entropy.rawValue)")
    }
    return traced
  }
}
