import CKernels
import MIMTensor

extension Unary: CPUOperation {
  var worksInPlace: Bool { true }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true], outputs: [true])
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? { elementwiseBlocked(context) }

  func instructions(_ binding: Binding) -> [Instruction] {
    let count = binding.outputShapes[0].count
    let (x, y, (first, second)) = (binding.inputs[0], binding.outputs[0], function.numbers)
    return Instruction.divided(count, into: binding.parts(for: count), multiple: 16) { part in
      function.kernel(
        mim_unary(
          x: x + part.lowerBound, y: y?.advanced(by: part.lowerBound), count: part.count,
          first: first, second: second))
    }
  }
}

extension UnaryFunction {
  var kernel: (mim_unary) -> mim_call {
    switch self {
    case .negate, .scaled: mim_call_SCALED
    case .exp: mim_call_EXP
    case .log: mim_call_LOG
    case .tanh: mim_call_TANH
    case .sigmoid: mim_call_SIGMOID
    case .softplus: mim_call_SOFTPLUS
    case .relu: mim_call_RELU
    case .swish: mim_call_SWISH
    case .square: mim_call_SQUARE
    case .sqrt: mim_call_SQRT
    case .abs: mim_call_ABS
    case .floor: mim_call_FLOOR
    case .reciprocal: mim_call_RECIPROCAL
    case .hardtanh: mim_call_HARDTANH
    }
  }

  /// What the kernel calls first and second.
  var numbers: (first: Float, second: Float) {
    switch self {
    case .negate: (-1, 0)
    case .hardtanh(let minimum, let maximum): (minimum, maximum)
    case .scaled(let scale, let offset): (scale, offset)
    default: (0, 0)
    }
  }
}
