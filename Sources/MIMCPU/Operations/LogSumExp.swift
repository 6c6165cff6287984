import CKernels
import MIMTensor

extension LogSumExp: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: LogSumExp(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_LOG_SUM_EXP, [binding.inputs[0], binding.outputs[0]],
        sizes: AxisLoops(binding.inputShapes[0], axis: axis).sizes)
    ]
  }
}

extension Softmax: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: Softmax(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        MIM_SOFTMAX, [binding.inputs[0], binding.outputs[0]],
        sizes: AxisLoops(binding.inputShapes[0], axis: axis).sizes)
    ]
  }
}
