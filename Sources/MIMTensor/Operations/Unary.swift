import CKernels

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

struct Unary: Operation {
  let function: UnaryFunction
  var name: String { function.name }
  var worksInPlace: Bool { true }

  func gradient(_ context: GradientContext) -> [Tensor?] {
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
