import Foundation
import MIMTensor

/// All rows. Shapes with a batch of 16 also run with the batch stored innermost.
enum OperationCases {
  static let all =
    elementwise([[5, 3], [16, 3]])
    + binary([
      ([16, 5], [16, 5]), ([16, 5], []), ([16, 5], [5]), ([16, 1], [16, 5]), ([2, 1, 3], [4, 1]),
      ([3], [1]),
    ]) + reductions + arrangement + products + fused + images

  /// A function of one array.
  private struct Unary {
    let name: String
    let range: ClosedRange<Double>
    let build: @Sendable (Tensor) -> Tensor
    let function: @Sendable (Double) -> Double
  }

  private static func unary(
    _ name: String, range: ClosedRange<Double> = -1.5...1.5,
    _ build: @escaping @Sendable (Tensor) -> Tensor,
    _ function: @escaping @Sendable (Double) -> Double
  ) -> Unary {
    Unary(name: name, range: range, build: build, function: function)
  }

  /// Every function of one array, at each of these shapes.
  static func elementwise(_ shapes: [Shape]) -> [OperationCase] {
    unaries.flatMap { unary in
      shapes.map { shape in
        OperationCase(unary.name, [shape], range: unary.range, { _, x in unary.build(x[0]) }) {
          $0[0].map(unary.function)
        }
      }
    }
  }

  private static let unaries: [Unary] = [
    unary("negate", { -$0 }, { -$0 }),
    unary("exp", { $0.exp() }, exp),
    unary("log", range: 0.2...3, { $0.log() }, log),
    unary("tanh", { $0.tanh() }, tanh),
    unary("sigmoid", { $0.sigmoid() }, { 1 / (1 + exp(-$0)) }),
    unary("softplus", { $0.softplus() }, { log1p(exp($0)) }),
    unary("relu", { $0.relu() }, { max($0, 0) }),
    unary("swish", { $0.swish() }, { $0 / (1 + exp(-$0)) }),
    unary("square", { $0.square() }, { $0 * $0 }),
    unary("sqrt", range: 0.3...3, { $0.sqrt() }, sqrt),
    unary("abs", { $0.abs() }, abs),
    unary("floor", range: 0.1...0.9, { $0.floor() }, floor),
    unary("reciprocal", range: 0.5...2, { $0.reciprocal() }, { 1 / $0 }),
    unary(
      "hardtanh", { $0.hardtanh(minimum: -0.6, maximum: 0.8) }, { min(max($0, -0.6), 0.8) }),
    unary("scaled", { 2 - $0 * 3 }, { 2 - 3 * $0 }),
  ]

  /// A function of two arrays.
  private struct Binary {
    let name: String
    let differentiable: Bool
    let range: ClosedRange<Double>
    let build: @Sendable (Tensor, Tensor) -> Tensor
    let function: @Sendable (Double, Double) -> Double
  }

  private static func pair(
    _ name: String, differentiable: Bool = true, range: ClosedRange<Double> = -1.5...1.5,
    _ build: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ function: @escaping @Sendable (Double, Double) -> Double
  ) -> Binary {
    Binary(
      name: name, differentiable: differentiable, range: range, build: build, function: function)
  }

  /// Every function of two arrays, at each of these pairs of shapes.
  static func binary(_ shapes: [(Shape, Shape)]) -> [OperationCase] {
    binaries.flatMap { binary in
      shapes.map { a, b in
        OperationCase(
          binary.name, [a, b], range: binary.range, differentiable: binary.differentiable,
          { _, x in binary.build(x[0], x[1]) }
        ) { broadcast(binary.function, $0[0], a, $0[1], b) }
      }
    }
  }

  private static func broadcast(
    _ function: (Double, Double) -> Double, _ a: [Double], _ shapeA: Shape, _ b: [Double],
    _ shapeB: Shape
  ) -> [Double] {
    let output = Shape.broadcast(shapeA, shapeB)
    func at(_ index: Int, _ shape: Shape) -> Int {
      var (rest, position, stride) = (index, 0, 1)
      let padded = shape.padded(toRank: output.rank)
      for axis in (0..<output.rank).reversed() {
        if padded[axis] != 1 { position += rest % output[axis] * stride }
        stride *= padded[axis]
        rest /= output[axis]
      }
      return position
    }
    return (0..<output.count).map { function(a[at($0, shapeA)], b[at($0, shapeB)]) }
  }

  private static let binaries: [Binary] = [
    pair("add", { $0 + $1 }, { $0 + $1 }),
    pair("subtract", { $0 - $1 }, { $0 - $1 }),
    pair("multiply", { $0 * $1 }, { $0 * $1 }),
    pair("divide", range: 0.5...2, { $0 / $1 }, { $0 / $1 }),
    pair("maximum", { $0.maximum($1) }, { max($0, $1) }),
    pair("minimum", { $0.minimum($1) }, { min($0, $1) }),
    pair("logAddExp", { $0.logAddExp($1) }, { log(exp($0) + exp($1)) }),
    pair("greater", differentiable: false, { $0.greater($1) }, { $0 > $1 ? 1 : 0 }),
    pair(
      "greaterOrEqual", differentiable: false, { $0.greaterOrEqual($1) }, { $0 >= $1 ? 1 : 0 }),
  ]
}
