import MIMTensor

/// A learned array before it has values.
package struct ParameterDeclaration: Sendable {
  /// Its name in the reference's PyTorch state, `q_z_given_x.0.weight`.
  package let name: String
  package let shape: Shape
  package let initializer: ParameterInitializer
}

/// How a parameter gets its first values.
package enum ParameterInitializer: Sendable {
  /// Uniform on [−bound, bound].
  case uniform(bound: Float)
  /// Normal with mean 0.
  case normal(deviation: Float)
  /// The same value everywhere.
  case constant(Float)

  /// Draws the values from a stream of their own, so that adding a parameter changes no other.
  package func values(shape: Shape, name: String, seed: UInt64) -> HostArray<Float> {
    var stream = RandomStream(seed: seed, stream: "initial.\(name)")
    let elements: [Float]
    switch self {
    case .uniform(let bound):
      elements = (0..<shape.count).map { _ in (2 * Float(stream.uniform()) - 1) * bound }
    case .normal(let deviation):
      elements = (0..<shape.count).map { _ in Float(stream.normal()) * deviation }
    case .constant(let value):
      elements = [Float](repeating: value, count: shape.count)
    }
    return HostArray(elements, shape: shape)
  }
}
