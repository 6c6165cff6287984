import MIMTensor

/// What training minimises: a function of a branch and of β.
public struct Objective: Sendable {
  /// As a formula for people.
  public let formula: String
  /// Whether the decoder branch is added once β is full.
  public let hasDecoderBranch: Bool
  /// Whether the decoder branch runs from the first step on, not once β is full.
  public let needsBothBranches: Bool
  /// Whether it reads log q(x).
  public let usesMarginal: Bool
  /// Whether it has no lower bound while β < 1 if q(x) is the importance-sampled marginal.
  public let isUnboundedDuringWarmup: Bool
  /// Whether an item's loss reads all items of the batch, so that ranks cannot share the batch out, and a batch has two items at least.
  public let isPairwise: Bool
  /// What it asks of the encoder branch beside one draw of each item.
  public let sampling: BranchSampling
  /// The loss of each item in nats, `[batch]`; β is a scalar tensor.
  public let itemLoss: @Sendable (_ branch: Branch, _ beta: Tensor) -> Tensor

  /// Makes an objective.
  public init(
    formula: String, hasDecoderBranch: Bool, needsBothBranches: Bool = false,
    usesMarginal: Bool = false,
    isUnboundedDuringWarmup: Bool = false, isPairwise: Bool = false,
    sampling: BranchSampling = BranchSampling(),
    itemLoss: @escaping @Sendable (_ branch: Branch, _ beta: Tensor) -> Tensor
  ) {
    self.formula = formula
    self.hasDecoderBranch = hasDecoderBranch
    self.needsBothBranches = needsBothBranches
    self.usesMarginal = usesMarginal
    self.isUnboundedDuringWarmup = isUnboundedDuringWarmup
    self.isPairwise = isPairwise
    self.sampling = sampling
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
