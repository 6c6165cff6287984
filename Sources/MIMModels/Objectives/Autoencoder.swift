import MIMTensor

extension Objective {
  /// Reconstruction alone: −log p(x|z), with z a function of x.
  package static let autoencoder = Objective(
    formula: "E_q(x)[−log p(x|z)], z = encoder(x)", hasDecoderBranch: false
  ) { terms, _ in -terms.logPXGivenZ }
}
