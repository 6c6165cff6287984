import MIMTensor

/// Everything needed to build a model again, apart from the values of its parameters.
public struct ModelSpecification: Sendable, Equatable, Codable {
  /// What training minimises.
  public var objective: ObjectiveChoice
  /// The weight β that the warm-up ends at; 0 for `ae`.
  public var beta: Double
  /// Whether the joint-entropy regulariser stays as the objective has it, or is flipped:
  /// VAE + H, MIM − H.
  public var entropy: EntropyTreatment
  /// The extents of one item; `[2]`, `[28, 28]`.
  public var itemDimensions: [Int]
  /// What the numbers of an item are.
  public var valueKind: ValueKind
  /// The family of p(x|z).
  public var likelihood: LikelihoodChoice
  /// The family of q(z|x).
  public var posterior: PosteriorChoice
  /// What stands for p(z).
  public var prior: PriorChoice
  /// What stands for q(x).
  public var marginal: MarginalChoice
  /// The names of the classes, by class number, where the model sees the class of each item; nil for others.
  public var labelNames: [String]?
  /// Where the decoder branch draws z from: `fixed` is N(0, I), `learned` is the model's own p(z).
  public var anchor: AnchorKind
  /// What p(x) is in a density of items alone; nil for models with codes.
  public var flow: FlowChoice?
  /// The network of q(z|x).
  public var encoder: NetworkChoice
  /// The network of p(x|z).
  public var decoder: NetworkChoice
  /// The non-linearity of both networks.
  public var activation: ActivationKind
  /// The latent units of each level, the one next to x first: `[z]`, or `[z1, z2]` for a two-level
  /// model (Tomczak and Welling 2018, arXiv:1705.07120, section 4).
  public var latentSizes: [Int]
  /// The floor of every scale: scale = exp(logscale) + minScale.
  public var minScale: Double
  /// What was done to the data before the model saw it, fitted on the training split.
  public var transform: DataTransform?

  /// Makes a specification with the authors' defaults for everything but the data's shape.
  /// `validate` says whether its parts fit together.
  public init(
    objective: ObjectiveChoice, itemDimensions: [Int], valueKind: ValueKind, latentSize: Int,
    hidden: [Int] = [50], activation: ActivationKind = .tanh
  ) {
    self.objective = objective
    self.beta = objective.component.needsDensities ? 1 : 0
    self.entropy = .keep
    self.itemDimensions = itemDimensions
    self.valueKind = valueKind
    self.likelihood = valueKind == .real ? .normal : .bernoulli
    self.posterior =
      objective.component.usualPosterior
      ?? (objective.component.needsDensities ? .normal : .delta)
    self.prior = objective.component.usualPrior ?? .normal
    self.marginal = .marginal
    self.anchor = .fixed
    let isAlone = objective.component.modelsItemsAlone
    self.flow = isAlone ? .maf(5) : nil
    self.encoder = .mlp(hidden)
    self.decoder = .mlp(hidden.reversed())
    self.activation = activation
    self.latentSizes = [isAlone ? Self.product(itemDimensions) : latentSize]
    self.minScale = 1e-6
    self.transform = nil
    self.labelNames = nil
  }

  /// A two-level model with `latentSizes` = `[z1, z2]`, the authors' image models unless the
  /// networks are changed: gated convolutions, a decoder branch that starts from p(z).
  public init(
    objective: ObjectiveChoice, itemDimensions: [Int], valueKind: ValueKind, latentSizes: [Int],
    encoder: NetworkChoice = .conv, decoder: NetworkChoice = .conv
  ) {
    self.init(
      objective: objective, itemDimensions: itemDimensions, valueKind: valueKind, latentSize: 1)
    self.latentSizes = latentSizes
    self.anchor = .learned
    self.encoder = encoder
    self.decoder = decoder
  }

  /// The latent units of all levels together: the width of codes. Setting it makes a model of
  /// one level.
  public var latentSize: Int {
    get { latentSizes.reduce(0) { $0.addingReportingOverflow($1).partialValue } }
    set { latentSizes = [newValue] }
  }

  /// The number of latent levels.
  public var levels: Int { latentSizes.count }

  /// The size of the level that p(z) stands for by itself: the top one.
  public var topSize: Int { latentSizes.last ?? 0 }

  /// The pseudo-inputs of p(z); nil for priors without.
  var pseudoInputs: VampPrior? { prior.component.density(for: self)?.pseudoInputs }

  /// The shape of one item.
  public var itemShape: Shape { Shape(itemDimensions) }

  /// Whether it is an encoder alone: without decoder and densities.
  public var encodesAlone: Bool { type(of: objective.component).encodesAlone }

  /// The number of values in one item.
  public var itemSize: Int { itemDimensions.reduce(1, *) }
}

/// Where the decoder branch draws its latent codes from.
public enum AnchorKind: String, Sendable, Hashable, Codable, CaseIterable {
  /// N(0, I).
  case fixed
  /// The model's own p(z), without gradient through the draw.
  case learned
}
