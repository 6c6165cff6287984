import CKernels
import MIMTensor

extension GaussianLogDensity: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self),
      inputs: [true, true, true, true], outputs: [false])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_GAUSSIAN_COLUMNS : MIM_GAUSSIAN_ROWS, binding.inputs + [binding.outputs[0]],
        sizes: binding.inputShapes[0].dimensions, scalars: [minScale])
    ]
  }
}

extension GaussianLogDensityGradient: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self),
      inputs: [true, true, true, false], outputs: [true, true, true])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_GAUSSIAN_GRADIENT_COLUMNS : MIM_GAUSSIAN_GRADIENT_ROWS,
        binding.inputs + binding.outputs, sizes: binding.inputShapes[0].dimensions,
        scalars: [minScale])
    ]
  }
}

extension StandardNormalLogDensity: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self), inputs: [true],
      outputs: [false])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    [
      Instruction(
        columns ? MIM_STANDARD_NORMAL_COLUMNS : MIM_STANDARD_NORMAL_ROWS,
        [binding.inputs[0], binding.outputs[0]], sizes: binding.inputShapes[0].dimensions,
        scalars: [scale])
    ]
  }
}
