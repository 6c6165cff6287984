import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Pseudo-inputs, levels and grey levels")
struct PseudoInputTests {
  private func table(_ name: String, _ shape: Shape, scale: Double = 1) -> HostArray<Float> {
    var stream = RandomStream(seed: 4, stream: name)
    return HostArray((0..<shape.count).map { _ in Float(stream.normal() * scale) }, shape: shape)
  }

  @Test("a uniform mixture is a Gaussian mixture of equal weights, in density and moments")
  func uniformMixture() throws {
    let graph = Graph()
    let (means, scales) = (table("means", [4, 3]), table("scales", [4, 3], scale: 0.3))
    let value = graph.constant(table("x", [5, 3]))
    let ours = UniformMixture(
      means: graph.constant(means), logScales: graph.constant(scales), minScale: 0, batch: 5)
    func full(_ table: HostArray<Float>) -> Tensor {
      graph.constant(table).reshape([1, 4, 3]).broadcast(to: [5, 4, 3])
    }
    let theirs = GaussianMixture(
      logits: graph.constant(HostArray(repeating: 0, shape: [5, 4])), means: full(means),
      logScales: full(scales), minScale: 0)
    let pairs = [
      (ours.logDensity(of: value), theirs.logDensity(of: value)),
      (try #require(ours.mean), try #require(theirs.mean)),
      (try #require(ours.standardDeviation), try #require(theirs.standardDeviation)),
    ]
    let run = try Traced(graph, pairs.flatMap { [$0.0, $0.1] })
    for (a, b) in pairs { #expect(agree(run(a), run(b))) }
  }

  @Test("draws of a uniform mixture have its moments, and each component its share")
  func uniformDraws() throws {
    let graph = Graph()
    let mixture = UniformMixture(
      means: graph.constant(HostArray([-9, 0, 9], shape: [3, 1])),
      logScales: graph.constant(HostArray([0, -1, 0.5], shape: [3, 1])), minScale: 0, batch: 6000)
    let draw = mixture.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let values = try Traced(graph, [draw], seed: 3)(draw)
    for centre in [Float(-9), 0, 9] {
      let share = Double(values.count { abs($0 - centre) < 4.5 }) / 6000
      #expect(abs(share - 1.0 / 3) < 0.025)
    }
  }

  @Test("q(x) as a mixture over pseudo-inputs: log (1/K) Σ_k p(x|v_k), Bernoulli and Gaussian")
  func pseudoInputMixture() throws {
    let graph = Graph()
    let logits = table("logits", [3, 4])
    let bits = HostArray<Float>([1, 0, 1, 1, 0, 0, 1, 0], shape: [2, 4])
    let bernoulli = MarginalEstimators.pseudoInputMixture(
      Bernoulli(logits: graph.constant(logits)), of: graph.constant(bits))
    let (mean, scale, x) = (
      table("mean", [3, 4]), table("scale", [3, 4], scale: 0.2), table("points", [2, 4])
    )
    let gaussian = MarginalEstimators.pseudoInputMixture(
      DiagonalGaussian(
        mean: graph.constant(mean), logScale: graph.constant(scale), minScale: 0),
      of: graph.constant(x))
    let run = try Traced(graph, [bernoulli, gaussian])
    func mixture(_ term: (_ component: Int, _ place: Int) -> Double) -> Float {
      let densities = (0..<3).map { component in
        exp((0..<4).reduce(0) { $0 + term(component, $1) })
      }
      return Float(log(densities.reduce(0, +) / 3))
    }
    let direct = (0..<2).map { item in
      mixture { component, place in
        let logit = Double(logits.elements[component * 4 + place])
        return (bits.elements[item * 4 + place] == 1 ? logit : 0) - log1p(exp(logit))
      }
    }
    #expect(agree(run(bernoulli), direct))
    let directGaussian = (0..<2).map { item in
      mixture { component, place in
        let deviation = exp(Double(scale.elements[component * 4 + place]))
        let distance =
          Double(x.elements[item * 4 + place] - mean.elements[component * 4 + place]) / deviation
        return -0.5 * distance * distance - log(deviation) - 0.5 * log(2 * Double.pi)
      }
    }
    #expect(agree(run(gaussian), directGaussian))
  }

  @Test("the discretised logistic is its formula; draws are levels of their own density")
  func logistic() throws {
    let graph = Graph()
    let means: [Float] = [0.1, 0.5, 0.9, 0.998]
    let scales: [Float] = [-3, -1, -4.5, 0]
    let x: [Float] = [0, 0.5, 231.0 / 255, 1]
    let distribution = DiscretisedLogistic(
      mean: graph.constant(HostArray(means, shape: [1, 4])),
      logScale: graph.constant(HostArray(scales, shape: [1, 4])))
    let density = distribution.logDensity(of: graph.constant(HostArray(x, shape: [1, 4])))
    let draw = distribution.draw(from: .fresh(in: graph, prefix: ""), stream: "x")
    let run = try Traced(graph, [density, draw.value], seed: 2)
    func sigmoid(_ value: Double) -> Double { 1 / (1 + exp(-value)) }
    let expected = (0..<4).reduce(0.0) { sum, place in
      let level = min((Double(x[place]) * 256).rounded(.down), 255) / 256
      let (mean, scale) = (Double(means[place]), exp(Double(scales[place])))
      return sum
        + log(
          sigmoid((level + 1.0 / 256 - mean) / scale) - sigmoid((level - mean) / scale) + 1e-7)
    }
    #expect(agree(run(density), [Float(expected)], tolerance: 1e-4))
    for value in run(draw.value) {
      let level = value * 255
      #expect(value >= 0 && value <= 1 && abs(level - level.rounded()) < 1e-3)
    }
  }

  @Test("in MIM the top level of the prior is weighed with β; a VAE's KL is the sum over levels")
  func annealing() throws {
    let graph = Graph()
    let specification = SmallImages.specification(encoder: .mlp([6]), decoder: .mlp([6]))
    let model = try Model(specification: specification, seed: 1)
    let x = graph.constant(SmallImages.data(4).train.items.reshaped(to: [4, 64]))
    let terms = specification.network().encoderBranch(
      of: x, noise: .fresh(in: graph, prefix: ""))
    let top = try #require(terms.logPTop)
    let beta = graph.scalar(0.25)
    let mim = Objective.mutualInformationMachine.itemLoss(terms, beta)
    let vae = Objective.variationalAutoencoder.itemLoss(terms, beta)
    let joint = terms.logPXGivenZ + terms.logPZ - top * 0.75
    let run = try Traced(
      graph, [mim, vae, joint, terms.logPXGivenZ, terms.logPZ, terms.logQZGivenX],
      parameters: model.parameters)
    #expect(agree(run(mim), run(joint).map { -0.5 * 1.25 * $0 }))
    let divergence = zip(run(terms.logQZGivenX), run(terms.logPZ)).map { $0 - $1 }
    #expect(agree(run(vae), zip(divergence, run(terms.logPXGivenZ)).map { 0.25 * $0 - $1 }))
  }

  @Test("q(x) in the decoder branch of two levels is log p(x|z) at the same z")
  func decoderDensity() throws {
    let graph = Graph()
    let specification = SmallImages.specification(.mim, encoder: .mlp([6]), decoder: .mlp([6]))
    let model = try Model(specification: specification, seed: 1)
    let network = specification.network()
    let noise = NoiseSource.fresh(in: graph, prefix: "")
    let shared = SharedParts()
    let beside = graph.constant(HostArray(repeating: 0, shape: [4, 64]))
    let terms = network.decoderBranch(
      of: network.anchorCodes(beside: beside, noise: noise, sharing: shared), noise: noise,
      sharing: shared)
    let choices = try #require(terms.logProbabilityOfChoices)
    let weight = graph.parameter("p_z1_mean.linear.weight", shape: [3, 6])
    let gradient = try graph.gradients(
      of: terms.logQZGivenX.mean(), withRespectTo: [weight])[0]
    let run = try Traced(
      graph, [terms.logQX, terms.logPXGivenZ, choices, terms.x, gradient],
      parameters: model.parameters)
    #expect(run(terms.logQX) == run(terms.logPXGivenZ))
    #expect(run(choices) == run(terms.logPXGivenZ))
    #expect(run(terms.x).allSatisfy { $0 == 0 || $0 == 1 })
    // The path through z1 ~ p(z1|z2) counts.
    #expect(run(gradient).contains { $0 != 0 })
  }

  @Test(
    "p(z) of a VampPrior is the mean of q(z|u_k) with its floor of scales, fed or encoded beside x")
  func floorOfScales() throws {
    var specification = Small.specification()
    (specification.prior, specification.minScale) = (.vampprior(PseudoInputs(5)), 0.5)
    let width = specification.itemSize
    let model = try Model(
      specification: specification, seed: 1, items: table("items", [5, width]))
    let network = specification.network()
    let (items, codes) = (try model.pseudoInputs(), table("codes", [4, specification.latentSize]))
    let graph = Graph()
    let encoded = network.gaussianOfPseudoInputs(graph.constant(items))
    let run = try Traced(
      graph, [encoded.location, encoded.logScale], parameters: model.parameters)
    let (means, logScales) = (run(encoded.location), run(encoded.logScale))
    let size = specification.latentSize
    let direct = (0..<4).map { item in
      let densities = (0..<5).map { component in
        exp(
          (0..<size).reduce(0.0) { sum, unit in
            let place = component * size + unit
            let scale = exp(Double(logScales[place])) + 0.5
            let distance = (Double(codes.elements[item * size + unit] - means[place])) / scale
            return sum - 0.5 * distance * distance - log(scale) - 0.5 * log(2 * Double.pi)
          })
      }
      return Float(log(densities.reduce(0, +) / 5))
    }
    for isFed in [true, false] {
      let found = try BatchedProgram(
        isFed ? network : nil, width: width, batch: 4, store: ParameterStore(model.parameters),
        seed: 1, threads: 1
      ) { x, shared in
        if !isFed { _ = network.posterior(of: x, sharing: shared) }
        let prior = network.prior(in: x.graph, batch: 4, sharing: shared)
        return [prior?.logDensity(of: x.graph.constant(codes))].compactMap { $0 }
      }.run(table("x", [4, width]))
      #expect(agree(try #require(found.first).elements, direct, tolerance: 1e-5))
    }
  }

  @Test("encoded once or in every pass, a VampPrior gives the same validation loss")
  func encodedOnce() throws {
    var specification = SmallImages.specification(.vae)
    specification.prior = .vampprior(PseudoInputs(7))
    let model = try Model(specification: specification, seed: 1)
    let data = SmallImages.data(4, validation: 4)
    let network = specification.network()
    let noise = table("noise", [4, 3])
    func value(once vamp: Bool) throws -> [Float] {
      let store = try ParameterStore(model.parameters)
      let program = try BatchedProgram(
        vamp ? network : nil, width: 64, batch: 4, store: store, seed: 1, threads: 1
      ) { x, shared in
        let graph = x.graph
        let given = NoiseSource.given(
          [
            "eps_z1": graph.constant(noise),
            "eps_z2": graph.constant(HostArray(Array(noise.elements.prefix(8)), shape: [4, 2])),
          ], in: graph)
        let terms = network.encoderBranch(of: x, noise: given, sharing: shared)
        return [terms.logPZ, terms.logQZGivenX]
      }
      return program.run(data.train.items).flatMap(\.elements)
    }
    let (once, always) = (try value(once: true), try value(once: false))
    #expect(agree(once, always, tolerance: 1e-4))
  }
}
