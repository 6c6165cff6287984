import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Score-function gradient")
struct ScoreFunctionTests {
  /// x of two bits, z of one unit: four values of x can be enumerated.
  static let rows = 64
  let model: Model
  let network: FlatModel
  let names = ["p_x_given_z.2.fc_logprobs.bias", "p_x_given_z.0.weight", "q_z_given_x.0.weight"]

  init() throws {
    var specification = ModelSpecification(
      objective: .mim, itemDimensions: [2], valueKind: .binary, latentSize: 1, hidden: [3])
    specification.minScale = 0.1
    model = try Model(specification: specification, seed: 8)
    network = FlatModel(specification)
  }

  func parameters(_ graph: Graph) -> [Tensor] {
    names.map { name in
      graph.parameter(name, shape: model.parameters[name]?.shape ?? [])
    }
  }

  /// Every row has the same z and the same reconstruction noise, so that x alone is random.
  func noise(_ graph: Graph, rows: Int) -> NoiseSource {
    let fixed = graph.constant(HostArray(repeating: 0.4, shape: [rows, 1]))
    return .given([NoiseStream.reconstruction: fixed], in: graph)
  }

  /// Σ_x p(x|z) ∇ℓ(x) + ℓ(x) ∇p(x|z), by listing the four x.
  func exactGradient() throws -> [[Float]] {
    let graph = Graph()
    let z = graph.constant(HostArray(repeating: -0.7, shape: [4, 1]))
    let x = graph.constant(HostArray([0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2]))
    var noise = noise(graph, rows: 4)
    // A uniform above p gives 0, below gives 1: this makes the four rows the four x.
    noise.uniform = { _, _ in 1 - x }
    let terms = network.decoderBranch(of: z, noise: noise)
    let loss = Objective.mutualInformationMachine.itemLoss(terms, graph.scalar(1))
    let expectation = (terms.logPXGivenZ.exp() * loss).sum()
    let gradients = try graph.gradients(of: expectation, withRespectTo: parameters(graph))
    let total = terms.logPXGivenZ.exp().sum()
    let run = try Traced(graph, gradients + [total], parameters: model.parameters)
    #expect(abs(run(total)[0] - 1) < 1e-5)
    return gradients.map(run.callAsFunction)
  }

  @Test(
    "is unbiased, with and without the batch baseline", arguments: BaselineKind.allCases)
  func unbiased(baseline: BaselineKind) throws {
    let graph = Graph()
    let z = graph.constant(HostArray(repeating: -0.7, shape: [Self.rows, 1]))
    let terms = network.decoderBranch(of: z, noise: noise(graph, rows: Self.rows))
    let loss = Objective.mutualInformationMachine.loss(
      of: terms, beta: graph.scalar(1), baseline: baseline)
    let gradients = try graph.gradients(of: loss.mean(), withRespectTo: parameters(graph))
    let plan = try Plan(
      graph: graph, outputs: gradients, store: ParameterStore(model.parameters),
      options: PlanOptions(threads: 1, seed: 11))
    let steps = 3000
    var sums = gradients.map { [Double](repeating: 0, count: $0.count) }
    var squares = sums
    for step in 1...steps {
      plan.run(step: UInt64(step))
      for (index, gradient) in gradients.enumerated() {
        for (position, value) in plan.value(of: gradient).elements.enumerated() {
          sums[index][position] += Double(value)
          squares[index][position] += Double(value) * Double(value)
        }
      }
    }
    for (index, exact) in try exactGradient().enumerated() {
      for (position, expected) in exact.enumerated() {
        let mean = sums[index][position] / Double(steps)
        let variance = squares[index][position] / Double(steps) - mean * mean
        let error = (max(variance, 0) / Double(steps)).squareRoot()
        #expect(abs(mean - Double(expected)) < 5 * error + 1e-5, "\(names[index]) \(position)")
      }
    }
  }

  @Test("leaves the loss as it is, and the baseline reduces the gradient's variance")
  func valueAndVariance() throws {
    var spread: [BaselineKind: Double] = [:]
    for baseline in BaselineKind.allCases {
      let graph = Graph()
      let z = graph.constant(HostArray(repeating: -0.7, shape: [Self.rows, 1]))
      let terms = network.decoderBranch(of: z, noise: noise(graph, rows: Self.rows))
      let plain = Objective.mutualInformationMachine.itemLoss(terms, graph.scalar(1))
      let loss = Objective.mutualInformationMachine.loss(
        of: terms, beta: graph.scalar(1), baseline: baseline)
      let bias = graph.parameter(names[0], shape: [2])
      let gradient = try graph.gradients(of: loss.mean(), withRespectTo: [bias])[0]
      let plan = try Plan(
        graph: graph, outputs: [plain, loss, gradient], store: ParameterStore(model.parameters))
      var values: [Double] = []
      for step in 1...500 {
        plan.run(step: UInt64(step))
        values.append(Double(plan.value(of: gradient).elements[0]))
        #expect(agree(plan.value(of: loss).elements, plan.value(of: plain).elements))
      }
      let mean = values.reduce(0, +) / 500
      spread[baseline] = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    #expect(try #require(spread[.batch]) < 0.7 * (try #require(spread[BaselineKind.none])))
  }

  @Test("no gradient flows through the sampled x itself")
  func noPathGradient() throws {
    let graph = Graph()
    let z = graph.constant(HostArray(repeating: -0.7, shape: [4, 1]))
    let draw = network.likelihood(of: z).draw(from: .fresh(in: graph, prefix: ""), stream: "x")
    let gradients = try graph.gradients(of: draw.value.sum(), withRespectTo: parameters(graph))
    let run = try Traced(graph, gradients, parameters: model.parameters)
    #expect(gradients.allSatisfy { run($0).allSatisfy { $0 == 0 } })
  }

  @Test(
    "the decoder's mean in place of a draw: −H(p(x|z)), no choice, and no gradient of log p(x|z)")
  func decodedMean() throws {
    let graph = Graph()
    let z = graph.constant(HostArray(repeating: -0.7, shape: [Self.rows, 1]))
    let terms = network.decoderBranch(
      of: z, decoded: .mean, noise: noise(graph, rows: Self.rows))
    #expect(terms.logProbabilityOfChoices == nil)
    let gradients = try graph.gradients(
      of: terms.logPXGivenZ.sum(), withRespectTo: Array(parameters(graph).prefix(2)))
    let mean = try #require(network.likelihood(of: z, observing: nil).mean)
    let run = try Traced(
      graph, gradients + [terms.logPXGivenZ, terms.x, mean],
      parameters: model.parameters)
    #expect(run(terms.x) == run(mean))
    let means = run(mean).prefix(2).map(Double.init)
    let entropy = means.reduce(0) { $0 - $1 * log($1) - (1 - $1) * log(1 - $1) }
    #expect(abs(Double(run(terms.logPXGivenZ)[0]) + entropy) < 1e-5)
    for gradient in gradients { #expect(run(gradient).allSatisfy { abs($0) < 1e-5 }) }
  }
}
