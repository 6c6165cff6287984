import MIMTensor

/// The autoencoder: reconstruction alone.
struct Autoencoder: ObjectiveComponent {
  static let word = "ae"
  static let summary = "autoencoder: reconstruction only"
  static let method: MethodNote? = MethodNote(
    "autoencoder", words: "model ae DATA", source: "–",
    use: "reconstruction; no density, no samples",
    cost: "as a VAE")
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var needsDensities: Bool { false }
  var flipProblem: String { "an autoencoder has no entropy term" }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    entropy == .keep ? .autoencoder : nil
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      !specification.posterior.component.hasDensity, PosteriorSlot.option,
      specification.posterior.description,
      "an autoencoder's encoder is a function; use posterior=delta or kind vae")
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "an autoencoder has one level; use levels=1 or kind vae")
  }
}

extension Objective {
  /// Reconstruction alone: −log p(x|z), with z a function of x.
  package static let autoencoder = Objective(
    formula: "E_q(x)[−log p(x|z)], z = encoder(x)", hasDecoderBranch: false
  ) { branch, _ in -branch.logPXGivenZ }
}

extension ObjectiveChoice {
  /// Autoencoder: reconstruction only.
  public static var ae: ObjectiveChoice { ObjectiveChoice(Autoencoder([:])) }
}
