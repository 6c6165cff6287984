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
    let units = try #require(normal.logDensityPerUnit(of: try constant("x"))).sum(axes: [1])
    let run = try Traced(graph, [density, entropy, units])
    #expect(agree(run(density), try expected("standardNormal")))
    #expect(agree(run(units), try expected("standardNormal")))
    #expect(agree(run(entropy), try expected("standardNormalEntropy")))
  }

  @Test("the standard logistic's density and entropy are SciPy's, and its sigmoid is uniform")
  func standardLogisticValues() throws {
    let logistic = StandardLogistic(in: graph, shape: [6, 3])
    let density = logistic.logDensity(of: try constant("x"))
    let entropy = try #require(logistic.entropy)
    let deviation = try #require(logistic.standardDeviation)
    let draw = logistic.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value.sigmoid()
    let uniform = graph.uniformNoise(shape: [6, 3], stream: "z")
    let run = try Traced(graph, [density, entropy, deviation, draw, uniform])
    #expect(agree(run(density), try expected("standardLogistic")))
    #expect(agree(run(entropy), try expected("standardLogisticEntropy")))
    #expect(agree(run(deviation), [Float](repeating: 1.813_799_4, count: 18)))
    #expect(agree(run(draw), run(uniform)))
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
    let mean = try #require(mixture.mean)
    let deviation = try #require(mixture.standardDeviation)
    let moments = try Traced(graph, [density, mean, deviation])
    #expect(agree(moments(density), try expected("mixture")))
    #expect(agree(moments(mean), try expected("mixtureMean")))
    #expect(agree(moments(deviation), try expected("mixtureDeviation"), tolerance: 1e-4))
  }

  @Test("a delta draws its location, has no spread and no entropy")
  func delta() throws {
    let delta = Delta(location: try constant("mean"))
    let draw = delta.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let deviation = try #require(delta.standardDeviation)
    let density = delta.logDensity(of: draw)
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
      let mean = try #require(distribution.mean)
      let deviation = try #require(distribution.standardDeviation)
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
      fromMean: other.location, deviation: other.scale
    ).sum(axes: [-1])
    let run = try Traced(graph, [ratio, closed], seed: 2)
    let sampled = run(ratio).reduce(0) { $0 + Double($1) } / Double(count)
    #expect(abs(sampled - Double(run(closed)[0])) < 0.03)
  }

  /// One of each family with three items of two coordinates.
  private func families() -> [any Distribution] {
    var stream = RandomStream(seed: 6, stream: "families")
    func numbers(_ shape: Shape) -> Tensor {
      graph.constant(HostArray(stream.uniforms(shape.count).map { 2 * $0 - 1 }, shape: shape))
    }
    let gaussian = DiagonalGaussian(
      mean: numbers([3, 2]), logScale: numbers([3, 2]), minScale: 0.1)
    let top = DiagonalGaussian(mean: numbers([3, 1]), logScale: numbers([3, 1]), minScale: 0)
    return [
      gaussian, Bernoulli(logits: numbers([3, 2])),
      DiscretisedLogistic(location: numbers([3, 2]), logScale: numbers([3, 2])),
      GaussianMixture(
        logits: numbers([3, 4]), means: numbers([3, 4, 2]), logScales: numbers([3, 4, 2]),
        minScale: 0.2),
      StandardNormal(in: graph, shape: [3, 2], scale: 1.5),
      StandardLogistic(in: graph, shape: [3, 2]),
      AutoregressiveNormal(alpha: numbers([3, 1]) * 0.9, steps: 2),
      UniformMixture(
        means: numbers([5, 2]), logScales: numbers([5, 2]), minScale: 0.3, batch: 3),
      HierarchicalDistribution(top: top, sizes: [1, 1], features: [numbers([3, 1])]) {
        DiagonalGaussian(mean: $1[0] * $2[0], logScale: $2[0] - Float($0), minScale: 0)
      },
    ]
  }

  @Test("each family made again of its parts has the same densities and draws")
  func partsMakeIt() throws {
    let value = graph.constant(HostArray([0.2, -0.4, 0.9, 0.1, 0.5, 0.6], shape: [3, 2]))
    for family in families() {
      let again = family.rebuilt(from: family.parts)
      let densities = [family, again].map { $0.logDensity(of: value) }
      let run = try Traced(graph, densities)
      #expect(agree(run(densities[1]), run(densities[0])), "\(type(of: family))")
    }
  }

  @Test(
    "densities of all pairs are those of each value under each item, in whatever way they are computed"
  )
  func pairs() throws {
    let values: [[Float]] = [[0.2, -0.4], [0.9, 0.1], [1, 0], [0.5, 0.6]]
    let table = graph.constant(HostArray(values.flatMap { $0 }, shape: [4, 2]))
    for family in families() {
      let pairs = family.logDensitiesOfPairs(table)
      let single = values.map { value in
        family.logDensity(
          of: graph.constant(HostArray(value, shape: [1, 2])).broadcast(to: [3, 2]))
      }
      let perUnit = family.logDensitiesOfPairsPerUnit(table)?.sum(axes: [2])
      let run = try Traced(graph, [pairs] + single + [perUnit].compactMap { $0 })
      let expected = single.flatMap { run($0) }
      #expect(agree(run(pairs), expected), "\(type(of: family))")
      if let perUnit { #expect(agree(run(perUnit), expected), "\(type(of: family))") }
    }
  }

  @Test(
    "three levels: each given all above it, their densities add up, and each has a stream of its own"
  )
  func threeLevels() throws {
    let zero = graph.constant(HostArray(repeating: 0, shape: [2, 1]))
    let top = DiagonalGaussian(mean: zero + 1, logScale: zero, minScale: 0)
    let levels = HierarchicalDistribution(top: top, sizes: [1, 1, 1]) { level, above, _ in
      // z2 ~ N(z3, 1), z1 ~ N(z2 + 2·z3, 1).
      DiagonalGaussian(
        mean: level == 1 ? above[0] : above[0] + above[1] * 2, logScale: above[0] * 0, minScale: 0)
    }
    let codes = graph.constant(HostArray([0.5, -1, 2, 3, 0.25, -0.5], shape: [2, 3]))
    let (density, mean) = (levels.logDensity(of: codes), try #require(levels.mean))
    let draw = levels.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let normals = ["z1", "z2", "z3"].map { graph.normalNoise(shape: [2, 1], stream: $0) }
    let run = try Traced(graph, [density, mean, draw] + normals)
    let expected = [[0.5, -1, 2], [3, 0.25, -0.5]].map { (z: [Float]) -> Float in
      let residuals = [z[2] - 1, z[1] - z[2], z[0] - z[1] - 2 * z[2]]
      return residuals.reduce(-1.5 * Float(log(2 * Double.pi))) { $0 - $1 * $1 / 2 }
    }
    #expect(agree(run(density), expected))
    #expect(agree(run(mean), [3, 1, 1, 3, 1, 1]))
    for row in 0..<2 {
      let noise = normals.map { run($0)[row] }
      let z3 = 1 + noise[2], z2 = z3 + noise[1], z1 = z2 + 2 * z3 + noise[0]
      #expect(agree(Array(run(draw)[(3 * row)..<(3 * row + 3)]), [z1, z2, z3]))
    }
  }

  @Test("a family without closed moments has estimated ones, and says by how many draws")
  func estimatedMoments() throws {
    struct NoMoments: Distribution {
      let base: DiagonalGaussian
      var mean: Tensor? { nil }
      var standardDeviation: Tensor? { nil }
      var entropy: Tensor? { nil }
      var parts: [Tensor] { base.parts }
      func rebuilt(from parts: [Tensor]) -> any Distribution { base.rebuilt(from: parts) }
      func logDensity(of value: Tensor) -> Tensor { base.logDensity(of: value) }
      func draw(from noise: NoiseSource, stream: String) -> Draw {
        base.draw(from: noise, stream: stream)
      }
    }
    func row(_ value: Float) -> Tensor {
      graph.constant(HostArray(repeating: value, shape: [500, 1]))
    }
    let base = DiagonalGaussian(mean: row(3), logScale: row(0.5), minScale: 0)
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    let moments = NoMoments(base: base).moments(from: noise, stream: "z")
    #expect(base.moments(from: noise, stream: "z").draws == nil)
    let count = try #require(moments.draws)
    let run = try Traced(graph, [moments.mean, moments.standardDeviation])
    func average(_ x: [Float]) -> Double { x.reduce(0) { $0 + Double($1) } / Double(x.count) }
    let error = exp(0.5) / Double(500 * count).squareRoot()
    #expect(abs(average(run(moments.mean)) - 3) < 5 * error)
    #expect(abs(average(run(moments.standardDeviation)) - exp(0.5)) < 0.04)
  }
}
