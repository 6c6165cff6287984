import MIMTensor

/// The local autoregressive decoder of a variational lossy autoencoder (Chen et al. 2017, arXiv:1611.02731, section 3.1): masked 3×3
/// convolutions, into each of which an image made of z enters anew. Each layer widens the window that a pixel sees by one row above and one column
/// on the left; on the right it has as many columns as it has rows above.
struct WindowDecoder: DecoderNetwork {
  /// z becomes an image of one channel.
  let map: Linear
  let image: ImageSize
  let depth: Int
  let channels: Int
  let head: PixelHead

  var isAutoregressive: Bool { true }

  private static let name = "window"

  private var convolutions: [MaskedConvolution] {
    var input = image
    return (0..<depth).map { index in
      defer { input.channels = channels }
      return MaskedConvolution(
        name: "\(Self.name).\(index)", kind: index == 0 ? .a : .b, input: input,
        channels: channels)
    }
  }

  private func codeName(_ index: Int) -> String { "\(Self.name).\(index).codes" }

  private var codeShape: Shape { [channels, 1, 1, 1] }

  var parameters: [ParameterDeclaration] {
    map.parameters
      + convolutions.enumerated().flatMap { index, layer in
        layer.parameters
          + ParameterDeclaration.convolution(codeName(index), codeShape, hasBias: true)
      } + head.parameters
  }

  var descriptions: [LayerDescription] {
    [map.description(followedBy: nil)]
      + convolutions.enumerated().flatMap { index, layer in
        [
          layer.description,
          LayerDescription(
            name: codeName(index), description: "1 → \(channels), 1×1 from the image of z, elu",
            parameterCount: 2 * channels),
        ]
      } + head.descriptions
  }

  /// elu(W ∗ h + V m + b) of W ∗ h, the image m of z `[batch, 1, height, width]`, V `[channels, 1, 1, 1]` and b `[channels]`.
  static func layer(_ convolved: Tensor, map: Tensor, weight: Tensor, bias: Tensor) -> Tensor {
    (convolved + map.convolution(heads: [(weight, bias)])).elu()
  }

  /// The conditionals p(x_i | z, x before i in the window) at the observed x.
  func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    guard let x else { preconditionFailure("an autoregressive decoder observes an x") }
    let graph = z.graph
    let plane = map.apply(z).reshape([z.shape[0], 1, image.height, image.width])
    let features = convolutions.enumerated().reduce(
      x.reshape(Shape([z.shape[0]] + image.dimensions))
    ) { features, layer in
      let name = codeName(layer.offset)
      return Self.layer(
        layer.element.apply(features), map: plane,
        weight: graph.parameter("\(name).weight", shape: codeShape),
        bias: graph.parameter("\(name).bias", shape: [channels]))
    }
    return head.distribution(of: features)
  }
}
