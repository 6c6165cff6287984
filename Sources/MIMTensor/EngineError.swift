/// What can go wrong while a computation is prepared.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The gradient of something that is not one number was asked for.
  case gradientOfNonScalar(shape: Shape)
  /// A gradient would have to pass through an operation that has no derivative.
  case notDifferentiable(operation: String)
  /// The graph names a parameter that the store doesn't hold.
  case missingParameter(name: String)
  /// The store's array has another shape than the graph's parameter.
  case parameterShape(name: String, expected: Shape, found: Shape)
  /// The arrays of the plan need more memory than can be had.
  case outOfMemory(bytes: Int)

  /// The sentence shown to a user.
  public var description: String {
    switch self {
    case .gradientOfNonScalar(let shape):
      "a gradient needs a loss that is one number, but this one has shape \(shape); "
        + "take its mean or sum first"
    case .notDifferentiable(let operation):
      "\(operation) has no derivative; put stopGradient() behind it if none is wanted"
    case .missingParameter(let name):
      "there is no parameter named \(name) in the store; set it before making the plan"
    case .parameterShape(let name, let expected, let found):
      "parameter \(name) should have shape \(expected), but the store holds \(found)"
    case .outOfMemory(let bytes):
      "the plan needs \(bytes) bytes, which is more memory than can be had; "
        + "use a smaller batch or model"
    }
  }
}
