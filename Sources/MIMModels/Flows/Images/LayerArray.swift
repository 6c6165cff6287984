import MIMTensor

/// An array of a layer: how it is declared and stored, and what the layer's formula sees of it. Reference files store some in other
/// shapes than ours.
struct LayerArray: Sendable {
  /// How it is stored.
  let declaration: ParameterDeclaration
  /// What the formula sees.
  let view: @Sendable (Tensor) -> Tensor

  init(_ declaration: ParameterDeclaration, view: @escaping @Sendable (Tensor) -> Tensor = { $0 }) {
    self.declaration = declaration
    self.view = view
  }

  /// A number for each channel, stored as images of one pixel are: `[1, channels, 1, 1]` unless said otherwise.
  static func channels(
    _ name: String, _ count: Int, shape: Shape? = nil,
    _ initializer: ParameterInitializer = .constant(0)
  ) -> LayerArray {
    LayerArray(
      ParameterDeclaration(
        name: name, shape: shape ?? [1, count, 1, 1], initializer: initializer)
    ) { $0.reshape([count]) }
  }

  /// As it is stored.
  func stored(in graph: Graph) -> Tensor {
    graph.parameter(declaration.name, shape: declaration.shape)
  }

  /// As the formula has it.
  func value(in graph: Graph) -> Tensor { view(stored(in: graph)) }
}
