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
    let (x, outer, result) = (binding.inputs[0], binding.inputs[1], binding.outputs[0])
    let (first, second) = function.numbers
    return Instruction.divided(count, into: binding.parts(for: count), multiple: 16) { part in
      function.gradientKernel(
        mim_unary_gradient(
          x: x + part.lowerBound, outer: outer + part.lowerBound,
          result: result?.advanced(by: part.lowerBound), count: part.count, first: first,
          second: second))
    }
  }
}

extension UnaryFunction {
  var gradientKernel: (mim_unary_gradient) -> mim_call {
    switch self {
    case .tanh: mim_call_TANH_GRADIENT
    case .sigmoid: mim_call_SIGMOID_GRADIENT
    case .softplus: mim_call_SOFTPLUS_GRADIENT
    case .relu: mim_call_RELU_GRADIENT
    case .swish: mim_call_SWISH_GRADIENT
    case .square: mim_call_SQUARE_GRADIENT
    case .sqrt: mim_call_SQRT_GRADIENT
    case .abs: mim_call_ABS_GRADIENT
    case .reciprocal: mim_call_RECIPROCAL_GRADIENT
    case .hardtanh: mim_call_HARDTANH_GRADIENT
    case .negate, .scaled, .exp, .log, .floor:
      preconditionFailure("the gradient of \(name) is made of other operations")
    }
  }
}
