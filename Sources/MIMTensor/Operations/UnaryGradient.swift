/// The derivative of a unary function times the gradient from above, in one pass. It reads the
/// function's output where the derivative is cheapest from there (tanh: 1 − y²), else its input.
package struct UnaryGradient: Operation {
  package let function: UnaryFunction
  package var name: String { "unaryGradient" }
}

extension UnaryFunction {
  var gradientReadsOutput: Bool {
    switch self {
    case .tanh, .sigmoid, .relu, .sqrt, .reciprocal: true
    default: false
    }
  }
}
