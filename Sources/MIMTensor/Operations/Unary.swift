/// A function of one number, applied to every element.
///
/// exp, log, tanh, sigmoid and softplus are branch-free polynomials; `CKernels/Loops/functions.h`
/// states their accuracy.
package enum UnaryFunction: Sendable, Hashable {
  case negate, exp, log, tanh, sigmoid, softplus, relu, swish, square, sqrt, abs, floor
  case reciprocal
  /// x limited to [minimum, maximum].
  case hardtanh(minimum: Float, maximum: Float)
  /// scale·x + offset.
  case scaled(scale: Float, offset: Float)

  package static let allNames = [
    "negate", "exp", "log", "tanh", "sigmoid", "softplus", "relu", "swish", "square", "sqrt",
    "abs", "floor", "reciprocal", "hardtanh", "scaled",
  ]

  package var name: String {
    switch self {
    case .hardtanh: "hardtanh"
    case .scaled: "scaled"
    default: "\(self)"
    }
  }
}

package struct Unary: Operation {
  package let function: UnaryFunction
  package var name: String { function.name }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
    let outer = context.outputGradients[0]
    switch function {
    case .negate: return [-outer]
    case .scaled(let scale, _): return [outer * scale]
    case .exp: return [outer * context.outputs[0]]
    case .log: return [outer / context.inputs[0]]
    case .floor: return [nil]
    default:
      return [
        outer.graph.append(
          UnaryGradient(function: function),
          inputs: [function.gradientReadsOutput ? context.outputs[0] : context.inputs[0], outer],
          shape: outer.shape)
      ]
    }
  }
}

extension Tensor {
  private func applying(_ function: UnaryFunction) -> Tensor {
    applying(Unary(function: function))
  }

  /// −x.
  public static prefix func - (value: Tensor) -> Tensor { value.applying(.negate) }
  /// eˣ.
  public func exp() -> Tensor { applying(.exp) }
  /// The natural logarithm.
  public func log() -> Tensor { applying(.log) }
  /// The hyperbolic tangent.
  public func tanh() -> Tensor { applying(.tanh) }
  /// 1 / (1 + e⁻ˣ).
  public func sigmoid() -> Tensor { applying(.sigmoid) }
  /// log(1 + eˣ), without overflow.
  public func softplus() -> Tensor { applying(.softplus) }
  /// max(x, 0); the gradient at 0 is 0.
  public func relu() -> Tensor { applying(.relu) }
  /// x·sigmoid(x).
  public func swish() -> Tensor { applying(.swish) }
  /// x².
  public func square() -> Tensor { applying(.square) }
  /// √x.
  public func sqrt() -> Tensor { applying(.sqrt) }
  /// |x|; the gradient at 0 is 0.
  public func abs() -> Tensor { applying(.abs) }
  /// The largest whole number that isn't above x; no gradient.
  public func floor() -> Tensor { applying(.floor) }
  /// 1/x.
  public func reciprocal() -> Tensor { applying(.reciprocal) }
  /// x limited to [minimum, maximum]; the gradient is 0 outside and at the limits.
  public func hardtanh(minimum: Float, maximum: Float) -> Tensor {
    applying(.hardtanh(minimum: minimum, maximum: maximum))
  }
  /// scale·x + offset with fixed numbers.
  public func scaled(by scale: Float, plus offset: Float = 0) -> Tensor {
    applying(.scaled(scale: scale, offset: offset))
  }
}
