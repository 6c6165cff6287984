import CKernels
import MIMTensor

extension BernoulliLogDensity: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self), inputs: [true, true], outputs: [false])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_BERNOULLI_COLUMNS : MIM_BERNOULLI_ROWS,
        binding.inputs + [binding.outputs[0]], sizes: binding.inputShapes[0].dimensions)
    ]
  }
}

extension BernoulliLogDensityGradient: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self), inputs: [true, true, false],
      outputs: [true, true])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_BERNOULLI_GRADIENT_COLUMNS : MIM_BERNOULLI_GRADIENT_ROWS,
        binding.inputs + binding.outputs, sizes: binding.inputShapes[0].dimensions)
    ]
  }
}
