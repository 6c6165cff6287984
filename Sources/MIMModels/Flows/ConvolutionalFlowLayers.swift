import MIMTensor

/// The arrays of one convolutional step of an inverse autoregressive flow: V, g and b of each weight-normalised layer, called as in the authors'
/// code (Kingma et al. 2016, arXiv:1606.04934, and its released ResNet VAE).
struct ConvolutionalFlowLayers: Sendable {
  let name: String
  let channels: Int
  let hidden: Int

  private static let kernel = 3
  /// The deviation of the first V.
  private static let deviation: Float = 0.05

  /// A layer's name, its inputs and outputs, and whether a place sees no channel of its own.
  private typealias Layer = (name: String, inputs: Int, outputs: Int, isStrict: Bool)

  private var all: [Layer] {
    [
      ("\(name).layer_0", channels, hidden, false), ("\(name).layer_1", hidden, hidden, false),
      ("\(name).layer_out_0", hidden, channels, true),
      ("\(name).layer_out_1", hidden, channels, true),
    ]
  }

  private func shape(_ layer: Layer) -> Shape {
    [layer.outputs, layer.inputs, Self.kernel, Self.kernel]
  }

  var parameters: [ParameterDeclaration] {
    all.flatMap { layer in
      [
        ParameterDeclaration(
          name: "\(layer.name).V", shape: shape(layer),
          initializer: .normal(deviation: Self.deviation)),
        ParameterDeclaration(
          name: "\(layer.name).g", shape: [layer.outputs], initializer: .constant(0)),
        ParameterDeclaration(
          name: "\(layer.name).b", shape: [layer.outputs], initializer: .constant(0)),
      ]
    }
  }

  var description: LayerDescription {
    LayerDescription(
      name: name,
      description: "masked convolutions, \(channels) → \(hidden) → \(channels) channels",
      parameterCount: parameters.reduce(0) { $0 + $1.shape.count })
  }

  /// The network in a graph.
  func network(in graph: Graph) -> ConvolutionalAutoregression {
    let layers = all.map { layer in
      ConvolutionalAutoregression.Layer(
        direction: graph.parameter("\(layer.name).V", shape: shape(layer)),
        logGain: graph.parameter("\(layer.name).g", shape: [layer.outputs]),
        bias: graph.parameter("\(layer.name).b", shape: [layer.outputs]),
        mask: ConvolutionalAutoregression.mask(
          inputs: layer.inputs, outputs: layer.outputs, kernel: Self.kernel,
          isStrict: layer.isStrict))
    }
    return ConvolutionalAutoregression(
      first: layers[0], hidden: [layers[1]], mean: layers[2], logScale: layers[3])
  }
}
