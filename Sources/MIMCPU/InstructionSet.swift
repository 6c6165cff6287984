import CKernels

/// The instruction sets that everything here is compiled for, narrowest first. A process uses one of them: the
/// widest that its processor has, unless `restrict(to:)` chose another.
///
/// Results may differ between sets in their last digits, as sums are made of other parts; within one they
/// don't.
public enum InstructionSet: String, CaseIterable, Sendable, Codable {
  /// What every processor of the architecture has: SSE2 on x86-64, NEON on ARM.
  case baseline
  /// AVX2 with FMA, BMI and BMI2.
  case avx2
  /// AVX-512 F, DQ, VL and BW, with all of `avx2`.
  case avx512

  /// The floats in a vector register: 4, 8 or 16.
  public var lanes: Int {
    switch self {
    case .baseline: 4
    case .avx2: 8
    case .avx512: 16
    }
  }

  /// The name in sentences: `AVX-512`.
  public var title: String {
    switch self {
    case .baseline: "baseline"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    }
  }

  /// Those that this processor has.
  public static var available: [InstructionSet] {
    allCases.filter { $0.code.rawValue <= mim_best_variant().rawValue }
  }

  /// The widest that this processor has.
  public static var widest: InstructionSet { named(mim_best_variant()) }

  /// The one that this process uses.
  public static var inUse: InstructionSet { named(mim_chosen_variant()) }

  /// Selects the set for this process, including oneDNN. Call it once, before anything is computed or
  /// queried. Throws `InstructionSetError.missing` if the processor does not have the set, and
  /// `.inUse` if another is already in use.
  public static func restrict(to set: InstructionSet) throws {
    switch mim_restrict_variant(set.code) {
    case 0: return
    case Int32(MIM_LACKING):
      throw InstructionSetError.missing(set.rawValue, available: available)
    default: throw InstructionSetError.inUse(wanted: set, found: inUse)
    }
  }

  /// The set that the command line or the environment requests, nil if neither does.
  /// - Parameters:
  ///   - option: the value of `--isa=`.
  ///   - variable: what `MIM_ISA` holds; empty is as good as unset.
  /// - Throws: `InstructionSetError.missing` for a set that the processor lacks,
  ///   `.unknown`, `.different`.
  public static func requested(option: String?, variable: String?) throws -> InstructionSet? {
    try requested(option: option, variable: variable, available: available)
  }

  package static func requested(
    option: String?, variable: String?, available: [InstructionSet]
  ) throws -> InstructionSet? {
    let fromOption = try option.map { try parsed("--isa", $0, available) }
    let fromVariable = try variable.flatMap {
      $0.isEmpty ? nil : try parsed("MIM_ISA", $0, available)
    }
    if let fromOption, let fromVariable, fromOption != fromVariable {
      throw InstructionSetError.different(
        option: fromOption, variable: fromVariable, available: available)
    }
    return fromOption ?? fromVariable
  }

  private static func parsed(
    _ place: String, _ text: String, _ available: [InstructionSet]
  ) throws -> InstructionSet {
    guard let set = InstructionSet(rawValue: text) else {
      throw InstructionSetError.unknown("\(place)=\(text)", available: available)
    }
    guard available.contains(set) else {
      throw InstructionSetError.missing("\(place)=\(text)", available: available)
    }
    return set
  }
}

extension InstructionSet {
  /// The number that kernels know it by.
  var code: mim_variant {
    switch self {
    case .baseline: MIM_BASELINE
    case .avx2: MIM_AVX2
    case .avx512: MIM_AVX512
    }
  }

  private static func named(_ code: mim_variant) -> InstructionSet {
    allCases.first { $0.code == code } ?? .baseline
  }
}

extension Sequence where Element == InstructionSet {
  /// `baseline, avx2`: the words of the command line.
  var words: String { map(\.rawValue).joined(separator: ", ") }

  /// `AVX2 and AVX-512`
  package var titles: String { map(\.title).joined(separator: " and ") }
}
