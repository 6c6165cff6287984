import MIMTensor

/// What a model without decoder says of x: nothing. Densities and draws are NaN, so that nobody can take them for numbers.
struct Unspecified: Distribution {
  private let nothing: Tensor

  /// Over events of a shape `[batch, event]`.
  init(shape: Shape, in graph: Graph) { nothing = graph.scalar(.nan).broadcast(to: shape) }

  private init(_ nothing: Tensor) { self.nothing = nothing }

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var entropy: Tensor? { nil }
  var parts: [Tensor] { [nothing] }

  func logDensity(of value: Tensor) -> Tensor {
    nothing.graph.scalar(.nan).broadcast(to: [nothing.shape[0]])
  }

  func draw(from noise: NoiseSource, stream: String) -> Draw { Draw(nothing) }
  func rebuilt(from parts: [Tensor]) -> any Distribution { Unspecified(parts[0]) }
}
