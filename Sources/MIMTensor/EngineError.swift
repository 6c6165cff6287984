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
  /// oneDNN cannot make a convolution of these extents.
  case unsupportedConvolution(input: Shape, kernel: Shape)
  /// The arrays of the plan need more memory than can be had.
  case outOfMemory(bytes: Int)
  /// An instruction set was asked for that this processor lacks, in the words of the request.
  case missingInstructionSet(String, available: [InstructionSet])
  /// A word was given that names no instruction set, in the words of the request.
  case unknownInstructionSet(String, available: [InstructionSet])
  /// `--isa` and `MIM_ISA` ask for different instruction sets.
  case differentInstructionSets(
    option: InstructionSet, variable: InstructionSet, available: [InstructionSet])
  /// An instruction set was asked for after another had come into use.
  case instructionSetInUse(wanted: InstructionSet, found: InstructionSet)

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
    case .unsupportedConvolution(let input, let kernel):
      "a convolution of \(input) with kernels of \(kernel) cannot be made: too large, or too little "
        + "memory; use a smaller batch, image or model"
    case .outOfMemory(let bytes):
      "the plan needs \(bytes) bytes, which is more memory than can be had; "
        + "use a smaller batch or model"
    case .missingInstructionSet(let request, let available):
      "\(request) cannot be used here: this processor has \(available.words)"
    case .unknownInstructionSet(let request, let available):
      "\(request) names no instruction set; this processor has \(available.words)"
    case .differentInstructionSets(let option, let variable, let available):
      "--isa=\(option.rawValue) and MIM_ISA=\(variable.rawValue) differ; give one of them "
        + "(this processor has \(available.words))"
    case .instructionSetInUse(let wanted, let found):
      "\(wanted.title) was asked for when \(found.title) was in use already; restrict the "
        + "instruction set before anything is computed"
    }
  }
}
