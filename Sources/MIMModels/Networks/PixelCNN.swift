/// A PixelCNN decoder (van den Oord et al. 2016, arXiv:1601.06759): one masked 3×3 convolution of kind A, `layers` − 1 of kind B, each
/// with batch normalisation and ReLU.
struct PixelCNN: PixelwiseDecoder {
  static let kind = "a PixelCNN"
  static let word = "pixelcnn"
  static let summary =
    "an autoregressive decoder: each pixel depends on z and the pixels before it"
  static let method: MethodNote? = MethodNote(
    "PixelCNN decoder", words: "model amim DATA dec=pixelcnn",
    equation: "p(x|z) = Π_i p(x_i | x_<i, z)", source: "van den Oord et al. 2016, arXiv:1601.06759",
    use: "sharp images; the usual test for collapse",
    cost: "masked convolutions; draws pixel by pixel")
  static let arguments = [
    ComponentArgument(
      "layers", .integer(1...100), usual: .integer(8), isNamed: true,
      "number of masked 3×3 convolutions"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(64), isNamed: true, "channels of each layer"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var ownActivation: String? { "relu" }

  func validate(as option: String, of specification: ModelSpecification) throws {
    try requireImageDecoder(option, specification)
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    let channels = values.integer("channels")
    var features = specification.imageSize
    features.channels = channels
    return PixelDecoder(
      codes: CodeLayers(
        names: names, sizes: specification.latentSizes, outputs: specification.itemSize),
      image: specification.imageSize, depth: values.integer("layers"), channels: channels,
      head: specification.pixelHead(.image(features)))
  }
}

extension NetworkChoice {
  /// A PixelCNN decoder.
  public static func pixelcnn(layers: Int, channels: Int) -> NetworkChoice {
    NetworkChoice(
      PixelCNN(["layers": .integer(layers), "channels": .integer(channels)]))
  }
}
