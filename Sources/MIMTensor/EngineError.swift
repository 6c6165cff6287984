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
  /// An instruction set was requested that this processor lacks, in the words of the request.
  case missingInstructionSet(String, available: [InstructionSet])
  /// A word was given that names no instruction set, in the words of the request.
  case unknownInstructionSet(String, available: [InstructionSet])
  /// `--isa` and `MIM_ISA` ask for different instruction sets.
  case differentInstructionSets(
    option: InstructionSet, variable: InstructionSet, available: [InstructionSet])
  /// An instruction set was requested after another had come into use.
  case instructionSetInUse(wanted: InstructionSet, found: InstructionSet)

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
    case .missingInstructionSet(let request, let available):
      "\(request) cannot be used here: this processor has \(available.words)"
    case .unknownInstructionSet(let request, let available):
      "\(request) is not an instruction set; this processor has \(available.words)"
    case .differentInstructionSets(let option, let variable, let available):
      "--isa=\(option.rawValue) and MIM_ISA=\(variable.rawValue) differ; use only one of them "
        + "(this processor has \(available.words))"
    case .instructionSetInUse(let wanted, let found):
      "\(wanted.title) was requested when \(found.title) was already in use; choose the "
        + "instruction set before anything is computed"
    }
  }
}
