import CKernels
import MIMTensor

extension GaussianLogDensity: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self),
      inputs: [true, true, true, true], outputs: [false])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    let (batch, features) = binding.matrix(columns: columns)
    let operands = mim_gaussian(
      x: binding.inputs[0], mean: binding.inputs[1], log_scale: binding.inputs[2],
      exponential: binding.inputs[3], y: binding.outputs[0], batch: batch, features: features,
      floor: minScale)
    return [
      Instruction(columns ? mim_call_GAUSSIAN_COLUMNS(operands) : mim_call_GAUSSIAN_ROWS(operands))
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
    let (batch, features) = binding.matrix(columns: columns)
    let operands = mim_gaussian_gradient(
      x: binding.inputs[0], mean: binding.inputs[1], exponential: binding.inputs[2],
      outer: binding.inputs[3], to_x: binding.outputs[0], to_mean: binding.outputs[1],
      to_log_scale: binding.outputs[2], batch: batch, features: features, floor: minScale)
    return [
      Instruction(
        columns
          ? mim_call_GAUSSIAN_GRADIENT_COLUMNS(operands)
          : mim_call_GAUSSIAN_GRADIENT_ROWS(operands))
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
    let (batch, features) = binding.matrix(columns: columns)
    let operands = mim_standard_normal(
      x: binding.inputs[0], y: binding.outputs[0], batch: batch, features: features, scale: scale)
    return [
      Instruction(
        columns
          ? mim_call_STANDARD_NORMAL_COLUMNS(operands) : mim_call_STANDARD_NORMAL_ROWS(operands))
    ]
  }
}

extension Binding {
  /// The extents of the first input: [batch, features], or [features, batch] with `columns`.
  func matrix(columns: Bool) -> (batch: Int, features: Int) {
    let shape = inputShapes[0]
    return columns ? (shape[1], shape[0]) : (shape[0], shape[1])
  }
}
