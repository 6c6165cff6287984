import MIMTensor

/// The decoder of the convolutional VQ-VAE (van den Oord et al. 2017, arXiv:1711.00937, section 4.1): residual blocks, then two transposed
/// convolutions. Codes on a map enter where they are; other codes become a map by a linear layer.
struct ResidualDecoder: DecoderNetwork {
  /// How codes become a map of `channels`.
  enum Entry: Sendable {
    case places(CodePlaces, MapConvolution)
    case rows(Linear)
  }
  let entry: Entry
  /// A quarter of the item's height and width.
  let map: ImageSize
  let blocks: [ResidualBlock]
  let doublings: [DoublingConvolution]
  let head: PixelHead

  var isAutoregressive: Bool { false }

  var parameters: [ParameterDeclaration] {
    let first =
      switch entry {
      case .places(_, let layer): layer.parameters
      case .rows(let layer): layer.parameters
      }
    return first + blocks.flatMap(\.parameters) + doublings.flatMap(\.parameters)
      + head.parameters
  }

  var descriptions: [LayerDescription] {
    let first =
      switch entry {
      case .places(_, let layer): layer.description
      case .rows(let layer): layer.description(followedBy: nil)
      }
    return [first] + blocks.map(\.description) + doublings.map(\.description)
      + head.descriptions
  }

  func distribution(
    of z: Tensor, observing x: Tensor?, statistics: NormalizationStatistics
  ) -> any Distribution {
    let start: Tensor
    switch entry {
    case .places(let places, let layer):
      start = layer.apply(
        z.map(channels: places.dim, height: places.height, width: places.width))
    case .rows(let layer):
      start = layer.apply(z).reshape(Shape([z.shape[0]] + map.dimensions))
    }
    let inner = blocks.reduce(start) { $1.apply($0) }.relu()
    return head.distribution(of: doublings.reduce(inner) { $1.apply($0) })
  }
}
