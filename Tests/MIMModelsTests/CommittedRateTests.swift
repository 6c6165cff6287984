import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("δ-VAE")
struct CommittedRateTests {
  @Test("every unit keeps δ nats from N(0, 1), before training and after it", arguments: [0.05, 1])
  func committed(delta: Double) throws {
    var specification = Small.specification(.vae)
    specification.posterior = .committed(delta)
    let data = Small.toy(256, validation: 64)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (3, 64, 0.02)
    let start = try Model(specification: specification, seed: 1)
    let trained = try Trainer.train(start, on: data, options: options)
    for model in [start, trained] {
      let report = try ModelMetrics.collapse(model, on: data.train)
      #expect(report.klPerUnit.allSatisfy { $0 >= delta - 1e-5 }, "\(report.klPerUnit)")
    }
    // The whole family, at encoder outputs far out: no item falls below, either.
    let graph = Graph()
    let numbers: [Float] = [-40, -3, 0, 3, 40, 0.5]
    let raw = graph.constant(HostArray(numbers, shape: [6, 1]))
    let head = specification.posterior.component.head(
      name: "q", inputs: 1, outputs: 1, minScale: 0)
    let posterior = head.distribution(of: raw)
    let prior = StandardNormal(in: graph, shape: [6, 1])
    let divergence = try #require(
      ClosedFormDivergence.perUnit(posterior, from: prior, at: raw))
    let values = Dictionary(
      uniqueKeysWithValues: head.parameters.map {
        ($0.name, HostArray(repeating: Float($0.shape.rank == 2 ? -1 : 0), shape: $0.shape))
      })
    let run = try Traced(graph, [divergence], parameters: values)
    // KL = δ + ½ max(0, m) with m = −x.
    let expected = numbers.map { Float(delta) + 0.5 * max(0, -$0) }
    #expect(agree(run(divergence), expected, tolerance: 1e-5), "\(run(divergence))")
  }

  @Test("independent units never come nearer to an AR(1) prior than its committed rate")
  func process() throws {
    var specification = Small.specification(.vae)
    specification.latentSize = 6
    specification.prior = .ar1(0.9, dims: 2)
    let data = Small.toy(256, validation: 64)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (4, 64, 0.02)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let rate = try ModelMetrics.evaluate(
      model, on: data.train, of: data, metrics: ["rate"])[0].value
    let least = 2 * 0.5 * (log(1 + 0.81) - log(1 - 0.81))
    #expect(rate >= least - 1e-4, "\(rate), \(least)")
    let sample = try model.sample(3, seed: 2)
    #expect(sample.codes.elements.allSatisfy { $0.isFinite })
  }

  @Test("draws from the AR(1) prior have its correlations, and its density their moments")
  func correlations() throws {
    let graph = Graph()
    let count = 40_000
    let alpha = graph.constant(HostArray([0.9, -0.5], shape: [1, 2])).broadcast(to: [count, 2])
    let process = AutoregressiveNormal(alpha: alpha, steps: 3)
    let draw = process.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let surprise = -process.logDensity(of: draw).mean()
    let entropy = try #require(process.entropy)
    let run = try Traced(graph, [draw, surprise, entropy], seed: 5)
    let z = run(draw).map(Double.init)
    func correlation(_ a: Int, _ b: Int) -> Double {
      (0..<count).reduce(0) { $0 + z[6 * $1 + a] * z[6 * $1 + b] } / Double(count)
    }
    for (a, b, expected) in [
      (0, 0, 1.0), (4, 4, 1), (0, 2, 0.9), (0, 4, 0.81), (1, 3, -0.5), (1, 5, 0.25), (0, 1, 0),
    ] {
      #expect(abs(correlation(a, b) - expected) < 0.03, "\(a), \(b)")
    }
    #expect(abs(run(surprise)[0] - run(entropy)[0]) < 0.02)
  }

  @Test("δ outside what σ's bounds allow, another prior and broken steps are refused")
  func refused() throws {
    func problem(_ change: (inout ModelSpecification) -> Void) -> String {
      var specification = Small.specification(.vae)
      change(&specification)
      do {
        try specification.validate()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(problem { $0.posterior = .committed(0.15) } == "none")
    #expect(
      problem {
        $0.posterior = .committed(2)
        $0.minScale = 0.1
      }.contains("delta of at most 1.81"))
    #expect(problem { $0.posterior = .committed(-1) }.contains("from 0.0001 to 10"))
    #expect(
      problem {
        $0.posterior = .committed(0.15)
        $0.prior = .gmm(2)
      }.contains("prior=normal"))
    #expect(
      problem {
        $0.prior = .ar1(0.9, dims: 2)
        $0.latentSize = 2
      }.contains("z=4"))
    #expect(problem { $0.prior = .ar1(1.5) }.contains("alpha"))
  }
}
