import MIMTensor

/// One map of a network with its parameters: a batch in, a batch out.
public protocol Layer: Sendable {
  /// Its name in the reference's PyTorch state, `q_z2_layers.0`.
  var name: String { get }
  var parameters: [ParameterDeclaration] { get }
  /// What it does, for the summary: `1×28×28 → 32×28×28, gated 7×7 convolution`.
  var summary: String { get }
  func apply(_ x: Tensor) -> Tensor
}

extension Layer {
  /// Name, summary and number of parameters.
  public var description: LayerDescription {
    LayerDescription(
      name: name, description: summary,
      parameterCount: parameters.filter { $0.role == .trained }.reduce(0) { $0 + $1.shape.count })
  }
}

/// Layers one after another: from rows `[batch, inputs]` to rows `[batch, outputs]`, whatever
/// shape items have in between.
public struct LayerStack: Sendable {
  let layers: [any Layer]
  /// The shape of one item before the first layer.
  let itemShape: [Int]
  /// The numbers in one item after the last layer.
  let outputs: Int

  /// Makes a stack. `itemShape` is the shape of one item before the first layer, `outputs` the numbers in one item after the last.
  public init(layers: [any Layer], itemShape: [Int], outputs: Int) {
    self.layers = layers
    self.itemShape = itemShape
    self.outputs = outputs
  }

  /// Those of all layers.
  public var parameters: [ParameterDeclaration] { layers.flatMap(\.parameters) }

  /// Of each layer.
  public var descriptions: [LayerDescription] { layers.map(\.description) }

  /// `x` `[batch, inputs]` → `[batch, outputs]`.
  public func apply(_ x: Tensor) -> Tensor {
    let batch = x.shape[0]
    return layers.reduce(x.reshape(Shape([batch] + itemShape))) { $1.apply($0) }
      .reshape([batch, outputs])
  }
}
