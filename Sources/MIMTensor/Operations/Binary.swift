/// A function of two numbers, applied element by element with broadcasting: shapes are aligned at
/// their innermost axes, and an extent of 1 (or a missing axis) is repeated.
package enum BinaryFunction: Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, maximum, minimum, logAddExp
  /// 1 where a > b, else 0.
  case greater
  /// 1 where a ≥ b, else 0.
  case greaterOrEqual

  package var name: String { "\(self)" }
}

package struct Binary: Operation {
  package let function: BinaryFunction
  package var name: String { function.name }

  package func gradient(_ context: GradientContext) -> [Tensor?] {
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
