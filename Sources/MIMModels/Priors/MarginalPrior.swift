import MIMTensor

/// p(z) as the encoder's marginal, by its equation in each branch.
package enum MarginalPrior {
  /// Encoder branch: log p(z) := log q(z|x).
  package static func inEncoderBranch(logQZGivenX: Tensor) -> Tensor { logQZGivenX }

  /// Decoder branch: log p(z) := log q(z|x) + log q(x) − log p(x|z).
  package static func inDecoderBranch(
    logQZGivenX: Tensor, logQX: Tensor, logPXGivenZ: Tensor
  ) -> Tensor {
    logQZGivenX + logQX - logPXGivenZ
  }
}
