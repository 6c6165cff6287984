import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Maps of codes")
struct CodeMapTests {
  private static func specification(
    _ encoder: NetworkChoice = .residual(blocks: 1, channels: 8),
    _ posterior: PosteriorChoice = .vq(4, dim: 3), prior: PriorChoice = .codes
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .vqvae, itemDimensions: [1, 8, 8], valueKind: .binary, latentSize: 1)
    (specification.encoder, specification.posterior) = (encoder, posterior)
    specification.decoder = encoder.word == "mlp" ? .mlp([8]) : .residual(blocks: 1, channels: 8)
    specification.prior = prior
    specification.latentSize = specification.mapUnits ?? 6
    return specification
  }

  /// Pictures of which each quarter is bright or dark, all four alike or the upper ones other than the lower.
  private static func quarters(_ count: Int) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var random = RandomStream(seed: 6, stream: "quarters \(role.rawValue)")
      let pixels = (0..<count).flatMap { _ -> [Float] in
        let (upper, lower) = (random.uniform() < 0.5, random.uniform() < 0.2)
        return (0..<64).map { place in
          let isBright = place < 32 ? upper : upper != lower
          return Float(random.uniform() < (isBright ? 0.95 : 0.05) ? 1 : 0)
        }
      }
      return DataSplit(role: role, items: HostArray(pixels, shape: [count, 1, 8, 8]))
    }
    return Dataset(
      name: "quarters", train: split(.train, count), val: split(.val, 96),
      test: split(.test, 96), valueKind: .binary)
  }

  @Test(
    "trained, codes are of the map's places, the prior learns their rate, and samples are finite",
    arguments: [NetworkChoice.residual(blocks: 1, channels: 8), .conv, .mlp([16])])
  func trains(encoder: NetworkChoice) throws {
    let data = Self.quarters(256)
    let specification = Self.specification(
      encoder, prior: .pixelCNN(layers: 2, channels: 8))
    let places = encoder.word == "mlp" ? 2 : 4
    #expect(specification.latentSize == 3 * places)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (30, 32, 1e-2)
    (options.keep, options.patience) = (.last, nil)
    let trained = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let model = try Model(safetensors: trained.safetensors(), path: "m")
    #expect(model.parameters == trained.parameters)
    let test = try #require(data.test)
    let (values, report) = try ModelMetrics.measure(
      model, on: test, of: data, metrics: ["rate", "nll", "distortion", "perplexity"])
    let use = try #require(report.codeUse)
    #expect(use.count == 4 && use.perplexity >= 1 && use.perplexity <= 4)
    // Below the log of all combinations, and not below 0.
    #expect(
      values[0].value < Double(places) * log(4) && values[0].value > 0, "\(values[0].value)")
    #expect(abs(values[1].value - values[2].value - values[0].value) < 1e-3)
    let sample = try model.sample(20, seed: 3)
    #expect(sample.codes.shape == [20, 3 * places])
    #expect(sample.draws.elements.allSatisfy { $0 == 0 || $0 == 1 })
    #expect(try model.sample(20, seed: 3).draws == sample.draws)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: test, of: data, metrics: ["kl_pq"])
    }
  }

  @Test(
    "the prior's probabilities of all code maps add up to 1, and draws are as frequent as they say"
  )
  func prior() throws {
    let specification = Self.specification(
      .residual(blocks: 0, channels: 2), .vq(3, dim: 1, decay: nil),
      prior: .pixelCNN(layers: 3, channels: 5))
    var parameters = try Model(specification: specification, seed: 2).parameters
    for (name, value) in parameters where name.hasPrefix("p_z.") {
      parameters[name]?.elements = value.elements.map { 2 * $0 }
    }
    parameters["codebook.codes"] = HostArray([-1, 0, 2], shape: [3, 1])
    let model = try Model(specification: specification, parameters: parameters)
    let (all, count) = (81, 6000)
    let vectors: [Float] = [-1, 0, 2]
    let maps = (0..<all).flatMap { number in
      (0..<4).map { place in vectors[number / [1, 3, 9, 27][place] % 3] }
    }
    let graph = Graph()
    let prior = try #require(
      specification.network().prior(in: graph, batch: all, sharing: SharedParts()))
    let density = prior.logDensity(of: graph.constant(HostArray(maps, shape: [all, 4])))
    let draws = try #require(
      specification.network().prior(in: graph, batch: count, sharing: SharedParts())
    ).draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let run = try Traced(graph, [density, draws], parameters: parameters)
    let probabilities = run(density).map { exp(Double($0)) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect((probabilities.max() ?? 0) > 0.05, "far from uniform")
    for codes in [try model.sample(count, seed: 4).codes.elements, run(draws)] {
      var frequencies = [Double](repeating: 0, count: all)
      for row in 0..<count {
        let number = (0..<4).reduce(0) { sum, place in
          sum + (vectors.firstIndex(of: codes[4 * row + place]) ?? 99) * [1, 3, 9, 27][place]
        }
        frequencies[number] += 1 / Double(count)
      }
      for (probability, frequency) in zip(probabilities, frequencies) {
        let error = (probability * (1 - probability) / Double(count)).squareRoot()
        #expect(abs(frequency - probability) < 5 * error + 1e-6, "\(probability) \(frequency)")
      }
    }
  }

  @Test(
    "the prior moves nothing but itself: the codes of two models that differ in it alone are the same"
  )
  func detached() throws {
    let data = Self.quarters(64)
    func codes(_ prior: PriorChoice) throws -> HostArray<Float> {
      var options = TrainingOptions()
      (options.epochs, options.batch, options.learningRate) = (2, 32, 1e-2)
      (options.keep, options.patience) = (.last, nil)
      let model = try Trainer.train(
        Model(specification: Self.specification(prior: prior), seed: 1), on: data,
        options: options)
      return try model.encode(data.train.items).draws
    }
    let (uniform, learned) = (
      try codes(.codes), try codes(.pixelCNN(layers: 1, channels: 4))
    )
    #expect(agree(learned.elements, uniform.elements, tolerance: 1e-4))
  }

  @Test("residual networks serve other models too")
  func otherModels() throws {
    let data = Self.quarters(128)
    var specification = Self.specification()
    specification.objective = .vae
    (specification.posterior, specification.prior) = (.normal, .normal)
    specification.latentSize = 2
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (4, 32, 5e-3)
    (options.keep, options.patience) = (.last, nil)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let losses = try #require(model.training?.history.column("loss"))
    #expect(try #require(losses.last) < losses[0])
    #expect(try model.sample(3, seed: 1).draws.shape == [3, 1, 8, 8])
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    for (part, change): (String, (inout ModelSpecification) -> Void) in [
      ("use z=12", { $0.latentSize = 8 }), ("levels=1", { $0.latentSizes = [12, 2] }),
      ("divisible by 4", { $0.itemDimensions = [1, 6, 6] }),
      ("vectors", { $0.itemDimensions = [64] }),
      (
        "no codebook",
        {
          $0.objective = .vae
          ($0.posterior, $0.prior) = (.normal, .pixelCNN())
        }
      ),
    ] {
      var specification = Self.specification()
      change(&specification)
      if specification.latentSizes.count == 2 { specification.anchor = .learned }
      try expectRefusal(specification, naming: part)
    }
    // 16 items have 64 vectors.
    var options = TrainingOptions()
    options.batch = 8
    func check(_ codes: Int) throws {
      try Trainer.check(
        Self.specification(.residual(blocks: 0, channels: 2), .vq(codes, dim: 1)),
        on: Self.quarters(16), options: options)
    }
    try check(64)
    #expect(throws: ModelError.self) { try check(65) }
  }
}
