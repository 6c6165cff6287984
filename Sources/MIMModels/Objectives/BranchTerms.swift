import MIMTensor

/// The log densities of one branch's sample (x, z), each `[batch]` in nats. Encoder branch: x from
/// the data, z ~ q(z|x). Decoder branch: z from the anchor, x ~ p(x|z). Objectives see nothing
/// else of a model.
package struct BranchTerms {
  /// The observations, `[batch, item]`.
  package let x: Tensor
  /// The codes, `[batch, latent]`.
  package let z: Tensor
  package let logPXGivenZ: Tensor
  package let logPZ: Tensor
  package let logQZGivenX: Tensor
  package let logQX: Tensor
  /// log q(z|x) + log q(x): where the terms of an estimator cancel in the sum, without them.
  package let logEncodingJoint: Tensor
  /// log p(z2) of a two-level model, which is part of `logPZ`; nil for a flat one.
  package let logPTop: Tensor?
  /// Whether log q(x) was estimated with p(z) in it, so that annealing p(z) anneals it too.
  package let marginalHoldsPrior: Bool
  /// The z ~ q(z|x) at which the decoder branch estimates q(x), `[batch, latent]`; nil elsewhere.
  package let reconstructedZ: Tensor?
  /// log p of the discrete choices made in drawing the sample; nil when there were none.
  package let logProbabilityOfChoices: Tensor?

  /// q(z|x) and p(x|z), from which the terms came.
  package var networks: (posterior: any Distribution, likelihood: any Distribution)?

  package init(
    x: Tensor, z: Tensor, logPXGivenZ: Tensor, logPZ: Tensor, logQZGivenX: Tensor, logQX: Tensor,
    logEncodingJoint: Tensor, logPTop: Tensor? = nil, marginalHoldsPrior: Bool = false,
    reconstructedZ: Tensor? = nil, logProbabilityOfChoices: Tensor? = nil
  ) {
    self.x = x
    self.z = z
    self.logPXGivenZ = logPXGivenZ
    self.logPZ = logPZ
    self.logQZGivenX = logQZGivenX
    self.logQX = logQX
    self.logEncodingJoint = logEncodingJoint
    self.logPTop = logPTop
    self.marginalHoldsPrior = marginalHoldsPrior
    self.reconstructedZ = reconstructedZ
    self.logProbabilityOfChoices = logProbabilityOfChoices
  }

  /// The same with log p(z) := log p(z1|z2) + β log p(z2): the authors' two-level models weigh the
  /// top level of the prior with β in MIM. Flat terms stay as they are.
  package func annealed(_ beta: Tensor) -> BranchTerms {
    guard let logPTop else { return self }
    let change = (beta - 1) * logPTop
    return BranchTerms(
      x: x, z: z, logPXGivenZ: logPXGivenZ, logPZ: logPZ + change, logQZGivenX: logQZGivenX,
      logQX: marginalHoldsPrior ? logQX + change : logQX,
      logEncodingJoint: marginalHoldsPrior ? logEncodingJoint + change : logEncodingJoint,
      logPTop: beta * logPTop, marginalHoldsPrior: marginalHoldsPrior,
      reconstructedZ: reconstructedZ, logProbabilityOfChoices: logProbabilityOfChoices)
  }

  /// log p(x|z) + log p(z).
  package var logDecodingJoint: Tensor { logPXGivenZ + logPZ }
}
