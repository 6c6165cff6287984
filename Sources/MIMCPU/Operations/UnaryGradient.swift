import CKernels
import MIMTensor

extension UnaryGradient: CPUOperation {
  var worksInPlace: Bool { true }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [true, true], outputs: [true])
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? { elementwiseBlocked(context) }

  func instructions(_ binding: Binding) -> [Instruction] {
    let count = binding.outputShapes[0].count
    return Instruction(
      function.gradientKernel, [binding.inputs[0], binding.inputs[1], binding.outputs[0]],
      sizes: [count], scalars: function.scalars
    ).divided(0, strides: [1, 1, 1], into: binding.parts(for: count), multiple: 16)
  }
}

extension UnaryFunction {
  var gradientKernel: mim_kernel {
    switch self {
    case .tanh: MIM_TANH_GRADIENT
    case .sigmoid: MIM_SIGMOID_GRADIENT
    case .softplus: MIM_SOFTPLUS_GRADIENT
    case .relu: MIM_RELU_GRADIENT
    case .swish: MIM_SWISH_GRADIENT
    case .square: MIM_SQUARE_GRADIENT
    case .sqrt: MIM_SQRT_GRADIENT
    case .abs: MIM_ABS_GRADIENT
    case .reciprocal: MIM_RECIPROCAL_GRADIENT
    case .hardtanh: MIM_HARDTANH_GRADIENT
    case .negate, .scaled, .exp, .log, .floor:
      preconditionFailure("the gradient of \(name) is made of other operations")
    }
  }
}
