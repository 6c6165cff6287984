import MIMTensor

/// The variational autoencoder, with weight β of its KL term.
struct VariationalAutoencoder: ObjectiveComponent {
  static let word = "vae"
  static let summary = "variational autoencoder"
  static let method: MethodNote? = MethodNote(
    "VAE, β-VAE", words: "model vae DATA beta=1",
    source: "Kingma and Welling 2014, arXiv:1312.6114; Higgins et al. 2017",
    use: "a bound on the likelihood; smooth codes; the baseline", cost: "1")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep ? .variationalAutoencoder : .variationalAutoencoderPlusEntropy
  }
}

extension Objective {
  private static let negativeBound = "−log p(x|z) + β (log q(z|x) − log p(z))"

  /// −log p(x|z) + β (log q(z|x) − log p(z)), with one draw of z: the negative ELBO for β = 1
  /// (Kingma and Welling 2014, arXiv:1312.6114, equation 6; β: Higgins et al. 2017).
  package static let variationalAutoencoder = Objective(
    formula: "E_q(x,z)[\(negativeBound)]", hasDecoderBranch: false
  ) { branch, beta in
    beta * (branch.logQZGivenX - branch.logPZ) - branch.logPXGivenZ
  }

  /// VAE + H: the VAE's loss − (log q(z|x) + log q(x)), which adds the entropy of the encoding
  /// joint (arXiv:1910.04153, section 4, ablation).
  package static let variationalAutoencoderPlusEntropy = Objective(
    formula: "E_q(x,z)[\(negativeBound) − (log q(z|x) + log q(x))]", hasDecoderBranch: false,
    usesMarginal: true
  ) { branch, beta in
    variationalAutoencoder.itemLoss(branch, beta) - branch.logEncodingJoint
  }
}

extension ObjectiveChoice {
  /// Variational autoencoder with weight β.
  public static var vae: ObjectiveChoice { ObjectiveChoice(VariationalAutoencoder([:])) }
}
