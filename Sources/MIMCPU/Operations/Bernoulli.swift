import CKernels
import MIMTensor

extension BernoulliLogDensity: ColumnsOperation {
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(
      operation: InColumns(base: self), inputs: [true, true], outputs: [false])
  }

  func instructions(_ binding: Binding, columns: Bool) -> [Instruction] {
    let (batch, features) = binding.matrix(columns: columns)
    let operands = mim_bernoulli(
      x: binding.inputs[0], logits: binding.inputs[1], y: binding.outputs[0], batch: batch,
      features: features)
    return [
      Instruction(
        columns ? mim_call_BERNOULLI_COLUMNS(operands) : mim_call_BERNOULLI_ROWS(operands))
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
    let (batch, features) = binding.matrix(columns: columns)
    let operands = mim_bernoulli_gradient(
      x: binding.inputs[0], logits: binding.inputs[1], outer: binding.inputs[2],
      to_x: binding.outputs[0], to_logits: binding.outputs[1], batch: batch, features: features)
    return [
      Instruction(
        columns
          ? mim_call_BERNOULLI_GRADIENT_COLUMNS(operands)
          : mim_call_BERNOULLI_GRADIENT_ROWS(operands))
    ]
  }
}
