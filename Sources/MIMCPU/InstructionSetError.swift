/// Errors in the choice of an instruction set.
public enum InstructionSetError: Error, Sendable, Equatable, CustomStringConvertible {
  /// An instruction set was requested that this processor lacks, in the words of the request.
  case missing(String, available: [InstructionSet])
  /// A word was given that names no instruction set, in the words of the request.
  case unknown(String, available: [InstructionSet])
  /// `--isa` and `MIM_ISA` ask for different instruction sets.
  case different(
    option: InstructionSet, variable: InstructionSet, available: [InstructionSet])
  /// An instruction set was requested after another had come into use.
  case inUse(wanted: InstructionSet, found: InstructionSet)

  /// The sentence shown to a user.
  public var description: String {
    switch self {
    case .missing(let request, let available):
      "\(request) cannot be used here: this processor has \(available.words)"
    case .unknown(let request, let available):
      "\(request) is not an instruction set; this processor has \(available.words)"
    case .different(let option, let variable, let available):
      "--isa=\(option.rawValue) and MIM_ISA=\(variable.rawValue) differ; use only one of them "
        + "(this processor has \(available.words))"
    case .inUse(let wanted, let found):
      "\(wanted.title) was requested when \(found.title) was already in use; choose the "
        + "instruction set before anything is computed"
    }
  }
}
