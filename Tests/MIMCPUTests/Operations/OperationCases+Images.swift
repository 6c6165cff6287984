import Foundation
import MIMTensor

extension OperationCases {
  /// Correlates x [n, c, size, size] with w [o, c, k, k], stride 1, adding b.
  static func correlate(
    _ x: [Double], _ w: [Double], _ b: [Double], channels: Int, size: Int, kernel: Int,
    padding: Int
  ) -> [Double] {
    let (area, window) = (size * size, kernel * kernel * channels)
    let (batch, outputs) = (x.count / (channels * area), w.count / window)
    let side = size + 2 * padding - kernel + 1
    var y: [Double] = []
    for (n, o) in product(batch, outputs) {
      for (i, j) in product(side, side) {
        var sum = b[o]
        for tap in 0..<window {
          let c = tap / (kernel * kernel)
          let row = i + tap / kernel % kernel - padding
          let column = j + tap % kernel - padding
          guard (0..<size).contains(row), (0..<size).contains(column) else { continue }
          sum += w[o * window + tap] * x[(n * channels + c) * area + row * size + column]
        }
        y.append(sum)
      }
    }
    return y
  }

  /// Spreads w [c, o, k, k] over the result at each pixel of x [n, c, size, size], and cuts `padding` pixels off around it.
  static func spread(
    _ x: [Double], _ w: [Double], channels: Int, outputs: Int, size: Int, kernel: Int,
    stride: Int, padding: Int
  ) -> [Double] {
    let (area, batch) = (size * size, x.count / (channels * size * size))
    let side = (size - 1) * stride + kernel - 2 * padding
    var y = [Double](repeating: 0, count: batch * outputs * side * side)
    for (n, place) in product(batch, channels * area) {
      let (c, i, j) = (place / area, place % area / size, place % size)
      for (o, tap) in product(outputs, kernel * kernel) {
        let row = i * stride + tap / kernel - padding
        let column = j * stride + tap % kernel - padding
        guard (0..<side).contains(row), (0..<side).contains(column) else { continue }
        y[((n * outputs + o) * side + row) * side + column] +=
          x[n * channels * area + place] * w[(c * outputs + o) * kernel * kernel + tap]
      }
    }
    return y
  }

  private static func product(_ a: Int, _ b: Int) -> [(Int, Int)] {
    (0..<a * b).map { ($0 / b, $0 % b) }
  }

  static func gate(_ h: [Double], _ g: [Double]) -> [Double] {
    zip(h, g).map { $0 / (1 + exp(-$1)) }
  }

  static func normalized(_ x: [[Double]], channels: Int, pixels: Int) -> [Double] {
    var y = x[0]
    for c in 0..<channels {
      let places = y.indices.filter { $0 / pixels % channels == c }
      let mean = places.reduce(0) { $0 + x[0][$1] } / Double(places.count)
      let variance =
        places.reduce(0) { $0 + pow(x[0][$1] - mean, 2) } / Double(places.count)
      for i in places { y[i] = (x[0][i] - mean) / sqrt(variance + 1e-5) * x[1][c] + x[2][c] }
    }
    return y
  }

  static let images: [OperationCase] = [
    OperationCase(
      "convolution", [[2, 5, 4, 4], [3, 5, 3, 3], [3]],
      { _, x in x[0].convolution(heads: [(x[1], x[2])], padding: 1) }
    ) { correlate($0[0], $0[1], $0[2], channels: 5, size: 4, kernel: 3, padding: 1) },
    OperationCase(
      "convolution", [[2, 2, 3, 3], [1, 2, 2, 2], [1], [4, 2, 2, 2], [4]],
      { _, x in
        x[0].convolution(heads: [(x[1], x[2]), (x[3], x[4])]).slice(axis: 1, range: 1..<5)
      }
    ) { correlate($0[0], $0[3], $0[4], channels: 2, size: 3, kernel: 2, padding: 0) },
    OperationCase(
      "convolutionInputGradient", [[2, 5, 3, 3], [5, 4, 4, 4]],
      { _, x in x[0].transposedConvolution(weight: x[1], stride: 2, padding: 1) }
    ) {
      spread($0[0], $0[1], channels: 5, outputs: 4, size: 3, kernel: 4, stride: 2, padding: 1)
    },
    OperationCase(
      "convolutionInputGradient", [[2, 3, 2, 2], [3, 1, 4, 4]],
      { _, x in x[0].transposedConvolution(weight: x[1], stride: 2, padding: 1) }
    ) {
      spread($0[0], $0[1], channels: 3, outputs: 1, size: 2, kernel: 4, stride: 2, padding: 1)
    },
    OperationCase(
      "maskedWeights", [[1, 1, 3, 3], [2, 1, 3, 3]], differentiable: false,
      { _, x in x[0].maskedConvolution(weight: x[1], mask: .a) }
    ) { x in
      let kept = x[1].indices.map { $0 % 9 < 4 ? x[1][$0] : 0 }
      return correlate(x[0], kept, [0, 0], channels: 1, size: 3, kernel: 3, padding: 1)
    },
    OperationCase("gate", [[16, 6]], { _, x in x[0].gated(axis: 1) }) { x in
      rows(x[0], 6).flatMap { gate(Array($0[..<3]), Array($0[3...])) }
    },
    OperationCase("gate", [[2, 4, 3]], { _, x in x[0].gated(axis: 1) }) { x in
      rows(x[0], 12).flatMap { gate(Array($0[..<6]), Array($0[6...])) }
    },
    OperationCase("gate", [[16, 5], [16, 5]], { _, x in x[0].gated(by: x[1]) }) {
      gate($0[0], $0[1])
    },
    OperationCase(
      "batchNormalization", [[2, 3, 2, 2], [3], [3]],
      { graph, x in
        let none = graph.scalar(0).broadcast(to: [3])
        return x[0].batchNormalization(
          scale: x[1], shift: x[2], runningMean: none, runningVariance: none, training: true
        ).0
      }
    ) { normalized($0, channels: 3, pixels: 4) },
  ]
}
