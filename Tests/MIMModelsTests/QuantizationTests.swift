import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("VQ-VAE")
struct QuantizationTests {
  private static func specification(_ posterior: PosteriorChoice, z: Int = 4) -> ModelSpecification
  {
    var specification = Small.specification(.vqvae)
    specification.posterior = posterior
    specification.latentSize = z
    return specification
  }

  private static func trained(
    _ posterior: PosteriorChoice, epochs: Int = 30, data: Dataset = Small.toy(1024, validation: 256)
  ) throws -> Model {
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (epochs, 64, 3e-3)
    return try Trainer.train(
      Model(specification: specification(posterior), seed: 1), on: data, options: options)
  }

  static let posteriors: [PosteriorChoice] = [
    .vq(8, dim: 2), .vq(8, dim: 2, decay: nil), .vq(16, dim: 4, restart: 0.05),
  ]

  @Test(
    "codes of items are codes of the codebook, their number is reported, and the rate is n log K",
    arguments: posteriors)
  func codes(posterior: PosteriorChoice) throws {
    let data = Small.toy(1024, validation: 256)
    let model = try Self.trained(posterior, data: data)
    let split = try #require(data.test)
    let (values, report) = try ModelMetrics.measure(
      model, on: split, of: data, metrics: ["perplexity", "rate", "nll", "distortion", "mi_q"])
    let use = try #require(report.codeUse)
    #expect(use.used >= 2 && use.used <= use.count && use.perplexity <= Double(use.used) + 1e-9)
    #expect(abs(values[0].value - use.perplexity) < 1e-12 * use.perplexity)
    let dim = posterior.values.integer("dim")
    let rate = Double(4 / dim) * log(Double(use.count))
    #expect(abs(values[1].value - rate) < 1e-4)
    #expect(abs(values[2].value - values[3].value - rate) < 1e-3)
    // I(x; z) = H(z) of a code that is a function of x: at most the rate, more than nothing.
    #expect(values[4].value > 0.3 && values[4].value <= rate + 1e-3, "\(values[4].value)")
    // Encoding gives nothing but codes.
    let found = try model.encode(split.items).draws
    var distinct: Set<[Float]> = []
    for start in stride(from: 0, to: found.count, by: dim) {
      distinct.insert(Array(found.elements[start..<start + dim]))
    }
    #expect(distinct.count == use.used)
    let sample = try model.sample(20, seed: 3)
    #expect(sample.draws.elements.allSatisfy { $0.isFinite })
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.parameters == model.parameters)
  }

  @Test("it learns: the codes tell the clusters of points apart")
  func learns() throws {
    let data = Small.toy(1024, validation: 256)
    let split = try #require(data.test)
    func distortion(_ model: Model) throws -> Double {
      try ModelMetrics.evaluate(model, on: split, of: data, metrics: ["distortion"])[0].value
    }
    let trained = try distortion(Self.trained(.vq(16, dim: 2), data: data))
    // One Gaussian for all items has 1.84 nats.
    #expect(trained < 1.2, "\(trained)")
  }

  @Test(
    "the gradient of a code goes to its encoding unchanged, and the first of equally near codes is chosen"
  )
  func straightThrough() throws {
    let graph = Graph()
    let encoded = graph.parameter("encoded", shape: [2, 2])
    let head = PosteriorChoice.vq(3, dim: 2, decay: nil).component.head(
      name: "q", inputs: 2, outputs: 2, minScale: 0)
    let posterior = head.distribution(of: encoded)
    let draw = posterior.draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let weights = graph.constant(HostArray([1, 2, 3, 4], shape: [2, 2]))
    let gradient = try graph.gradients(
      of: (draw * weights).sum(), withRespectTo: [encoded])[0]
    let commitment = try #require(posterior.extraLosses.first { $0.name == "commitment" })
    let codebook = try #require(posterior.extraLosses.first { $0.name == "codebook" })
    let run = try Traced(
      graph, [draw, gradient, commitment.loss, codebook.loss],
      parameters: [
        "encoded": HostArray([1, 0, -1, 3], shape: [2, 2]),
        "q.fc_loc.weight": HostArray([1, 0, 0, 1], shape: [2, 2]),
        "q.fc_loc.bias": HostArray([0, 0], shape: [2]),
        // The first item is as near to the second code as to the third.
        "codebook.codes": HostArray([5, 5, 2, 0, 0, 0], shape: [3, 2]),
      ])
    #expect(run(draw) == [2, 0, 0, 0])
    #expect(run(gradient) == [1, 2, 3, 4])
    #expect(agree(run(commitment.loss), [0.25, 2.5]))
    #expect(agree(run(codebook.loss), [1, 10]))
  }

  @Test("codes that nobody chooses start anew where that is wanted")
  func restarts() throws {
    let (plain, anew) = (
      try Self.trained(.vq(64, dim: 4), epochs: 40),
      try Self.trained(.vq(64, dim: 4, restart: 0.05), epochs: 40)
    )
    let data = Small.toy(1024, validation: nil)
    func used(_ model: Model) throws -> Int {
      try #require(ModelMetrics.collapse(model, on: data.train).codeUse).used
    }
    #expect(try used(anew) > used(plain))
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    func problem(_ change: (inout ModelSpecification) -> Void) -> String {
      var specification = Self.specification(.vq(8, dim: 2))
      change(&specification)
      do {
        try specification.validate()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(problem { _ in } == "none")
    #expect(problem { $0.latentSize = 3 }.contains("z=2"))
    #expect(problem { $0.posterior = .normal }.contains("posterior=vq(64)"))
    #expect(problem { $0.prior = .normal }.contains("prior=codes"))
    #expect(problem { $0.objective = .vae }.contains("kind vqvae"))
    #expect(
      problem { $0.posterior = .vq(8, dim: 2, decay: nil, restart: 1) }.contains("codebook=ema"))
    var options = TrainingOptions()
    options.batch = 16
    #expect(throws: ModelError.self) {
      try Trainer.check(
        Self.specification(.vq(512, dim: 2)), on: Small.toy(64), options: options)
    }
    let model = try Model(specification: Self.specification(.vq(8, dim: 2)), seed: 1)
    let data = Small.toy(64)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["kl_pq"])
    }
    let other = try Model(specification: Small.specification(.vae), seed: 1)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(other, on: data.train, of: data, metrics: ["perplexity"])
    }
  }
}
