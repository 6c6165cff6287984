import Foundation
import MIMModels
import MIMTensor
import Testing

/// A training shared by ranks against the same training on one, with the joined batch.
@Suite("Data-parallel training")
struct DataParallelTests {
  struct Training: Sendable, CustomTestStringConvertible {
    let name: String
    let specification: ModelSpecification
    let data: Dataset
    var options: TrainingOptions
    var ranks = 2
    var isOfImages: Bool { specification.latentSizes.count > 1 }
    /// Whether batch normalisation takes away what some biases do, which rounding alone then moves.
    var hasIdleBiases: Bool { isOfImages || specification.flow != nil }
    var testDescription: String { "\(name), \(ranks) ranks, batch \(options.batch)" }

    func run(_ collective: any Collective = SerialCollective()) throws -> Model {
      var model = try Model(specification: specification, seed: 1, items: data.train.items)
      // Winograd's rounding is larger than what is looked for.
      model.convolution = .direct
      return try Trainer.train(model, on: data, options: options, collective: collective)
    }
  }

  private static func flat(
    _ objective: ObjectiveChoice, batch: Int, ranks: Int = 2, data: Dataset = Small.toy(384)
  ) -> Training {
    var options = Small.options(epochs: 3)
    (options.batch, options.warmup) = (batch, 1)
    let specification = ModelSpecification(
      objective: objective, itemDimensions: data.itemShape.dimensions, valueKind: data.valueKind,
      latentSize: 2, hidden: [16])
    return Training(
      name: "\(objective)", specification: specification, data: data, options: options,
      ranks: ranks)
  }

  private static func images(
    _ objective: ObjectiveChoice, _ decoder: NetworkChoice, prior: PriorChoice = .normal
  ) -> Training {
    var specification = SmallImages.specification(objective, decoder: decoder)
    specification.prior = prior
    let data = SmallImages.data(
      64, validation: 32, binarisation: .dynamic, kind: .gray)
    return Training(
      name: "\(objective) \(decoder) \(prior)", specification: specification, data: data,
      options: SmallImages.options(2))
  }

  /// Noise drawn transposed by both, by the joined batch alone, by neither; the score-function term with
  /// its baseline; every kind of image decoder, batch normalisation included.
  static let trainings: [Training] = [
    flat(.mim, batch: 64), flat(.vae, batch: 64), flat(.amim, batch: 48), flat(.mim, batch: 30),
    flat(.mim, batch: 48, ranks: 3), flat(.mim, batch: 64, data: Small.bits(384)),
    flat(.mim, batch: 64, data: Small.points(384)), flat(.flow, batch: 64),
    flat(.amim, batch: 64, data: Small.bits(384, grey: true)),
    images(.amim, .conv), images(.mim, .conv),
    images(.vae, .conv, prior: .vampprior(PseudoInputs(5))),
    images(.amim, .pixelcnn(layers: 2, channels: 6)),
    images(.mim, .pixelcnn(layers: 2, channels: 6)),
  ]

  @Test("ranks give what one rank gives with the joined batch", arguments: trainings)
  func joined(training: Training) throws {
    let alone = try training.run()
    let models = try ThreadRanks.run(training.ranks) { try training.run($0) }.map { try $0.get() }
    for model in models { #expect(model.parameters == models[0].parameters) }
    try expectSameLosses(models[0], alone)
    #expect(models[0].parameters.keys == alone.parameters.keys)
    if training.specification.flow != nil { return }
    if training.isOfImages { return try expectSameWay(models[0], alone, training) }
    for (name, value) in alone.parameters {
      let found = try #require(models[0].parameters[name])
      #expect(agree(found.elements, value.elements), "\(name)")
    }
  }

  /// The weights of images differ where rounding turns the sign of a tiny gradient (see `gradients`): by far less
  /// than training moved them, array by array.
  private func expectSameWay(_ model: Model, _ other: Model, _ training: Training) throws {
    let start = try Model(
      specification: training.specification, seed: 1, items: training.data.train.items)
    func distance(_ a: HostArray<Float>, _ b: HostArray<Float>) -> Float {
      zip(a.elements, b.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }
    for (name, value) in other.parameters {
      let (found, first) = (
        try #require(model.parameters[name]), try #require(start.parameters[name])
      )
      try #require(found.shape == value.shape)
      let moved = distance(value, first)
      #expect(distance(found, value) <= 0.02 * moved + 1e-6, "\(name), moved by \(moved)")
    }
  }

  /// In a convolution most gradients are tiny, and Adam's first steps go by their sign: where rounding turns
  /// one, a parameter differs by a part of the learning rate. So the gradient itself is compared.
  @Test(
    "ranks find the gradient of the joined batch in images and flows",
    arguments: trainings.filter(\.hasIdleBiases))
  func gradients(training: Training) throws {
    var one = training
    one.options.epochs = 1
    one.options.batch = training.data.train.count
    let step = one
    let alone = try #require(try step.run().training).optimizerState
    #expect(alone.keys.contains { $0.hasSuffix(".firstMoment") })
    for model in try ThreadRanks.run(2, { try step.run($0) }).map({ try $0.get() }) {
      let found = try #require(model.training).optimizerState
      #expect(found.keys == alone.keys)
      for (name, expected) in alone where name.hasSuffix(".firstMoment") {
        // After one step a tenth of the gradient, whose norm is 1 in image models.
        let elements = found[name]?.elements ?? []
        let tolerance: Float = training.isOfImages ? 1e-6 : 1e-5
        #expect(agree(elements, expected.elements, tolerance: tolerance), "\(name)")
      }
    }
  }

  private func expectSameLosses(_ model: Model, _ other: Model) throws {
    let ours = try #require(model.training).history.epochs
    let theirs = try #require(other.training).history.epochs
    try #require(ours.count == theirs.count && !theirs.isEmpty)
    for (found, expected) in zip(ours, theirs) {
      #expect((found.val == nil) == (expected.val == nil))
      let pairs =
        [(found.train, expected.train)]
        + [(found.val, expected.val)].compactMap {
          guard let found = $0.0, let expected = $0.1 else { return nil }
          return (found, expected)
        }
      for (index, (found, expected)) in pairs.enumerated() {
        // Of a flow, validation goes by running averages, behind which idle biases drift.
        let isBehind = index == 1 && model.specification.flow != nil
        let tolerance: Float = isBehind ? 2e-3 : 1e-5
        #expect(agree([Float(found.loss)], [Float(expected.loss)], tolerance: tolerance))
        #expect(agree([Float(found.recon)], [Float(expected.recon)], tolerance: tolerance))
      }
    }
  }

  @Test("a batch that doesn't divide among the ranks is refused with sizes that do")
  func indivisible() {
    let training = Self.flat(.vae, batch: 50, ranks: 4)
    for result in ThreadRanks.run(4, { try training.run($0) }) {
      #expect { try result.get() } throws: { "\($0)".contains("batch=48 or batch=52") }
    }
  }

  @Test("NaN on the way stops every rank at the same step with the same error")
  func diverges() throws {
    var wild = Self.flat(.vae, batch: 64)
    wild.options.learningRate = 900
    let training = wild
    let results = ThreadRanks.run(2) { try training.run($0) }
    let texts = results.map { result -> String in
      do {
        _ = try result.get()
        return "no error"
      } catch ModelError.diverged(let divergence) {
        return "\(divergence)"
      } catch {
        return "another error"
      }
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0].contains("step"))
  }

  @Test("a rank that is asked to stop stops all of them after the same step")
  func stops() throws {
    let training = Self.flat(.vae, batch: 64)
    let models = try ThreadRanks.run(2) { collective -> Model in
      var observer = TrainingObserver()
      var steps = 0
      observer.onStep = { _ in steps += 1 }
      observer.shouldStop = { collective.rank == 1 && steps == 4 }
      return try Trainer.train(
        Model(specification: training.specification, seed: 1), on: training.data,
        options: training.options, observer: observer, collective: collective)
    }.map { try $0.get() }
    for model in models {
      #expect(model.training?.ending == .interrupted)
      #expect(model.training?.step == 5)
    }
    #expect(models[0].parameters == models[1].parameters)
  }

  @Test(
    "a checkpoint is written by one rank and taken up by all, to the bytes of an unbroken training")
  func resumes() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ranks-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let training = Self.flat(.mim, batch: 64)
    @Sendable func train(_ collective: any Collective, stopAt last: Int?) throws -> Model {
      var observer = TrainingObserver()
      var steps = 0
      observer.onStep = { _ in steps += 1 }
      observer.shouldStop = { steps == last }
      return try Trainer.train(
        Model(specification: training.specification, seed: 1), on: training.data,
        options: training.options, checkpoint: CheckpointOptions(path: folder + "/c.safetensors"),
        observer: observer, collective: collective)
    }
    _ = try ThreadRanks.run(2) { try train($0, stopAt: 7) }.map { try $0.get() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).contains("c.safetensors"))
    let resumed = try ThreadRanks.run(2) { try train($0, stopAt: nil) }.map { try $0.get() }
    let whole = try ThreadRanks.run(2) { try training.run($0) }.map { try $0.get() }
    for (model, expected) in zip(resumed, whole) {
      #expect(model.parameters == expected.parameters)
      #expect(model.training?.history.epochs == expected.training?.history.epochs)
    }
  }

  @Test("ranks that start from other weights are refused")
  func otherStart() {
    let training = Self.flat(.vae, batch: 64)
    let results = ThreadRanks.run(2) { collective in
      try Trainer.train(
        Model(specification: training.specification, seed: UInt64(collective.rank)),
        on: training.data, options: training.options, collective: collective)
    }
    for result in results {
      #expect { try result.get() } throws: { "\($0)".contains("the ranks have different model") }
    }
  }
}
