import MIMTensor

extension Objective {
  /// −log p(x|z) + β (log q(z|x) − log p(z)), with one draw of z: the negative ELBO for β = 1
  /// (Kingma and Welling 2014, arXiv:1312.6114, equation 6; β: Higgins et al. 2017).
  package static let variationalAutoencoder = Objective(
    formula: "E_q(x,z)[−log p(x|z) + β (log q(z|x) − log p(z))]", hasDecoderBranch: false
  ) { terms, beta in
    beta * (terms.logQZGivenX - terms.logPZ) - terms.logPXGivenZ
  }

  /// VAE + H: the VAE's loss − (log q(z|x) + log q(x)), which adds the entropy of the encoding
  /// joint (arXiv:1910.04153, section 4, ablation).
  package static let variationalAutoencoderPlusEntropy = Objective(
    formula: "E_q(x,z)[−log p(x|z) + β (log q(z|x) − log p(z)) − (log q(z|x) + log q(x))]",
    hasDecoderBranch: false
  ) { terms, beta in
    variationalAutoencoder.itemLoss(terms, beta) - terms.logEncodingJoint
  }
}
