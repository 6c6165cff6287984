import MIMTensor

/// The VQ-VAE (van den Oord et al. 2017, arXiv:1711.00937): codes from a codebook, by default `posterior=vq(64)` with all codes alike a priori.
struct QuantizedAutoencoder: ObjectiveComponent {
  static let word = "vqvae"
  static let summary = "VQ-VAE: discrete codes from a codebook, posterior=vq(K)"
  static let method: MethodNote? = MethodNote(
    "VQ-VAE", words: "model vqvae DATA enc=residual posterior=vq(64, dim=16)",
    source: "van den Oord et al. 2017, arXiv:1711.00937",
    use: "discrete codes; no collapse onto the prior, as the rate is fixed",
    cost: "as an autoencoder, and K distances for each code")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var usualPosterior: PosteriorChoice? { .vq() }
  var usualPrior: PriorChoice? { .codes }
  var flipProblem: String { "the entropy of a VQ-VAE's codes is fixed" }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return Objective(
      formula: "E_q(x)[−log p(x|z_q)] + ‖sg[z_e] − e‖² + β ‖z_e − sg[e]‖²",
      hasDecoderBranch: false
    ) { branch, _ in -branch.logPXGivenZ }
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.posterior.component.isQuantized, PosteriorSlot.option,
      specification.posterior.description,
      "a VQ-VAE takes its codes from a codebook; use posterior=vq(64), or kind vae")
    try specification.require(
      specification.prior.component.isDiscrete, PriorSlot.option,
      specification.prior.description,
      "codes of a codebook have no density under it; use prior=codes, prior=made or prior=pixelcnn")
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "a VQ-VAE has one level of codes here; use levels=1")
  }
}

extension ObjectiveChoice {
  /// The VQ-VAE.
  public static var vqvae: ObjectiveChoice { ObjectiveChoice(QuantizedAutoencoder([:])) }
}
