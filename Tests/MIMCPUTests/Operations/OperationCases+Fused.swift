import Foundation
import MIMTensor

extension OperationCases {
  static let half = 0.5 * log(2 * Double.pi)

  static func gaussian(batch: Int, features: Int) -> OperationCase {
    OperationCase(
      "gaussianLogDensity", Array(repeating: [batch, features], count: 3),
      { _, x in x[0].gaussianLogDensity(mean: x[1], logScale: x[2], minScale: 0.1) }
    ) { x in
      rows(
        x[0].indices.map { i in
          let scale = exp(x[2][i]) + 0.1
          let u = (x[0][i] - x[1][i]) / scale
          return -0.5 * u * u - log(scale) - half
        }, features
      ).map { $0.reduce(0, +) }
    }
  }

  /// log Σ_k N(x; μ_k, s_k) of `items` rows.
  static func mixture(_ items: Int, _ components: Int, _ features: Int) -> OperationCase {
    let tables: Shape = [components, features]
    return OperationCase(
      "mixtureLogDensity", [[items, features], tables, tables],
      { _, x in x[0].mixtureLogDensity(means: x[1], logScales: x[2], minScale: 0.1) }
    ) { x in
      (0..<items).map { item in
        let densities = (0..<components).map { k in
          (0..<features).reduce(0.0) { sum, j in
            let at = k * features + j
            let scale = exp(x[2][at]) + 0.1
            let u = (x[0][item * features + j] - x[1][at]) / scale
            return sum - 0.5 * u * u - log(scale) - half
          }
        }
        let top = densities.max() ?? 0
        return top + log(densities.reduce(0) { $0 + exp($1 - top) })
      }
    }
  }

  static let fused: [OperationCase] = [
    mixture(5, 3, 2), mixture(16, 1, 17), mixture(3, 70, 5),
    gaussian(batch: 5, features: 3), gaussian(batch: 16, features: 2),
    gaussian(batch: 32, features: 20),
    OperationCase(
      "gaussianLogDensity", [[16, 3], [3], []],
      { _, x in x[0].gaussianLogDensity(mean: x[1], logScale: x[2]) }
    ) { x in
      rows(
        x[0].indices.map { i in
          let u = (x[0][i] - x[1][i % 3]) / exp(x[2][0])
          return -0.5 * u * u - x[2][0] - half
        }, 3
      ).map { $0.reduce(0, +) }
    },
    OperationCase(
      "standardNormalLogDensity", [[16, 3]],
      { _, x in
        x[0].standardNormalLogDensity(scale: 1.5)
      }
    ) { x in
      rows(x[0].map { -0.5 * $0 * $0 / 2.25 - log(1.5) - half }, 3).map { $0.reduce(0, +) }
    },
    OperationCase(
      "standardNormalLogDensity", [[3, 33]],
      { _, x in
        x[0].standardNormalLogDensity()
      }
    ) { x in rows(x[0].map { -0.5 * $0 * $0 - half }, 33).map { $0.reduce(0, +) } },
    OperationCase(
      "gaussianSample", Array(repeating: [16, 3], count: 3),
      { graph, x in
        graph.gaussianSample(mean: x[0], logScale: x[1], noise: x[2], minScale: 0.2)
      }
    ) { x in x[0].indices.map { x[0][$0] + (exp(x[1][$0]) + 0.2) * x[2][$0] } },
    OperationCase(
      "bernoulliLogDensity", [[16, 5], [16, 5]],
      { _, x in x[0].sigmoid().bernoulliLogDensity(logits: x[1] * 3) }
    ) { x in bernoulli(x, features: 5) },
    OperationCase(
      "bernoulliLogDensity", [[3, 19], [3, 19]],
      { _, x in x[0].sigmoid().bernoulliLogDensity(logits: x[1] * 3) }
    ) { x in bernoulli(x, features: 19) },
  ]

  static func bernoulli(_ x: [[Double]], features: Int) -> [Double] {
    rows(
      x[0].indices.map { i in
        let p = 1 / (1 + exp(-x[0][i]))
        return p * 3 * x[1][i] - log1p(exp(3 * x[1][i]))
      }, features
    ).map { $0.reduce(0, +) }
  }
}
