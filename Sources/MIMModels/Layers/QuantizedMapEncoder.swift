import MIMTensor

/// Layers that see images, then at each place of their map the nearest code of a codebook (van den Oord et al. 2017, arXiv:1711.00937).
struct QuantizedMapEncoder: EncoderNetwork {
  let layers: LayerStack
  /// What the layers give.
  let map: ImageSize
  let book: Codebook

  /// The map becomes vectors of the codebook.
  private var vectors: MapConvolution {
    MapConvolution(
      name: "q_z.codes", input: map, channels: book.dim, kernel: 1, stride: 1, isRectified: false)
  }

  var parameters: [ParameterDeclaration] {
    layers.parameters + vectors.parameters + book.parameters
  }

  var descriptions: [LayerDescription] { layers.descriptions + [vectors.description] }

  func distribution(of x: Tensor) -> any Distribution {
    VectorQuantized(
      encoded: vectors.apply(layers.features(of: x)).placeAfterPlace, book: book)
  }

  func diagonalGaussian(of x: Tensor) -> DiagonalGaussian? { nil }
}

extension Tensor {
  /// A map `[batch, channels, height, width]` as rows of one place after another, each with all its channels, `[batch, height·width·channels]`.
  var placeAfterPlace: Tensor {
    let (batch, channels) = (shape[0], shape[1])
    let places = shape[2] * shape[3]
    return reshape([batch, channels, places]).transpose().reshape([batch, places * channels])
  }

  /// The map of such rows.
  func map(channels: Int, height: Int, width: Int) -> Tensor {
    let batch = count / (channels * height * width)
    return reshape([batch, height * width, channels]).transpose()
      .reshape([batch, channels, height, width])
  }
}
