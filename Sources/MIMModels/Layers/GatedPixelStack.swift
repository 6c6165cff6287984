import MIMTensor

/// The layers of a gated PixelCNN one after another, then a 1×1 convolution with a rectifier: features of each pixel that know the pixels
/// before it in row-major order, and no other.
struct GatedPixelStack: Sendable {
  let layers: [GatedPixelLayer]
  /// The 1×1 convolution behind them keeps the channels.
  let outputName: String
  let channels: Int

  /// `depth` layers: the first of kernel 7 and kind A, the others of kernel 3, as in the paper.
  init(name: String, inputs: Int, channels: Int, depth: Int, conditions: Int) {
    layers = (0..<depth).map { index in
      GatedPixelLayer(
        name: "\(name).\(index)", kind: index == 0 ? .a : .b,
        inputs: index == 0 ? inputs : channels, channels: channels,
        kernel: index == 0 ? 7 : 3, conditions: conditions)
    }
    self.channels = channels
    outputName = "\(name).features"
  }

  private var outputShape: Shape { [channels, channels, 1, 1] }

  var parameters: [ParameterDeclaration] {
    layers.flatMap(\.parameters)
      + ParameterDeclaration.convolution(outputName, outputShape, hasBias: true)
  }

  var descriptions: [LayerDescription] {
    layers.map(\.description) + [
      LayerDescription(
        name: outputName, description: "\(channels) → \(channels), 1×1, relu",
        parameterCount: outputShape.count + channels)
    ]
  }

  /// x `[batch, inputs, height, width]` → features `[batch, channels, height, width]`.
  func apply(_ x: Tensor, condition: Tensor?) -> Tensor {
    let graph = x.graph
    let stacks = layers.reduce(GatedPixelLayer.Stacks(vertical: x, horizontal: x)) {
      $1.apply($0, condition: condition)
    }
    return graph.scope(outputName) {
      Self.features(
        of: stacks,
        weight: graph.parameter("\(outputName).weight", shape: outputShape),
        bias: graph.parameter("\(outputName).bias", shape: [channels]))
    }
  }

  /// relu(W h + b) of what the horizontal stack knows.
  static func features(of stacks: GatedPixelLayer.Stacks, weight: Tensor, bias: Tensor) -> Tensor {
    stacks.horizontal.convolution(heads: [(weight, bias)]).relu()
  }
}
