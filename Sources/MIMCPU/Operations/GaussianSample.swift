import CKernels
import MIMTensor

extension GaussianSample: CPUOperation {
  var worksInPlace: Bool { true }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true, true, true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_GAUSSIAN_SAMPLE,
        [binding.inputs[0], binding.inputs[3], binding.inputs[2], binding.outputs[0]],
        sizes: [binding.inputShapes[0].count], scalars: [minScale])
    ]
  }
}

extension GaussianSampleGradient: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true, true], outputs: [true, true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_GAUSSIAN_SAMPLE_GRADIENT, binding.inputs + binding.outputs,
        sizes: [binding.inputShapes[0].count], scalars: [minScale])
    ]
  }
}
