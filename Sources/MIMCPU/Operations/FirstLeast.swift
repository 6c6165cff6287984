import CKernels
import MIMTensor

extension FirstLeast: CPUOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    guard inputs[0].rank == 2 else { return nil }
    return BatchMinorForm(operation: FirstLeast(axis: 1 - axis), inputs: [true], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    [
      Instruction(
        mim_call_FIRST_LEAST(AxisLoops(binding.inputShapes[0], axis: axis).reduction(binding)))
    ]
  }
}
