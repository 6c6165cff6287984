/// The gated networks of image models, sized from the item: at 28×28 they are the authors'.
extension ModelSpecification {
  /// The width of gated dense layers where an architecture doesn't give one.
  static let gatedWidth = 300

  /// Whether a network consists of gated layers, which have no other non-linearity.
  func isGated(_ network: NetworkChoice) -> Bool {
    levels > 1 || network.component.isConvolutional
  }

  /// The rows that inference takes at once: images have large features.
  package var inferenceBatch: Int {
    let isConvolutional =
      flow?.component.isConvolutional
      ?? [encoder, decoder].contains(where: \.component.isConvolutional)
    return isConvolutional ? Self.imageBatch : BatchedProgram.inferenceBatch
  }

  /// The images that inference takes at once.
  static let imageBatch = 64

  /// The items as images; for networks that need it, validation saw to it.
  var imageSize: ImageSize {
    guard let size = ImageSize(itemDimensions) else {
      preconditionFailure("convolutions over items of shape \(itemDimensions)")
    }
    return size
  }

  /// The width of the gated dense layers between codes.
  var jointWidth: Int { encoder.component.widths?.last ?? Self.gatedWidth }

  /// The last layer of a gated decoder.
  func pixelHead(_ features: PixelHead.Features) -> PixelHead {
    guard let form = likelihood.component.gatedForm else {
      preconditionFailure("a gated decoder with likelihood=\(likelihood): validation saw to it")
    }
    return PixelHead(
      name: "p_x", form: form, features: features, item: itemSize,
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
