import MIMTensor

/// What an objective sees of a branch's sample (x, z): densities in nats, `[batch]` each, and the distributions that they came from.
/// Encoder branch: x from the data, z ~ q(z|x). Decoder branch: z from the anchor, x ~ p(x|z).
public struct Branch {
  /// The observations, `[batch, item]`.
  public let x: Tensor
  /// The codes, `[batch, latent]`.
  public let z: Tensor
  /// q(z|x) of each item.
  public let posterior: any Distribution
  /// p(x|z) of each code.
  public let likelihood: any Distribution
  /// p(z); nil where it is the encoder's marginal.
  public let prior: (any Distribution)?
  /// log p(x|z).
  public let logPXGivenZ: Tensor
  /// log p(z).
  public internal(set) var logPZ: Tensor
  /// log q(z|x).
  public let logQZGivenX: Tensor
  /// log q(x).
  public internal(set) var logQX: Tensor
  /// log q(z|x) + log q(x): where the terms of an estimator cancel in the sum, without them.
  public internal(set) var logEncodingJoint: Tensor
  /// log p of the top level of codes in levels, which is part of `logPZ`; nil for a single level.
  public internal(set) var logPTop: Tensor?
  /// Whether log q(x) was estimated with p(z) in it, so that annealing p(z) anneals it too.
  public let marginalHoldsPrior: Bool
  /// The z ~ q(z|x) at which the decoder branch estimates q(x), `[batch, latent]`; nil elsewhere.
  public let reconstructedZ: Tensor?
  /// log p of the discrete choices made in drawing the sample; nil when there were none.
  public let logProbabilityOfChoices: Tensor?
  /// The draws z with their gradient where the objective asked for detached ones (`BranchSampling.detachesCodes`), `[batch, latent]`.
  public var path: Tensor?
  /// Draws from p(z), one for each row, where the objective asked for them, `[batch, latent]`.
  public var priorDraws: Tensor?
  /// What each channel of codes on a map has of log q(z|x), `[batch, channels]`; nil where codes have no places.
  public var logQZGivenXPerChannel: Tensor?
  /// What the networks beside the model say of the sample, `[batch]`; nil where the objective has none.
  public var adversary: Tensor?
  /// The one-hot classes of the items, `[batch, classes]`; nil where the model doesn't see them.
  public var classes: Tensor?
  /// The units of codes that hold the class, the first ones.
  public var labelUnits = 0
  /// Whether the sample is the decoder's.
  public var isOfDecoder = false
  /// How many items the data set has from which the batch was drawn: what estimators over a batch that speak of all the data need.
  /// The batch's own size where it isn't known.
  public var dataCount: Int

  /// Puts a branch together from its densities.
  public init(
    x: Tensor, z: Tensor, posterior: any Distribution, likelihood: any Distribution,
    prior: (any Distribution)?, logPXGivenZ: Tensor, logPZ: Tensor, logQZGivenX: Tensor,
    logQX: Tensor, logEncodingJoint: Tensor, logPTop: Tensor? = nil,
    marginalHoldsPrior: Bool = false, reconstructedZ: Tensor? = nil,
    logProbabilityOfChoices: Tensor? = nil
  ) {
    self.x = x
    self.z = z
    self.posterior = posterior
    self.likelihood = likelihood
    self.prior = prior
    self.logPXGivenZ = logPXGivenZ
    self.logPZ = logPZ
    self.logQZGivenX = logQZGivenX
    self.logQX = logQX
    self.logEncodingJoint = logEncodingJoint
    self.logPTop = logPTop
    self.marginalHoldsPrior = marginalHoldsPrior
    self.reconstructedZ = reconstructedZ
    self.logProbabilityOfChoices = logProbabilityOfChoices
    dataCount = x.shape[0]
  }

  /// The rows of the batch: its items, or so many times as many where the objective asked for several draws of each.
  public var batch: Int { x.shape[0] }

  /// KL(q(z|x) ‖ p(z)) of each unit in nats, `[batch, latent]`: in closed form, else at the draw. Nil where units depend on each other.
  public var divergencePerUnit: Tensor? {
    guard let prior else { return nil }
    if let closed = ClosedFormDivergence.perUnit(posterior, from: prior, at: z) { return closed }
    guard let own = posterior.logDensityPerUnit(of: z),
      let other = prior.logDensityPerUnit(of: z)
    else { return nil }
    return own - other
  }

  /// log q(z|x) − log p(z) of each channel of codes on a map at the draw, `[batch, channels]`. Nil where codes have no places, or the units of
  /// p(z) depend on each other.
  public var divergencePerChannel: Tensor? {
    guard let own = logQZGivenXPerChannel, let other = prior?.logDensityPerUnit(of: z) else {
      return nil
    }
    let channels = own.shape[1]
    return own - other.reshape([batch, z.shape[1] / channels, channels]).sum(axes: [1])
  }

  /// What the families of q(z|x), p(x|z) and p(z) add to the loss of each item.
  public var extraLosses: [ExtraLoss] {
    posterior.extraLosses + likelihood.extraLosses + (prior?.extraLosses ?? [])
      + (prior?.ownLossName.map { [ExtraLoss($0, -logPZ)] } ?? [])
  }

  /// log q(z_i|x_j) of all pairs in the batch, `[batch, batch]`.
  public var logQZGivenXOfPairs: Tensor { posterior.logDensitiesOfPairs(z) }

  /// The same unit by unit, `[batch, batch, latent]`; nil where the units of q(z|x) are not independent.
  public var logQZGivenXOfPairsPerUnit: Tensor? { posterior.logDensitiesOfPairsPerUnit(z) }

  /// The same with log p(z) := log p(z1|z2) + β log p(z2): the authors' two-level models weigh the
  /// top level of the prior with β in MIM. Terms of a single level stay as they are.
  public func annealed(_ beta: Tensor) -> Branch {
    guard let logPTop else { return self }
    let change = (beta - 1) * logPTop
    var annealed = self
    annealed.logPZ = logPZ + change
    if marginalHoldsPrior {
      annealed.logQX = logQX + change
      annealed.logEncodingJoint = logEncodingJoint + change
    }
    annealed.logPTop = beta * logPTop
    return annealed
  }

  /// log p(x|z) + log p(z).
  public var logDecodingJoint: Tensor { logPXGivenZ + logPZ }
}
