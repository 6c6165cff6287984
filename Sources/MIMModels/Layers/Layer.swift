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

/// A layer that gives an image of each item.
protocol MapLayer: Layer {
  /// Its extents.
  var output: ImageSize { get }
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

  /// The image that the last layer gives; nil where it gives rows.
  var map: ImageSize? { (layers.last as? any MapLayer)?.output }

  /// Images `[batch, …itemShape]` as the last layer leaves them.
  func features(of x: Tensor) -> Tensor {
    layers.reduce(x.reshape(Shape([x.shape[0]] + itemShape))) { $1.apply($0) }
  }

  /// Those of all layers.
  public var parameters: [ParameterDeclaration] { layers.flatMap(\.parameters) }

  /// Of each layer.
  public var descriptions: [LayerDescription] { layers.map(\.description) }

  /// `x` `[batch, inputs]` → `[batch, outputs]`.
  public func apply(_ x: Tensor) -> Tensor {
    features(of: x).reshape([x.shape[0], outputs])
  }
}
