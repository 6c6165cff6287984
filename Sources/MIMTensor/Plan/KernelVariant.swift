import CKernels

/// The instruction sets that the kernels are compiled for; the widest that the processor has is
/// used unless a test asks for another.
package enum KernelVariant: CaseIterable, Sendable {
  case baseline, avx2, avx512

  var code: mim_variant {
    switch self {
    case .baseline: MIM_BASELINE
    case .avx2: MIM_AVX2
    case .avx512: MIM_AVX512
    }
  }

  /// The floats of a register, and so the channels of a block of stored images.
  package var lanes: Int {
    switch self {
    case .baseline: 4
    case .avx2: 8
    case .avx512: 16
    }
  }

  /// Those that this processor runs.
  package static var available: [KernelVariant] {
    allCases.filter { $0.code.rawValue <= mim_best_variant().rawValue }
  }

  /// The widest that this processor runs.
  package static var widest: KernelVariant { available.last ?? .baseline }
}
