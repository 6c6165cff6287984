import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Players")
struct PlayerTests {
  private static let declarations = ["a", "b"].map {
    ParameterDeclaration(name: $0, shape: [1], initializer: .constant(1))
  }

  /// a minimises (a − b)² + (a − 3)², b minimises (b + 2a)²: neither moves the other's parameter.
  private func trained(steps: Int) throws -> (a: Double, b: Double) {
    let graph = Graph()
    let (a, b) = (graph.parameter("a", shape: [1]), graph.parameter("b", shape: [1]))
    let rate = graph.scalar(0.1)
    let first = Player(
      minimising: ((a - b).square() + (a - 3).square()).sum(), moving: [Self.declarations[0]],
      learningRate: rate)
    let second = Player(
      minimising: (b + a * 2).square().sum(), moving: [Self.declarations[1]], learningRate: rate,
      optimizer: AdamConfiguration(form: .gradientNormalised))
    let store = try ParameterStore([
      "a": HostArray([1], shape: [1]), "b": HostArray([1], shape: [1]),
    ])
    let plan = try Plan(
      graph: graph, outputs: [first.loss], updates: graph.updates(of: [first, second]),
      store: store)
    for step in 1...steps { #expect(plan.run(step: UInt64(step))) }
    func value(_ name: String) throws -> Double {
      Double(try #require(store.value(name)).elements[0])
    }
    return (try value("a"), try value("b"))
  }

  /// Adam by its paper in double precision, one number; `isNormalised`: the gradient divided by its norm first, and ε added before the
  /// correction.
  private struct Adam {
    private var (m, v) = (0.0, 0.0)
    private let isNormalised: Bool

    init(isNormalised: Bool) { self.isNormalised = isNormalised }

    mutating func step(_ gradient: Double, _ time: Int) -> Double {
      let g = isNormalised ? gradient / (abs(gradient) + 1e-7) : gradient
      m = 0.9 * m + 0.1 * g
      v = 0.999 * v + 0.001 * g * g
      let (c1, c2) = (1 - pow(0.9, Double(time)), 1 - pow(0.999, Double(time)))
      return isNormalised
        ? 0.1 * c2.squareRoot() / c1 * m / (v.squareRoot() + 1e-8)
        : 0.1 * (m / c1) / ((v / c2).squareRoot() + 1e-8)
    }
  }

  @Test(
    "each moves its own parameters by its own loss and optimiser, both from where the step began")
  func two() throws {
    let steps = 25
    var (a, b) = (1.0, 1.0)
    var (first, second) = (Adam(isNormalised: false), Adam(isNormalised: true))
    for time in 1...steps {
      let (toA, toB) = (2 * (a - b) + 2 * (a - 3), 2 * (b + 2 * a))
      a -= first.step(toA, time)
      b -= second.step(toB, time)
    }
    let found = try trained(steps: steps)
    #expect(abs(found.a - a) < 1e-3 && abs(found.b - b) < 1e-3, "\(found), \(a), \(b)")
  }
}
