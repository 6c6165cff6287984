import CKernels
import MIMTensor

extension LogSumExp: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: LogSumExp(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        mim_call_LOG_SUM_EXP(AxisLoops(binding.inputShapes[0], axis: axis).reduction(binding)))
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
        mim_call_SOFTMAX(AxisLoops(binding.inputShapes[0], axis: axis).reduction(binding)))
    ]
  }
}
