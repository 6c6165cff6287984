/// Gated convolutions (Tomczak and Welling 2018, arXiv:1705.07120, section 4).
struct GatedConvolutions: NetworkComponent {
  static let word = "conv"
  static let summary = "gated convolutions"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var isConvolutional: Bool { true }
  var companion: NetworkChoice? { .conv }

  private static let decoderChannels = 64

  func validate(as option: String, of specification: ModelSpecification) throws {
    let image = try specification.requireImage(option, text)
    guard option == "enc" else { return }
    try specification.require(
      image.height.isMultiple(of: 4) && image.width.isMultiple(of: 4), option, text,
      "it halves images twice, but \(image.height)×\(image.width) isn't divisible by 4; "
        + "use enc=mlp(300)")
  }

  /// Five convolutions, the second and fourth with stride 2.
  func gatedItems(
    _ name: String, isTop: Bool, of specification: ModelSpecification
  ) -> LayerStack {
    LayerStack.gated(
      name, image: specification.imageSize, channels: [32, 32, 64, 64, 6],
      kernels: isTop ? [7, 3, 5, 3, 3] : [3, 3, 3, 3, 3], strides: [1, 2, 1, 2, 1])
  }

  func gatedDecoder(
    codes names: [String], of specification: ModelSpecification
  ) -> any DecoderNetwork {
    let width = ModelSpecification.gatedWidth
    let channels = [Int](repeating: Self.decoderChannels, count: 4)
    var features = specification.imageSize
    features.channels = Self.decoderChannels
    return GatedDecoder(
      codes: CodeLayers(names: names, sizes: specification.latentSizes, outputs: width),
      joint: [
        LayerStack.gated(
          "p_x_layers_joint_pre", inputs: names.count * width, widths: [specification.itemSize]),
        LayerStack.gated(
          "p_x_layers_joint", image: specification.imageSize, channels: channels,
          kernels: [3, 3, 3, 3], strides: [1, 1, 1, 1]),
      ], head: specification.pixelHead(.image(features)), featureShape: features.dimensions)
  }
}

extension NetworkChoice {
  /// Gated convolutions.
  public static var conv: NetworkChoice { NetworkChoice(GatedConvolutions([:])) }
}
