import CKernels
import MIMTensor

extension Gather: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    guard inputs[0].rank == 2 else { return nil }
    return BatchMinorForm(
      operation: InColumns(base: self), inputs: [false, false], outputs: [true])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    let rows = binding.inputShapes[0][0]
    return [
      Instruction(
        columns ? MIM_GATHER_TRANSPOSED : MIM_GATHER,
        [binding.inputs[0], binding.inputs[1], binding.outputs[0]],
        sizes: [rows, binding.inputShapes[0].count / max(rows, 1), binding.inputShapes[1].count])
    ]
  }
}

extension Scatter: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] {
    let rows = binding.outputShapes[0][0]
    return [
      Instruction(
        MIM_SCATTER, [binding.inputs[0], binding.inputs[1], binding.outputs[0]],
        sizes: [rows, binding.outputShapes[0].count / max(rows, 1), binding.inputShapes[1].count])
    ]
  }
}
