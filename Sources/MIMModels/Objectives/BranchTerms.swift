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
  /// The z ~ q(z|x) at which the decoder branch estimates q(x), `[batch, latent]`; nil elsewhere.
  package let reconstructedZ: Tensor?
  /// log p of the discrete choices made in drawing the sample; nil when there were none.
  package let logProbabilityOfChoices: Tensor?

  package init(
    x: Tensor, z: Tensor, logPXGivenZ: Tensor, logPZ: Tensor, logQZGivenX: Tensor, logQX: Tensor,
    logEncodingJoint: Tensor, reconstructedZ: Tensor? = nil, logProbabilityOfChoices: Tensor? = nil
  ) {
    self.x = x
    self.z = z
    self.logPXGivenZ = logPXGivenZ
    self.logPZ = logPZ
    self.logQZGivenX = logQZGivenX
    self.logQX = logQX
    self.logEncodingJoint = logEncodingJoint
    self.reconstructedZ = reconstructedZ
    self.logProbabilityOfChoices = logProbabilityOfChoices
  }

  /// log p(x|z) + log p(z).
  package var logDecodingJoint: Tensor { logPXGivenZ + logPZ }
}
