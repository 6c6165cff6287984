/// The gated networks of image models, sized from the item: at 28×28 they are the authors'.
extension ModelSpecification {
  /// The width of gated dense layers where an architecture doesn't give one.
  private static let gatedWidth = 300
  private static let decoderChannels = 64

  /// Whether a network consists of gated layers, which have no other non-linearity.
  func isGated(_ network: NetworkArchitecture) -> Bool { levels == 2 || network.isConvolutional }

  /// The rows that inference takes at once: images have large features.
  package var inferenceBatch: Int {
    encoder.isConvolutional || decoder.isConvolutional ? 64 : BatchedProgram.inferenceBatch
  }

  /// The items as images; for networks that need it, validation saw to it.
  var imageSize: ImageSize {
    guard let size = ImageSize(itemDimensions) else {
      preconditionFailure("convolutions over items of shape \(itemDimensions)")
    }
    return size
  }

  /// The width of the gated dense layers between codes.
  var jointWidth: Int {
    if case .mlp(let widths) = encoder { widths.last ?? Self.gatedWidth } else { Self.gatedWidth }
  }

  /// The layers that make features of items: five gated convolutions, the second and fourth with
  /// stride 2, or gated dense layers. The upper level sees a wider surrounding.
  func gatedItems(_ name: String, isTop: Bool) -> LayerStack {
    if case .mlp(let widths) = encoder {
      return LayerStack.gated(
        name, inputs: itemSize, widths: isTop ? widths : Array(widths.suffix(1)))
    }
    let kernels = isTop ? [7, 3, 5, 3, 3] : [3, 3, 3, 3, 3]
    return LayerStack.gated(
      name, image: imageSize, channels: [32, 32, 64, 64, 6], kernels: kernels,
      strides: [1, 2, 1, 2, 1])
  }

  /// The gated decoder whose levels of codes enter through the layers named `codes`.
  func gatedDecoder(codes names: [String]) -> any DecoderNetwork {
    switch decoder {
    case .mlp(let widths): perceptronDecoder(names, widths: widths)
    case .conv: convolutionalDecoder(names)
    case .pixelcnn(let layers, let channels):
      pixelDecoder(names, layers: layers, channels: channels)
    }
  }

  private func perceptronDecoder(_ names: [String], widths: [Int]) -> any DecoderNetwork {
    let inner = widths.isEmpty ? [Self.gatedWidth] : widths
    let codes = CodeLayers(names: names, sizes: latentSizes, outputs: inner[0])
    return GatedDecoder(
      codes: codes,
      joint: [
        LayerStack.gated("p_x_layers_joint", inputs: names.count * inner[0], widths: inner)
      ],
      head: pixelHead(.vector(inner[inner.count - 1])), featureShape: [inner[inner.count - 1]])
  }

  private func convolutionalDecoder(_ names: [String]) -> any DecoderNetwork {
    let width = Self.gatedWidth
    let channels = [Int](repeating: Self.decoderChannels, count: 4)
    var features = imageSize
    features.channels = Self.decoderChannels
    return GatedDecoder(
      codes: CodeLayers(names: names, sizes: latentSizes, outputs: width),
      joint: [
        LayerStack.gated(
          "p_x_layers_joint_pre", inputs: names.count * width, widths: [itemSize]),
        LayerStack.gated(
          "p_x_layers_joint", image: imageSize, channels: channels, kernels: [3, 3, 3, 3],
          strides: [1, 1, 1, 1]),
      ], head: pixelHead(.image(features)), featureShape: features.dimensions)
  }

  private func pixelDecoder(
    _ names: [String], layers: Int, channels: Int
  ) -> any DecoderNetwork {
    var features = imageSize
    features.channels = channels
    return PixelDecoder(
      codes: CodeLayers(names: names, sizes: latentSizes, outputs: itemSize), image: imageSize,
      depth: layers, channels: channels, head: pixelHead(.image(features)))
  }

  private func pixelHead(_ features: PixelHead.Features) -> PixelHead {
    PixelHead(
      name: "p_x", likelihood: likelihood, features: features, item: itemSize,
      channels: ImageSize(itemDimensions)?.channels ?? 1)
  }
}

extension LayerStack {
  /// Gated dense layers named `NAME.0`, `NAME.1`, ….
  static func gated(_ name: String, inputs: Int, widths: [Int]) -> LayerStack {
    var layers: [GatedDense] = []
    var width = inputs
    for (index, outputs) in widths.enumerated() {
      layers.append(GatedDense(name: "\(name).\(index)", inputs: width, outputs: outputs))
      width = outputs
    }
    return LayerStack(layers: layers, itemShape: [inputs], outputs: width)
  }

  /// Gated convolutions named `NAME.0`, `NAME.1`, ….
  static func gated(
    _ name: String, image: ImageSize, channels: [Int], kernels: [Int], strides: [Int]
  ) -> LayerStack {
    var layers: [GatedConvolution] = []
    var size = image
    for index in channels.indices {
      let layer = GatedConvolution(
        name: "\(name).\(index)", input: size, channels: channels[index], kernel: kernels[index],
        stride: strides[index])
      layers.append(layer)
      size = layer.output
    }
    return LayerStack(layers: layers, itemShape: image.dimensions, outputs: size.count)
  }
}
