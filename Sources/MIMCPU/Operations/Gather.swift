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
    let operands = mim_gather(
      table: binding.inputs[0], indices: binding.inputs[1], result: binding.outputs[0],
      rows: rows, length: binding.inputShapes[0].count / max(rows, 1),
      count: binding.inputShapes[1].count)
    return [
      Instruction(columns ? mim_call_GATHER_TRANSPOSED(operands) : mim_call_GATHER(operands))
    ]
  }
}

extension Scatter: CPUOperation {
  func instructions(_ binding: Binding) -> [Instruction] {
    let rows = binding.outputShapes[0][0]
    return [
      Instruction(
        mim_call_SCATTER(
          mim_scatter(
            source: binding.inputs[0], indices: binding.inputs[1], table: binding.outputs[0],
            rows: rows, length: binding.outputShapes[0].count / max(rows, 1),
            count: binding.inputShapes[1].count)))
    ]
  }
}
