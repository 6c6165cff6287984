import MIMTensor

/// A masked autoencoder over the codes of a codebook, one after another: what a gated PixelCNN is over a map, for the codes of a vector (van
/// den Oord et al. 2017, arXiv:1711.00937, section 3.3; Germain et al. 2015, arXiv:1502.03509).
struct MaskedCodePrior: PriorComponent {
  static let word = "made"
  static let summary =
    "a masked autoencoder over the codes of a codebook, one after another (vqvae)"
  static let method: MethodNote? = MethodNote(
    "VQ-VAE with a MADE prior",
    words: "model vqvae DATA z=16 posterior=vq(64, dim=2) prior=made(hidden=128)",
    equation: "p(k) = Π_i p(k_i | k_<i) of the numbers k of an item's codes, K classes each",
    source:
      "van den Oord et al. 2017, arXiv:1711.00937, section 3.3; Germain et al. 2015, arXiv:1502.03509",
    use: "samples of a VQ-VAE of vectors, and a rate below n log K",
    cost: "a perceptron with K outputs for each code; draws code by code")
  static let arguments = [
    ComponentArgument(
      "hidden", .integer(1...8192), usual: .integer(128), isNamed: true,
      "units of each hidden layer"),
    ComponentArgument(
      "layers", .integer(1...8), usual: .integer(2), isNamed: true, "hidden layers"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(16), isNamed: true,
      "numbers that stand for a code"),
  ]
  static let extraLossNames = [CodeRate.lossName]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// The most numbers in all masks of a network.
  private static let mostMaskNumbers = 1 << 26

  private var widths: [Int] {
    [Int](repeating: values.integer("hidden"), count: values.integer("layers"))
  }

  var description: String {
    "a masked autoencoder over codes, "
      + widths.map { "\($0)" }.joined(separator: " + ") + " units"
  }
  var isDiscrete: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.posterior.component is QuantizedPosterior, PriorSlot.option, text,
      "there is no codebook to draw codes from; use prior=maf(4), or kind vqvae")
    guard let posterior = specification.posterior.component as? QuantizedPosterior,
      let places = specification.codePlaces
    else { return }
    let (hidden, layers) = (values.integer("hidden"), values.integer("layers"))
    let weights =
      hidden * (layers - 1) * hidden
      + hidden * places.count * (values.integer("channels") + posterior.codebook.count)
    try specification.require(
      weights <= Self.mostMaskNumbers, PriorSlot.option, text,
      "\(places.count) codes of \(posterior.codebook.count) make masks of more than \(Self.mostMaskNumbers) numbers; "
        + "use fewer units, or prior=pixelcnn")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    guard let posterior = specification.posterior.component as? QuantizedPosterior,
      let places = specification.codePlaces
    else { return nil }
    return MaskedCodeNetwork(
      book: posterior.codebook, places: places, channels: values.integer("channels"),
      hidden: widths)
  }
}

extension PriorChoice {
  /// A masked autoencoder over the codes of a codebook, with `layers` hidden layers of `hidden` units over embeddings of `channels` numbers.
  public static func made(hidden: Int = 128, layers: Int = 2, channels: Int = 16) -> PriorChoice {
    PriorChoice(
      MaskedCodePrior([
        "hidden": .integer(hidden), "layers": .integer(layers), "channels": .integer(channels),
      ]))
  }
}
