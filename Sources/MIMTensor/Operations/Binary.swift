import CKernels

/// A function of two numbers, applied element by element with broadcasting: shapes are aligned at
/// their innermost axes, and an extent of 1 (or a missing axis) is repeated.
package enum BinaryFunction: Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum, logAddExp
  /// 1 where a > b, else 0.
  case greater
  /// 1 where a ≥ b, else 0.
  case greaterOrEqual

  package var name: String { "\(self)" }

  var kernel: mim_kernel {
    switch self {
    case .add: MIM_ADD
    case .subtract: MIM_SUBTRACT
    case .multiply: MIM_MULTIPLY
    case .divide: MIM_DIVIDE
    case .maximum: MIM_MAXIMUM
    case .minimum: MIM_MINIMUM
    case .logAddExp: MIM_LOG_ADD_EXP
    case .greater: MIM_GREATER
    case .greaterOrEqual: MIM_GREATER_OR_EQUAL
    }
  }
}

struct Binary: Operation {
  let function: BinaryFunction
  var name: String { function.name }
  var worksInPlace: Bool { true }

  func gradient(_ context: GradientContext) -> [Tensor?] {
    let (a, b) = (context.inputs[0], context.inputs[1])
    let outer = context.outputGradients[0]
    func toA(_ gradient: @autoclosure () -> Tensor) -> Tensor? {
      context.needs[0] ? gradient().sum(to: a.shape) : nil
    }
    func toB(_ gradient: @autoclosure () -> Tensor) -> Tensor? {
      context.needs[1] ? gradient().sum(to: b.shape) : nil
    }
    switch function {
    case .add: return [toA(outer), toB(outer)]
    case .subtract: return [toA(outer), toB(-outer)]
    case .multiply: return [toA(outer * b), toB(outer * a)]
    case .divide: return [toA(outer / b), toB(-(outer * context.outputs[0]) / b)]
    case .maximum:
      return [toA(outer * a.greaterOrEqual(b)), toB(outer * b.greater(a))]
    case .minimum:
      return [toA(outer * b.greaterOrEqual(a)), toB(outer * a.greater(b))]
    case .logAddExp:
      return [toA(outer * (a - b).sigmoid()), toB(outer * (b - a).sigmoid())]
    case .greater, .greaterOrEqual: return [nil, nil]
    }
  }

  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    // A [f] vector aligns with the innermost axis, which a transposed matrix no longer has inside.
    guard inputs.allSatisfy({ $0.rank != 1 }) else { return nil }
    return BatchMinorForm(
      operation: self, inputs: inputs.map { $0.rank == 2 }, outputs: [true])
  }

  func blocked(_ context: BlockedContext) -> BlockedForm? { elementwiseBlocked(context) }

  func instructions(_ binding: Binding) -> [Instruction] {
    let loops = BroadcastLoops(
      binding.inputShapes, into: binding.outputShapes[0])
    return [
      Instruction(
        function.kernel, [binding.inputs[0], binding.inputs[1], binding.outputs[0]],
        sizes: loops.extents + loops.strides[0] + loops.strides[1])
    ]
  }
}

extension Tensor {
  private func combined(_ function: BinaryFunction, _ other: Tensor) -> Tensor {
    graph.append(
      Binary(function: function), inputs: [self, other],
      shape: Shape.broadcast(shape, other.shape))
  }

  /// Element-wise sum with broadcasting.
  public static func + (a: Tensor, b: Tensor) -> Tensor { a.combined(.add, b) }
  /// Element-wise difference with broadcasting.
  public static func - (a: Tensor, b: Tensor) -> Tensor { a.combined(.subtract, b) }
  /// Element-wise product with broadcasting.
  public static func * (a: Tensor, b: Tensor) -> Tensor { a.combined(.multiply, b) }
  /// Element-wise quotient with broadcasting.
  public static func / (a: Tensor, b: Tensor) -> Tensor { a.combined(.divide, b) }
  /// a + b.
  public static func + (a: Tensor, b: Float) -> Tensor { a.scaled(by: 1, plus: b) }
  /// a + b.
  public static func + (a: Float, b: Tensor) -> Tensor { b.scaled(by: 1, plus: a) }
  /// a − b.
  public static func - (a: Tensor, b: Float) -> Tensor { a.scaled(by: 1, plus: -b) }
  /// a − b.
  public static func - (a: Float, b: Tensor) -> Tensor { b.scaled(by: -1, plus: a) }
  /// a·b.
  public static func * (a: Tensor, b: Float) -> Tensor { a.scaled(by: b) }
  /// a·b.
  public static func * (a: Float, b: Tensor) -> Tensor { b.scaled(by: a) }
  /// a / b.
  public static func / (a: Tensor, b: Float) -> Tensor { a.scaled(by: 1 / b) }
  /// a / b.
  public static func / (a: Float, b: Tensor) -> Tensor { b.reciprocal() * a }
  /// The larger of each pair; where equal, the gradient goes to `self`.
  public func maximum(_ other: Tensor) -> Tensor { combined(.maximum, other) }
  /// The smaller of each pair; where equal, the gradient goes to `self`.
  public func minimum(_ other: Tensor) -> Tensor { combined(.minimum, other) }
  /// log(eᵃ + eᵇ), without overflow.
  public func logAddExp(_ other: Tensor) -> Tensor { combined(.logAddExp, other) }
  /// 1 where `self` > `other`, else 0; no gradient.
  public func greater(_ other: Tensor) -> Tensor { combined(.greater, other) }
  /// 1 where `self` ≥ `other`, else 0; no gradient.
  public func greaterOrEqual(_ other: Tensor) -> Tensor { combined(.greaterOrEqual, other) }
}
