/// Errors in the preparation of a computation.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The gradient of something that is not one number was requested.
  case gradientOfNonScalar(shape: Shape)
  /// A gradient would have to pass through an operation that has no derivative.
  case notDifferentiable(operation: String)
  /// The graph names a parameter that the store doesn't hold.
  case missingParameter(name: String)
  /// The store's array has another shape than the graph's parameter.
  case parameterShape(name: String, expected: Shape, found: Shape)
  /// The arrays of the plan need more memory than can be had.
  case outOfMemory(bytes: Int)
  /// A graph holds an operation that the backend has no code for; `shape` is that of its first result.
  case unsupportedOperation(name: String, shape: Shape, backend: String)
  /// A layer needs an operation for which there are only slow loops here; `shape` is that of its first result.
  case unoptimisedOperation(name: String, layer: String, shape: Shape)

  /// The sentence shown to a user.
  public var description: String {
    switch self {
    case .gradientOfNonScalar(let shape):
      "a gradient needs a scalar loss, but this one has shape \(shape); "
        + "take its mean or sum first"
    case .notDifferentiable(let operation):
      "\(operation) has no derivative; add stopGradient() after it if you don't need one"
    case .missingParameter(let name):
      "there is no parameter named \(name) in the store; set it before making the plan"
    case .parameterShape(let name, let expected, let found):
      "parameter \(name) should have shape \(expected), but in the store it has \(found)"
    case .outOfMemory(let bytes):
      "the plan needs \(bytes) bytes, more memory than is available; "
        + "use a smaller batch or model"
    case .unsupportedOperation(let name, let shape, let backend):
      "\(backend) cannot compute \(name) of shape \(shape); "
        + "use another backend, or a model without it"
    case .unoptimisedOperation(let name, let layer, let shape):
      "this processor has no fast code for \(name) of shape \(shape) in layer "
        + "\(layer.isEmpty ? "(none)" : layer), and plain loops would take many times longer; "
        + "use a processor with SSE4.1 or newer, or a smaller perceptron"
    }
  }
}
