import MIMTensor

/// An encoder that shows what its code is made of: z = head(f(C(x))) with the feature map C(x) of its layers but the last (Hjelm et al. 2019,
/// arXiv:1808.06670, section 3). A perceptron has no map: there the item itself stands for it, as one place.
struct FeatureEncoder: Sendable {
  /// The layers with their map; nil for perceptrons.
  private let gated: (layers: LayerStack, map: ImageSize, head: Linear)?
  private let perceptron: (any EncoderNetwork)?
  /// The numbers at a place of the map.
  let channels: Int
  /// The places of the map.
  let places: Int

  /// Precondition: the specification is valid.
  init(_ specification: ModelSpecification) {
    guard let layers = specification.mappingLayers, let map = layers.mapBeforeLast else {
      (gated, perceptron) = (nil, specification.encoderNetwork)
      (channels, places) = (specification.itemSize, 1)
      return
    }
    perceptron = nil
    gated = (
      layers, map,
      Linear(name: "q_z", inputs: layers.outputs, outputs: specification.latentSize)
    )
    (channels, places) = (map.channels, map.count / map.channels)
  }

  var parameters: [ParameterDeclaration] {
    perceptron?.parameters ?? gated.map { $0.layers.parameters + $0.head.parameters } ?? []
  }

  var descriptions: [LayerDescription] {
    perceptron?.descriptions
      ?? gated.map { $0.layers.descriptions + [$0.head.description(followedBy: nil)] } ?? []
  }

  /// Codes `[batch, latent]` of items `[batch, item]`, and the map that they were made of, `[batch, channels, places]`.
  func apply(_ x: Tensor) -> (codes: Tensor, map: Tensor) {
    let batch = x.shape[0]
    guard let gated, let last = gated.layers.layers.last else {
      guard let codes = perceptron?.distribution(of: x).mean else {
        preconditionFailure("an encoder alone without a mean")
      }
      return (codes, x.reshape([batch, channels, 1]))
    }
    let map = gated.layers.layers.dropLast().reduce(
      x.reshape(Shape([batch] + gated.layers.itemShape))
    ) { $1.apply($0) }
    let features = last.apply(map).reshape([batch, gated.layers.outputs])
    return (gated.head.apply(features), map.reshape([batch, channels, places]))
  }
}

extension ModelSpecification {
  /// The layers of an encoder that sees images; nil for perceptrons.
  var mappingLayers: LayerStack? {
    guard encoder.component.isConvolutional else { return nil }
    return encoder.component.gatedItems("q_z_layers", isTop: true, of: self)
  }
}

extension LayerStack {
  /// The map that the last layer sees; nil where the layer before isn't a convolution.
  var mapBeforeLast: ImageSize? { (layers.dropLast().last as? any MapLayer)?.output }
}
