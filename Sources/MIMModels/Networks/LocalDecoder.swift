/// The decoder of a variational lossy autoencoder (Chen et al. 2017, arXiv:1611.02731): what a small window of pixels can say of the next one stays
/// out of the code.
struct LocalDecoder: PixelwiseDecoder {
  static let kind = "a window of pixels"
  static let word = "window"
  static let summary =
    "a local autoregressive decoder: each pixel depends on z and a window before it"
  static let method: MethodNote? = MethodNote(
    "VLAE", words: "model vae DATA prior=maf(4) dec=window(layers=3)",
    equation: "p(x|z) = Π_i p(x_i | z, x before i in the window), p(z) by autoregressive flows",
    source: "Chen et al. 2017, arXiv:1611.02731, section 3",
    use: "codes of what is global in an image; the window models texture",
    cost: "masked convolutions; draws pixel by pixel, a pass of the decoder each")
  static let arguments = [
    ComponentArgument(
      "layers", .integer(1...16), usual: .integer(3), isNamed: true,
      "masked 3×3 convolutions L: the window has L rows above and L columns on the left"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(32), isNamed: true, "channels of each layer"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var ownActivation: String? { "elu" }

  func validate(as option: String, of specification: ModelSpecification) throws {
    try requireImageDecoder(option, specification)
    try specification.requireOwnDraws(option, text, instead: "dec=pixelcnn")
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    let (image, channels) = (specification.imageSize, values.integer("channels"))
    var features = image
    features.channels = channels
    return WindowDecoder(
      map: Linear(
        name: "\(names[0]).map", inputs: specification.latentSize,
        outputs: image.height * image.width),
      image: image, depth: values.integer("layers"), channels: channels,
      head: specification.pixelHead(.image(features)))
  }
}

extension NetworkChoice {
  /// A local autoregressive decoder of so many masked convolutions.
  public static func window(layers: Int = 3, channels: Int = 32) -> NetworkChoice {
    NetworkChoice(LocalDecoder(["layers": .integer(layers), "channels": .integer(channels)]))
  }
}
