import Foundation
import MIMTensor

extension OperationCases {
  /// `x` of `rows`·`columns` as rows.
  static func rows(_ x: [Double], _ columns: Int) -> [[Double]] {
    stride(from: 0, to: x.count, by: columns).map { Array(x[$0..<$0 + columns]) }
  }

  static func transposed(_ x: [[Double]]) -> [[Double]] {
    x[0].indices.map { column in x.map { $0[column] } }
  }

  static func logSumExp(_ x: [Double]) -> Double { log(x.reduce(0) { $0 + exp($1) }) }

  /// 1 at the first of the least, 0 elsewhere.
  static func firstLeast(_ x: [Double]) -> [Double] {
    let place = x.firstIndex { $0 == x.min() }
    return x.indices.map { $0 == place ? 1 : 0 }
  }

  /// The means over axes 0 and 2 of [2, 3, 4].
  private static func outerMeans(_ x: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: 3)
    for index in x.indices { sums[index / 4 % 3] += x[index] / 8 }
    return sums
  }

  static func lines(_ x: [Double], _ columns: Int, _ function: ([Double]) -> [Double])
    -> [Double]
  {
    var result: [Double] = []
    for row in rows(x, columns) { result += function(row) }
    return result
  }

  static func join(_ a: [[Double]], _ b: [[Double]]) -> [Double] {
    var result: [Double] = []
    for (first, second) in zip(a, b) { result += first + second }
    return result
  }

  private static func dense(_ x: [[Double]], _ inputs: Int, _ function: (Double) -> Double)
    -> [Double]
  {
    var result: [Double] = []
    for row in product(rows(x[0], inputs), transposed(rows(x[1], inputs))) {
      for (sum, bias) in zip(row, x[2]) { result.append(function(sum + bias)) }
    }
    return result
  }

  static let reductions: [OperationCase] = [
    OperationCase("sum", [[16, 5]], { _, x in x[0].sum() }) { [$0[0].reduce(0, +)] },
    OperationCase("sum", [[16, 5]], { _, x in x[0].sum(axes: [1]) }) {
      rows($0[0], 5).map { $0.reduce(0, +) }
    },
    OperationCase("sum", [[33, 20]], { _, x in x[0].sum(axes: [0]) }) {
      transposed(rows($0[0], 20)).map { $0.reduce(0, +) }
    },
    OperationCase("rankMean", [[16, 5]], { _, x in x[0].meanOverRanks(SerialCollective()) }) {
      $0[0]
    },
    OperationCase(
      "sum", [[2, 3, 4]], { _, x in x[0].mean(axes: [0, -1], keepingDimensions: true) }
    ) { x in outerMeans(x[0]) },
    OperationCase("logSumExp", [[16, 20]], { _, x in x[0].logSumExp(axis: -1) }) {
      rows($0[0], 20).map(logSumExp)
    },
    OperationCase("logSumExp", [[4, 19]], { _, x in x[0].logSumExp(axis: 0) }) {
      transposed(rows($0[0], 19)).map(logSumExp)
    },
    OperationCase("softmax", [[16, 5]], { _, x in x[0].softmax(axis: 1) }) {
      lines($0[0], 5) { row in row.map { exp($0 - logSumExp(row)) } }
    },
    OperationCase("logSumExp", [[3, 5]], { _, x in x[0].logSoftmax(axis: 1) }) {
      lines($0[0], 5) { row in row.map { $0 - logSumExp(row) } }
    },
    OperationCase(
      "firstLeast", [[16, 5]], differentiable: false, { _, x in x[0].firstLeast(axis: 1) }
    ) { lines($0[0], 5, firstLeast) },
    OperationCase("broadcast", [[5, 1]], { _, x in x[0].broadcast(to: [2, 5, 3]) }) { x in
      (0..<30).map { x[0][$0 / 3 % 5] }
    },
    OperationCase("broadcast", [[16, 1]], { _, x in x[0].broadcast(to: [16, 3]) }) { x in
      (0..<48).map { x[0][$0 / 3] }
    },
  ]

  static let arrangement: [OperationCase] = [
    OperationCase("reshape", [[4, 6]], { _, x in x[0].reshape([3, 8]) }) { $0[0] },
    OperationCase("stopGradient", [[16, 5]], { _, x in x[0].stopGradient() + x[0] }) {
      $0[0].map { 2 * $0 }
    },
    OperationCase("transpose", [[17, 20]], { _, x in x[0].transpose() }) {
      transposed(rows($0[0], 20)).flatMap { $0 }
    },
    OperationCase("transpose", [[2, 3, 4]], { _, x in x[0].transpose() }) { x in
      let matrices = rows(x[0], 12).map { transposed(rows($0, 4)) }
      return Array(matrices.joined().joined())
    },
    OperationCase(
      "concatenate", [[16, 2], [16, 3]], { graph, x in graph.concatenate(x, axis: 1) }
    ) { x in join(rows(x[0], 2), rows(x[1], 3)) },
    OperationCase(
      "concatenate", [[2, 3], [1, 3]], { graph, x in graph.concatenate(x, axis: 0) }
    ) { $0[0] + $0[1] },
    OperationCase("slice", [[16, 6]], { _, x in x[0].slice(axis: 1, range: 1..<4) }) { x in
      lines(x[0], 6) { Array($0[1..<4]) }
    },
    OperationCase("slice", [[5, 2, 3]], { _, x in x[0].slice(axis: 0, range: 2..<4) }) {
      Array($0[0][12..<24])
    },
    OperationCase("padded", [[16, 2]], { _, x in x[0].padded(axis: 1, before: 1, to: 4) }) { x in
      lines(x[0], 2) { [0] + $0 + [0] }
    },
    OperationCase(
      "gather", [[4, 3]],
      { graph, x in
        x[0].gather(rows: graph.constant(HostArray([3, 0, 3, 1, 9, -2], shape: [6])))
      }
    ) { x in
      let table = rows(x[0], 3)
      return table[3] + table[0] + table[3] + table[1] + table[3] + table[0]
    },
    OperationCase(
      "gather", [[4, 3]],
      { graph, x in
        x[0].gather(rows: graph.constant(HostArray((0..<16).map { Float($0 % 4) }, shape: [16])))
          .tanh()
      }
    ) { x in (0..<48).map { tanh(x[0][$0 % 12]) } },
    OperationCase(
      "scatter", [[3, 2]],
      { graph, x in
        let rows = graph.constant(HostArray([1, 1, 0], shape: [3]))
        return graph.append(Scatter(), inputs: [x[0], rows], shape: [4, 2])
      }
    ) { [$0[0][4], $0[0][5], $0[0][0] + $0[0][2], $0[0][1] + $0[0][3], 0, 0, 0, 0] },
  ]

  /// a [m, k]·b [k, n] from rows.
  static func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
    let columns = transposed(b)
    return a.map { row in columns.map { zip(row, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  private static func affine(
    batch: Int, _ activation: Activation, in inputs: Int = 5, out: Int = 7,
    _ function: @escaping @Sendable (Double) -> Double
  ) -> OperationCase {
    OperationCase(
      "affine", [[batch, inputs], [out, inputs], [out]],
      { _, x in x[0].affine(weight: x[1], bias: x[2], activation: activation) }
    ) { dense($0, inputs, function) }
  }

  static let products: [OperationCase] = [
    OperationCase("matmul", [[3, 4], [4, 5]], { _, x in x[0].matmul(x[1]) }) {
      product(rows($0[0], 4), rows($0[1], 5)).flatMap { $0 }
    },
    OperationCase(
      "matmul", [[4, 3], [4, 5]], { _, x in x[0].matmul(x[1], transposeSelf: true) }
    ) { product(transposed(rows($0[0], 3)), rows($0[1], 5)).flatMap { $0 } },
    OperationCase(
      "matmul", [[3, 4], [5, 4]], { _, x in x[0].matmul(x[1], transposeOther: true) }
    ) { product(rows($0[0], 4), transposed(rows($0[1], 4))).flatMap { $0 } },
    OperationCase(
      "matmul", [[4, 3], [5, 4]],
      { _, x in x[0].matmul(x[1], transposeSelf: true, transposeOther: true) }
    ) { product(transposed(rows($0[0], 3)), transposed(rows($0[1], 4))).flatMap { $0 } },
    OperationCase(
      "maskedAffine", [[3, 4], [2, 4], [2]],
      { _, x in
        let connections = ConnectionMask(HostArray([1, 0, 0, 1, 0, 1, 1, 0], shape: [2, 4]))
        return x[0].maskedAffine(
          weight: x[1], bias: x[2], connections: connections, activation: .tanh)
      }
    ) { x in
      lines(x[0], 4) { v in
        [
          tanh(v[0] * x[1][0] + v[3] * x[1][3] + x[2][0]),
          tanh(v[1] * x[1][5] + v[2] * x[1][6] + x[2][1]),
        ]
      }
    },
    // A⁻¹ of two rows, the first pivot a small one.
    OperationCase(
      "matrixInverse", [[2, 2]], range: -0.5...0.5,
      { graph, x in
        let far = graph.constant(HostArray([0.05, 3, -2, 0.2], shape: [2, 2]))
        return (x[0] + far).matrixInverse().inverse
      }
    ) { x in
      let m = zip(x[0], [0.05, 3, -2, 0.2]).map(+)
      let determinant = m[0] * m[3] - m[1] * m[2]
      return [m[3], -m[1], -m[2], m[0]].map { $0 / determinant }
    },
    OperationCase(
      "matrixInverse", [[2, 2]], range: -0.5...0.5,
      { graph, x in
        let far = graph.constant(HostArray([0.05, 3, 2, 0.2], shape: [2, 2]))
        return (x[0] + far).matrixInverse().logDeterminant.reshape([1])
      }
    ) { x in
      let m = zip(x[0], [0.05, 3, 2, 0.2]).map(+)
      return [log(abs(m[0] * m[3] - m[1] * m[2]))]
    },
    // A A⁻¹ = I.
    OperationCase(
      "matrixInverse", [[7, 7]], range: -0.5...0.5,
      { graph, x in
        let identity = HostArray((0..<49).map { $0 % 8 == 0 ? Float(3) : 0 }, shape: [7, 7])
        let matrix = x[0] + graph.constant(identity)
        return matrix.matmul(matrix.matrixInverse().inverse)
      }
    ) { _ in (0..<49).map { $0 % 8 == 0 ? 1 : 0 } },
    affine(batch: 3, .none, { $0 }), affine(batch: 16, .none, { $0 }),
    affine(batch: 3, .tanh, tanh), affine(batch: 16, .tanh, tanh),
    affine(batch: 48, .tanh, in: 1, out: 1, tanh),
    affine(batch: 32, .sigmoid, in: 2, out: 13, { 1 / (1 + exp(-$0)) }),
    affine(batch: 32, .swish, { $0 / (1 + exp(-$0)) }),
    // Biases near ±5 keep the kink out of the reach of the differences.
    OperationCase(
      "affine", [[16, 1], [4, 1], [4]],
      { graph, x in
        let far = graph.constant(HostArray([5, -5, 5, -5], shape: [4]))
        return x[0].affine(weight: x[1], bias: x[2] + far, activation: .relu)
      }
    ) { x in
      dense([x[0], x[1], zip(x[2], [5, -5, 5, -5]).map(+)], 1) { max($0, 0) }
    },
    OperationCase(
      "affine", [[32, 3], [2, 3], [2], [4, 3], [4]],
      { graph, x in
        let hidden = x[0].tanh()
        return graph.concatenate(hidden.affine(heads: [(x[1], x[2]), (x[3], x[4])]), axis: 1)
      }
    ) { x in
      let hidden = x[0].map(tanh)
      let first = dense([hidden, x[1], x[2]], 3) { $0 }
      let second = dense([hidden, x[3], x[4]], 3) { $0 }
      return join(rows(first, 2), rows(second, 4))
    },
  ]
}
