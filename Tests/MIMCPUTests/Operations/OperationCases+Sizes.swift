import Foundation
import MIMTensor

extension OperationCases {
  /// The rows whose kernels have loops with a remainder, with n where that remainder comes from: features, items, components or
  /// channels. Products and convolutions have tests of their own. Rows of n numbers begin at any address, so that loads are at every
  /// distance from the boundary of a register.
  static func ofSize(_ n: Int) -> [OperationCase] {
    elementwise([[3, n], [16, n]])
      + binary([
        ([3, n], [3, n]), ([3, n], []), ([3, 1], [3, n]), ([16, n], [n]), ([n, 3], [n, 1]),
      ]) + reductions(n) + arrangement(n) + densities(n) + images(n)
  }

  private static func reductions(_ n: Int) -> [OperationCase] {
    [
      OperationCase("sum", [[3, n]], { _, x in x[0].sum() }) { [$0[0].reduce(0, +)] },
      OperationCase("sum", [[3, n]], { _, x in x[0].sum(axes: [1]) }) {
        rows($0[0], n).map { $0.reduce(0, +) }
      },
      OperationCase("sum", [[n, 5]], { _, x in x[0].sum(axes: [0]) }) {
        transposed(rows($0[0], 5)).map { $0.reduce(0, +) }
      },
      OperationCase("sum", [[5, n]], { _, x in x[0].sum(axes: [0]) }) {
        transposed(rows($0[0], n)).map { $0.reduce(0, +) }
      },
      OperationCase("logSumExp", [[3, n]], { _, x in x[0].logSumExp(axis: -1) }) {
        rows($0[0], n).map(logSumExp)
      },
      OperationCase("logSumExp", [[5, n]], { _, x in x[0].logSumExp(axis: 0) }) {
        transposed(rows($0[0], n)).map(logSumExp)
      },
      OperationCase("softmax", [[16, n]], { _, x in x[0].softmax(axis: 1) }) {
        lines($0[0], n) { row in row.map { exp($0 - logSumExp(row)) } }
      },
      OperationCase("softmax", [[n, 3]], { _, x in x[0].softmax(axis: 1) }) {
        lines($0[0], 3) { row in row.map { exp($0 - logSumExp(row)) } }
      },
      OperationCase(
        "firstLeast", [[7, n]], differentiable: false, { _, x in x[0].firstLeast(axis: 1) }
      ) { lines($0[0], n, firstLeast) },
      OperationCase(
        "firstLeast", [[n, 7]], differentiable: false, { _, x in x[0].firstLeast(axis: 0) }
      ) { x in transposed(transposed(rows(x[0], 7)).map(firstLeast)).flatMap { $0 } },
      OperationCase("broadcast", [[n, 1]], { _, x in x[0].broadcast(to: [2, n, 3]) }) { x in
        (0..<6 * n).map { x[0][$0 / 3 % n] }
      },
      OperationCase("broadcast", [[n]], { _, x in x[0].broadcast(to: [3, n]) }) { x in
        (0..<3 * n).map { x[0][$0 % n] }
      },
    ]
  }

  private static func arrangement(_ n: Int) -> [OperationCase] {
    [
      OperationCase("transpose", [[n, 17]], { _, x in x[0].transpose() }) {
        transposed(rows($0[0], 17)).flatMap { $0 }
      },
      OperationCase(
        "concatenate", [[3, n], [3, 2]], { graph, x in graph.concatenate(x, axis: 1) }
      ) { x in join(rows(x[0], n), rows(x[1], 2)) },
      OperationCase("slice", [[3, n + 2]], { _, x in x[0].slice(axis: 1, range: 1..<n + 1) }) {
        lines($0[0], n + 2) { Array($0[1...n]) }
      },
      OperationCase("padded", [[3, n]], { _, x in x[0].padded(axis: 1, before: 1, to: n + 2) }) {
        lines($0[0], n) { [0] + $0 + [0] }
      },
      OperationCase(
        "gather", [[4, n]],
        { graph, x in x[0].gather(rows: graph.constant(HostArray([3, 0, 3], shape: [3]))) }
      ) { x in
        let table = rows(x[0], n)
        return table[3] + table[0] + table[3]
      },
      OperationCase(
        "gather", [[4, 3]],
        { graph, x in
          let rows = HostArray((0..<n).map { Float($0 % 4) }, shape: [n])
          return x[0].gather(rows: graph.constant(rows))
        }
      ) { x in (0..<3 * n).map { x[0][$0 % 12] } },
    ]
  }

  private static func densities(_ n: Int) -> [OperationCase] {
    [
      gaussian(batch: 3, features: n), gaussian(batch: 16, features: n),
      gaussian(batch: n, features: 3), mixture(3, n, 5), mixture(3, 4, n), mixture(n, 3, 2),
      OperationCase(
        "standardNormalLogDensity", [[3, n]],
        { _, x in x[0].standardNormalLogDensity(scale: 1.5) }
      ) { x in
        rows(x[0].map { -0.5 * $0 * $0 / 2.25 - log(1.5) - half }, n).map { $0.reduce(0, +) }
      },
      OperationCase(
        "standardNormalLogDensity", [[16, n]], { _, x in x[0].standardNormalLogDensity() }
      ) { x in rows(x[0].map { -0.5 * $0 * $0 - half }, n).map { $0.reduce(0, +) } },
      OperationCase(
        "gaussianSample", Array(repeating: [3, n], count: 3),
        { graph, x in
          graph.gaussianSample(mean: x[0], logScale: x[1], noise: x[2], minScale: 0.2)
        }
      ) { x in x[0].indices.map { x[0][$0] + (exp(x[1][$0]) + 0.2) * x[2][$0] } },
      OperationCase(
        "bernoulliLogDensity", [[3, n], [3, n]],
        { _, x in x[0].sigmoid().bernoulliLogDensity(logits: x[1] * 3) }
      ) { x in bernoulli(x, features: n) },
      OperationCase(
        "bernoulliLogDensity", [[16, n], [16, n]],
        { _, x in x[0].sigmoid().bernoulliLogDensity(logits: x[1] * 3) }
      ) { x in bernoulli(x, features: n) },
    ]
  }

  /// Images with n channels. A convolution with one weight of 1 for each channel brings them into the form that images have there.
  private static func images(_ n: Int) -> [OperationCase] {
    [
      OperationCase("gate", [[3, 2 * n]], { _, x in x[0].gated(axis: 1) }) { x in
        rows(x[0], 2 * n).flatMap { gate(Array($0[..<n]), Array($0[n...])) }
      },
      OperationCase("gate", [[3, n], [3, n]], { _, x in x[0].gated(by: x[1]) }) {
        gate($0[0], $0[1])
      },
      OperationCase(
        "gate", [[2, 1, 2, 3], [2 * n, 1, 1, 1], [2 * n]],
        { _, x in x[0].convolution(heads: [(x[1], x[2])]).gated(axis: 1) }
      ) { x in
        rows(convolved(x), 12 * n).flatMap { gate(Array($0[..<(6 * n)]), Array($0[(6 * n)...])) }
      },
      OperationCase(
        "batchNormalization", [[2, n, 2, 3], [n], [n]],
        { graph, x in
          let none = graph.scalar(0).broadcast(to: [n])
          return x[0].batchNormalization(
            scale: x[1], shift: x[2], runningMean: none, runningVariance: none, training: true
          ).0
        }
      ) { normalized($0, channels: n, pixels: 6) },
      OperationCase(
        "maskedWeights", [[1, n, 3, 3], [2, n, 3, 3]], differentiable: false,
        { _, x in x[0].maskedConvolution(weight: x[1], mask: .b) }
      ) { x in
        let kept = x[1].indices.map { $0 % 9 < 5 ? x[1][$0] : 0 }
        return correlate(x[0], kept, [0, 0], channels: n, size: 3, kernel: 3, padding: 1)
      },
    ]
  }

  /// x [2, 1, 2, 3] in w.count channels: w·x + b.
  private static func convolved(_ x: [[Double]]) -> [Double] {
    rows(x[0], 6).flatMap { image in
      zip(x[1], x[2]).flatMap { weight, bias in image.map { weight * $0 + bias } }
    }
  }
}
