import MIMTensor

/// A PixelCNN given z: every level of the codes becomes an image that enters beside x, then masked
/// convolutions see only earlier pixels (van den Oord et al. 2016, arXiv:1601.06759; Tomczak and
/// Welling 2018, PixelHVAE).
public struct PixelDecoder: DecoderNetwork {
  let codes: CodeLayers
  let image: ImageSize
  let depth: Int
  let channels: Int
  let head: PixelHead

  /// True.
  public var isAutoregressive: Bool { true }
  /// Itself.
  public var pixelDecoder: PixelDecoder? { self }

  /// Its arrays.
  public var parameters: [ParameterDeclaration] {
    codes.layers.flatMap(\.parameters) + layers(.running).flatMap(\.parameters) + head.parameters
  }

  /// Its layers, for the summary.
  public var descriptions: [LayerDescription] {
    codes.layers.map(\.description) + layers(.running).map(\.description) + head.descriptions
  }

  /// Convolution, batch normalisation and ReLU count as three in PyTorch's `Sequential`.
  private func layers(_ statistics: NormalizationStatistics) -> [any Layer] {
    var input = image
    input.channels = image.channels * (1 + codes.layers.count)
    return (0..<depth).flatMap { index -> [any Layer] in
      defer { input.channels = channels }
      return [
        MaskedConvolution(
          name: "pixelcnn.\(3 * index)", kind: index == 0 ? .a : .b, input: input,
          channels: channels),
        BatchNormalization(
          name: "pixelcnn.\(3 * index + 1)", channels: channels, statistics: statistics),
      ]
    }
  }

  /// The conditionals p(x_i | x_<i, z) at the observed x.
  public func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    guard let x else { preconditionFailure("an autoregressive decoder observes an x") }
    let shape = Shape([z.shape[0]] + image.dimensions)
    let images = ([x] + codes.apply(z)).map { $0.reshape(shape) }
    let features = layers(statistics).reduce(z.graph.concatenate(images, axis: 1)) {
      $1.apply($0)
    }
    return head.distribution(of: features)
  }
}
