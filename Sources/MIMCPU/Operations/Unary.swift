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
    return Instruction(
      function.kernel, [binding.inputs[0], binding.outputs[0]], sizes: [count],
      scalars: function.scalars
    ).divided(0, strides: [1, 1], into: binding.parts(for: count), multiple: 16)
  }
}

extension UnaryFunction {
  var kernel: mim_kernel {
    switch self {
    case .negate, .scaled: MIM_SCALED
    case .exp: MIM_EXP
    case .log: MIM_LOG
    case .tanh: MIM_TANH
    case .sigmoid: MIM_SIGMOID
    case .softplus: MIM_SOFTPLUS
    case .relu: MIM_RELU
    case .swish: MIM_SWISH
    case .square: MIM_SQUARE
    case .sqrt: MIM_SQRT
    case .abs: MIM_ABS
    case .floor: MIM_FLOOR
    case .reciprocal: MIM_RECIPROCAL
    case .hardtanh: MIM_HARDTANH
    }
  }

  var scalars: [Float] {
    switch self {
    case .negate: [-1, 0]
    case .hardtanh(let minimum, let maximum): [minimum, maximum]
    case .scaled(let scale, let offset): [scale, offset]
    default: []
    }
  }
}
