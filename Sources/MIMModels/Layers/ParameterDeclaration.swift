import MIMTensor

/// A learned array before it has values.
public struct ParameterDeclaration: Sendable {
  /// Its name in the reference's PyTorch state, `q_z_given_x.0.weight`.
  public let name: String
  /// Its shape.
  public let shape: Shape
  /// How it gets its first values.
  public let initializer: ParameterInitializer
  /// What becomes of it in training.
  public var role = Role.trained

  /// Declares an array.
  public init(
    name: String, shape: Shape, initializer: ParameterInitializer, role: Role = .trained
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.role = role
  }

  /// What becomes of the array in training.
  public enum Role: Sendable {
    /// The optimiser changes it.
    case trained
    /// A running average that training keeps up to date, without a gradient.
    case statistic
    /// A constant of the architecture that the reference's state holds too: written to files,
    /// checked when read, not part of a model's parameters.
    case mask
  }
}

/// How a parameter gets its first values.
public enum ParameterInitializer: Sendable {
  /// Uniform on [−bound, bound].
  case uniform(bound: Float)
  /// Normal with mean 0.
  case normal(deviation: Float)
  /// Normal around a mean, for pseudo-inputs that don't start from data.
  case normalAround(Float, deviation: Float)
  /// The same value everywhere.
  case constant(Float)
  /// These values.
  case given([Float])
  /// Uniform on [−bound, bound], and 0 where the mask is 0.
  case masked(bound: Float, mask: [Float])
  /// A part of a random rotation; those that name the same array are parts of one.
  case rotation(RotationPart, of: String)

  /// Draws the values from a stream of their own, so that adding a parameter changes no other.
  public func values(shape: Shape, name: String, seed: UInt64) -> HostArray<Float> {
    var stream = RandomStream(seed: seed, stream: "initial.\(name)")
    let elements: [Float]
    switch self {
    case .uniform(let bound):
      elements = (0..<shape.count).map { _ in (2 * Float(stream.uniform()) - 1) * bound }
    case .normal(let deviation):
      elements = (0..<shape.count).map { _ in Float(stream.normal()) * deviation }
    case .normalAround(let mean, let deviation):
      elements = (0..<shape.count).map { _ in mean + Float(stream.normal()) * deviation }
    case .given(let values): elements = values
    case .rotation(let part, let whole):
      var shared = RandomStream(seed: seed, stream: "initial.\(whole)")
      elements = part.values(size: shape[shape.rank - 1], using: &shared)
    case .masked(let bound, let mask):
      elements = mask.map { $0 * (2 * Float(stream.uniform()) - 1) * bound }
    case .constant(let value):
      elements = [Float](repeating: value, count: shape.count)
    }
    return HostArray(elements, shape: shape)
  }
}
