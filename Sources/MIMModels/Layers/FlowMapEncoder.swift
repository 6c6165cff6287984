import MIMTensor

/// Layers that see images, then at each place of their map a Gaussian, and a context for the convolutional flows behind it (Kingma et al. 2016,
/// arXiv:1606.04934).
struct FlowMapEncoder: EncoderNetwork {
  let layers: LayerStack
  /// What the layers give.
  let features: ImageSize
  /// The channels of a code.
  let channels: Int
  /// The channels of the flows' hidden layers, and of the context.
  let hidden: Int
  /// How many flows.
  let count: Int
  let minScale: Float

  private static let name = "q_z"

  private func head(_ part: String, _ channels: Int) -> MapConvolution {
    MapConvolution(
      name: "\(Self.name).\(part)", input: features, channels: channels, kernel: 1, stride: 1,
      isRectified: false)
  }

  private var heads: (location: MapConvolution, logScale: MapConvolution, context: MapConvolution) {
    (head("fc_loc", channels), head("fc_logscale", channels), head("context", hidden))
  }

  private var steps: [ConvolutionalFlowLayers] {
    (0..<count).map {
      ConvolutionalFlowLayers(
        name: "\(Self.name).flows.\($0)", channels: channels, hidden: hidden)
    }
  }

  var parameters: [ParameterDeclaration] {
    let heads = heads
    return layers.parameters + heads.location.parameters + heads.logScale.parameters
      + heads.context.parameters + steps.flatMap(\.parameters)
  }

  var descriptions: [LayerDescription] {
    let heads = heads
    return layers.descriptions
      + [heads.location, heads.logScale, heads.context].map(\.description)
      + steps.map(\.description)
  }

  func distribution(of x: Tensor) -> any Distribution {
    let (heads, seen) = (heads, layers.features(of: x))
    var map = features
    map.channels = channels
    let rows: Shape = [x.shape[0], map.count]
    return FlowedMap(
      base: DiagonalGaussian(
        mean: heads.location.apply(seen).reshape(rows),
        logScale: heads.logScale.apply(seen).reshape(rows), minScale: minScale),
      layers: steps, context: heads.context.apply(seen), map: map)
  }

  func diagonalGaussian(of x: Tensor) -> DiagonalGaussian? { nil }
}
