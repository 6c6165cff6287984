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
        mim_call_GAUSSIAN_SAMPLE(
          mim_gaussian_sample(
            mean: binding.inputs[0], exponential: binding.inputs[3], noise: binding.inputs[2],
            result: binding.outputs[0], count: binding.inputShapes[0].count, floor: minScale)))
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
        mim_call_GAUSSIAN_SAMPLE_GRADIENT(
          mim_gaussian_sample_gradient(
            exponential: binding.inputs[0], noise: binding.inputs[1], outer: binding.inputs[2],
            to_log_scale: binding.outputs[0], to_noise: binding.outputs[1],
            count: binding.inputShapes[0].count, floor: minScale)))
    ]
  }
}
