import CKernels
import MIMTensor

extension MaskedWeights: CPUOperation {
  var worksInPlace: Bool { true }

  func instructions(_ binding: Binding) -> [Instruction] {
    [instruction(binding.inputShapes[0], binding.inputs[0], binding.outputs[0])]
  }

  /// Sets what the mask hides to zero in weights of `shape`.
  func instruction(
    _ shape: Shape, _ source: UnsafeMutablePointer<Float>?,
    _ target: UnsafeMutablePointer<Float>?
  ) -> Instruction {
    Instruction(
      mim_call_MASK(
        mim_mask(
          weights: source, result: target, kernels: shape[0] * shape[1], height: shape[2],
          width: shape[3], keeps_middle: mask == .b)))
  }
}
