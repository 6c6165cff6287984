import MIMTensor

/// A gated PixelCNN over the codes of a codebook, place after place (van den Oord et al. 2017, arXiv:1711.00937, section 3.3).
struct PixelCodePrior: PriorComponent {
  static let word = "pixelcnn"
  static let summary = "a gated PixelCNN over the codes of a codebook, place after place (vqvae)"
  static let method: MethodNote? = MethodNote(
    "VQ-VAE with a PixelCNN prior",
    words: "model vqvae DATA enc=residual posterior=vq(64, dim=16) prior=pixelcnn",
    equation: "p(k) = Π_i p(k_i | k_<i) of the numbers k of an item's codes",
    source: "van den Oord et al. 2017, arXiv:1711.00937, section 3.3; 2016, arXiv:1606.05328",
    use: "samples of a VQ-VAE, and a rate below n log K",
    cost: "a small network over the map; draws code by code")
  static let arguments = [
    ComponentArgument(
      "layers", .integer(1...64), usual: .integer(5), isNamed: true,
      "gated layers; the first sees 3 codes back, each other one more"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(32), isNamed: true, "channels of each stack"),
  ]
  static let extraLossNames = [CodeRate.lossName]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String {
    "a gated PixelCNN over codes, \(values.integer("layers")) layers of \(values.integer("channels")) channels"
  }
  var isDiscrete: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.posterior.component is QuantizedPosterior, PriorSlot.option, text,
      "there is no codebook to draw codes from; use prior=maf(4), or kind vqvae")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    guard let posterior = specification.posterior.component as? QuantizedPosterior,
      let places = specification.codePlaces
    else { return nil }
    return CodeNetwork(
      book: posterior.codebook, places: places, depth: values.integer("layers"),
      channels: values.integer("channels"))
  }
}

extension PriorChoice {
  /// A gated PixelCNN over the codes of a codebook.
  public static func pixelCNN(layers: Int = 5, channels: Int = 32) -> PriorChoice {
    PriorChoice(
      PixelCodePrior(["layers": .integer(layers), "channels": .integer(channels)]))
  }
}
