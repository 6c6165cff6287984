/// A PixelCNN decoder (van den Oord et al. 2016, arXiv:1601.06759): one masked 3×3 convolution of kind A, `layers` − 1 of kind B, each
/// with batch normalisation and ReLU.
public struct PixelCNN: NetworkComponent {
  public static let word = "pixelcnn"
  public static let summary =
    "an autoregressive decoder: each pixel depends on z and the pixels before it"
  public static let arguments = [
    ComponentArgument(
      "layers", .integer(1...100), usual: .integer(8), isNamed: true,
      "number of masked 3×3 convolutions"),
    ComponentArgument(
      "channels", .integer(1...1024), usual: .integer(64), isNamed: true, "channels of each layer"),
  ]
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public static var isEncoder: Bool { false }
  public var isConvolutional: Bool { true }
  public var isAutoregressive: Bool { true }
  public var companion: NetworkChoice? { .conv }
  public var ownActivation: String? { "relu" }

  public func validate(as option: String, of specification: ModelSpecification) throws {
    try specification.require(
      option == "dec", option, text, "a PixelCNN is a decoder; use enc=conv dec=pixelcnn")
    _ = try specification.requireImage(option, text)
  }

  public func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack { preconditionFailure("a PixelCNN as encoder: validation saw to it") }

  public func gatedDecoder(
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
