import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Distributions")
struct DistributionTests {
  let graph = Graph()
  let fixture: [String: HostArray<Float>]

  init() throws { fixture = try Fixtures.arrays("distributions") }

  func constant(_ name: String) throws -> Tensor { graph.constant(try #require(fixture[name])) }
  func expected(_ name: String) throws -> [Float] { try #require(fixture[name]).elements }

  func gaussian() throws -> DiagonalGaussian {
    DiagonalGaussian(
      mean: try constant("mean"), logScale: try constant("logScale"), minScale: 1e-3)
  }

  func mixture() throws -> GaussianMixture {
    GaussianMixture(
      logits: try constant("weights"), means: try constant("means"),
      logScales: try constant("logScales"), minScale: 1e-3)
  }

  @Test("a diagonal Gaussian's density, entropy and divergence are SciPy's, in the tails too")
  func gaussianValues() throws {
    let gaussian = try gaussian()
    let density = gaussian.logDensity(of: try constant("x"))
    let entropy = try #require(gaussian.entropy)
    let divergence = gaussian.divergencePerUnit(
      fromMean: try constant("otherMean"), deviation: try constant("otherScale"))
    let run = try Traced(graph, [density, entropy, divergence])
    #expect(agree(run(density), try expected("gaussian")))
    #expect(agree(run(entropy), try expected("gaussianEntropy")))
    #expect(agree(run(divergence), try expected("divergence")))
  }

  @Test("the standard normal's density and entropy are SciPy's at another scale as well")
  func standardNormalValues() throws {
    let normal = StandardNormal(in: graph, shape: [6, 3], scale: 1.5)
    let density = normal.logDensity(of: try constant("x"))
    let entropy = try #require(normal.entropy)
    let run = try Traced(graph, [density, entropy])
    #expect(agree(run(density), try expected("standardNormal")))
    #expect(agree(run(entropy), try expected("standardNormalEntropy")))
  }

  @Test("a Bernoulli's density and entropy are SciPy's where 1 − p rounds to 0")
  func bernoulliValues() throws {
    let bernoulli = Bernoulli(logits: try constant("logits"))
    let density = bernoulli.logDensity(of: try constant("bits"))
    let entropy = try #require(bernoulli.entropy)
    let run = try Traced(graph, [density, entropy])
    #expect(agree(run(density), try expected("bernoulli")))
    #expect(agree(run(entropy), try expected("bernoulliEntropy")))
  }

  @Test("a Gaussian mixture's density, mean and deviation are SciPy's")
  func mixtureValues() throws {
    let mixture = try mixture()
    let density = mixture.logDensity(of: try constant("x"))
    let run = try Traced(graph, [density, mixture.mean, mixture.standardDeviation].map { $0 })
    #expect(agree(run(density), try expected("mixture")))
    let (mean, deviation) = (mixture.mean, mixture.standardDeviation)
    let moments = try Traced(graph, [mean, deviation])
    #expect(agree(moments(mean), try expected("mixtureMean")))
    #expect(agree(moments(deviation), try expected("mixtureDeviation"), tolerance: 1e-4))
  }

  @Test("a delta draws its location, has no spread and no entropy")
  func delta() throws {
    let delta = Delta(location: try constant("mean"))
    let draw = delta.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let (deviation, density) = (delta.standardDeviation, delta.logDensity(of: draw))
    let run = try Traced(graph, [draw, deviation, density])
    #expect(run(draw) == (try expected("mean")))
    #expect(run(deviation).allSatisfy { $0 == 0 })
    #expect(run(density).allSatisfy { $0 == 0 })
    #expect(delta.entropy == nil)
  }

  @Test("draws have the moments and the entropy of their distribution")
  func drawMoments() throws {
    let count = 40_000
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    func row(_ values: [Float]) -> Tensor {
      graph.constant(HostArray(values, shape: [1, values.count]))
        .broadcast(to: [count, values.count])
    }
    let gaussian = DiagonalGaussian(
      mean: row([1, -2]), logScale: row([0.5, -1]), minScale: 1e-6)
    let bernoulli = Bernoulli(logits: row([1, -2]))
    for distribution in [gaussian, bernoulli] as [any Distribution] {
      let draw = distribution.draw(from: noise, stream: "draw").value
      let density = distribution.logDensity(of: draw)
      let entropy = try #require(distribution.entropy)
      let (mean, deviation) = (distribution.mean, distribution.standardDeviation)
      let run = try Traced(graph, [draw, density, entropy, mean, deviation], seed: 3)
      let drawn = run(draw)
      for column in 0..<2 {
        let values = stride(from: column, to: 2 * count, by: 2).map { Double(drawn[$0]) }
        let average = values.reduce(0, +) / Double(count)
        let spread = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(count)
        let expected = Double(run(deviation)[column])
        #expect(
          abs(average - Double(run(mean)[column])) < 5 * expected / Double(count).squareRoot())
        #expect(abs(spread.squareRoot() / expected - 1) < 0.02)
      }
      let surprisal = -run(density).reduce(0) { $0 + Double($1) } / Double(count)
      #expect(abs(surprisal - Double(run(entropy)[0])) < 0.03)
    }
  }

  @Test("a mixture draws each component by its weight, and knows the choice's probability")
  func mixtureDraws() throws {
    let count = 60_000
    func spread(_ values: [Float], _ shape: Shape, to full: Shape) -> Tensor {
      graph.constant(HostArray(values, shape: shape)).broadcast(to: full)
    }
    let weights: [Float] = [0.2, 0.5, 0.3]
    let mixture = GaussianMixture(
      logits: spread(weights.map { log($0) }, [1, 3], to: [count, 3]),
      means: spread([-100, 0, 100], [1, 3, 1], to: [count, 3, 1]),
      logScales: spread([-1, 0, 0.5], [1, 3, 1], to: [count, 3, 1]), minScale: 0)
    let draw = mixture.draw(from: .fresh(in: graph, prefix: ""), stream: "draw")
    let choice = try #require(draw.logProbabilityOfChoice)
    let run = try Traced(graph, [draw.value, choice], seed: 4)
    let (values, choices) = (run(draw.value), run(choice))
    for (component, centre) in [-100, 0, 100].enumerated() {
      let chosen = values.indices.filter { abs(values[$0] - Float(centre)) < 50 }
      let share = Double(chosen.count) / Double(count)
      #expect(abs(share - Double(weights[component])) < 0.01)
      #expect(chosen.allSatisfy { abs(choices[$0] - log(weights[component])) < 1e-4 })
    }
  }

  @Test("the closed-form divergence is the mean of the log ratio under its own draws")
  func divergenceByMonteCarlo() throws {
    let count = 50_000
    func row(_ values: [Float]) -> Tensor {
      graph.constant(HostArray(values, shape: [1, 2])).broadcast(to: [count, 2])
    }
    let from = DiagonalGaussian(mean: row([0.3, -1]), logScale: row([-0.5, 0.2]), minScale: 1e-6)
    let other = DiagonalGaussian(mean: row([0, 0.5]), logScale: row([0, 0.4]), minScale: 1e-6)
    let draw = from.draw(from: .fresh(in: graph, prefix: ""), stream: "draw").value
    let ratio = from.logDensity(of: draw) - other.logDensity(of: draw)
    let closed = from.divergencePerUnit(
      fromMean: other.mean, deviation: other.standardDeviation
    ).sum(axes: [-1])
    let run = try Traced(graph, [ratio, closed], seed: 2)
    let sampled = run(ratio).reduce(0) { $0 + Double($1) } / Double(count)
    #expect(abs(sampled - Double(run(closed)[0])) < 0.03)
  }
}
