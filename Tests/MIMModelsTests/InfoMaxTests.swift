import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Deep InfoMax")
struct InfoMaxTests {
  private static func specification(
    _ data: Dataset, _ objective: ObjectiveChoice, z: Int = 2
  ) -> ModelSpecification {
    ModelSpecification(
      objective: objective, itemDimensions: data.itemShape.dimensions, valueKind: data.valueKind,
      latentSize: z, hidden: [32])
  }

  private static func trained(
    _ objective: ObjectiveChoice, epochs: Int, on data: Dataset = Small.toy(512, validation: 128)
  ) throws -> Model {
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (epochs, 64, 3e-3, 0)
    (options.keep, options.patience) = (.last, nil)
    return try Trainer.train(
      Model(specification: specification(data, objective), seed: 1), on: data, options: options)
  }

  /// 8×8 pictures: a bright quarter says the class, the rest is noise.
  private static func pictures(_ count: Int = 64) -> Dataset {
    var stream = RandomStream(seed: 3, stream: "pictures")
    var (items, labels): ([Float], [Int32]) = ([], [])
    for _ in 0..<count {
      let label = stream.integer(below: 4)
      labels.append(Int32(label))
      for place in 0..<64 {
        let quarter = place / 32 * 2 + place % 8 / 4
        items.append(stream.uniform() < (quarter == label ? 0.9 : 0.2) ? 1 : 0)
      }
    }
    let split = DataSplit(
      role: .train, items: HostArray(items, shape: [count, 1, 8, 8]), labels: labels)
    return Dataset(name: "pictures", train: split, valueKind: .binary)
  }

  @Test("codes come to know their items, by every bound", arguments: ["infonce", "jsd", "dv"])
  func learns(bound: String) throws {
    let model = try Self.trained(.dim(bound, prior: 0, units: 32), epochs: 12)
    let history = try #require(model.training?.history)
    let losses = try #require(history.column("local"))
    let (first, last) = (try #require(losses.first), try #require(losses.last))
    #expect(last < first - 0.2, "\(bound): \(first) to \(last)")
    // One of 64 items is the right one: chance is log 64, and nothing is below 0.
    if bound == "infonce" { #expect(last > 0 && last < log(64)) }
    #expect(history.extraColumns == ["local"] && history.column("loss") == losses)
    let validated = try #require(history.column("local", split: "val")?.last)
    #expect(abs(validated - last) < 1)
  }

  @Test("matching draws σ(codes) to the uniform: their moments are nearer to it than without")
  func matching() throws {
    func distance(_ weight: Double) throws -> Double {
      let data = Small.toy(512, validation: 128)
      let model = try Self.trained(
        .dim("infonce", prior: weight, units: 32, hidden: 32), epochs: 25, on: data)
      let codes = try model.encode(try #require(data.test).items).draws
      let squashed = codes.elements.map { 1 / (1 + exp(-Double($0))) }
      let mean = squashed.reduce(0, +) / Double(squashed.count)
      let spread = squashed.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(squashed.count)
      return abs(mean - 0.5) + abs(spread.squareRoot() - (1.0 / 12).squareRoot())
    }
    let (free, matched) = (try distance(0), try distance(3))
    #expect(matched < free, "\(matched) with matching, \(free) without")
  }

  @Test("the encoder's loss leaves the discriminator as it is, and the discriminator's the encoder")
  func players() throws {
    let data = Small.toy(256, validation: nil)
    func step(rate: Double) throws -> (start: Model, end: Model) {
      let start = try Model(
        specification: Self.specification(
          data, .dim(prior: 1, units: 8, hidden: 8, rate: rate)), seed: 1)
      var options = TrainingOptions()
      (options.epochs, options.batch, options.learningRate) = (1, 256, 1e-3)
      (options.keep, options.warmup) = (.last, 0)
      return (start, try Trainer.train(start, on: data, options: options))
    }
    let (start, slow) = try step(rate: 1e-3)
    let (_, fast) = try step(rate: 10)
    func moved(_ model: Model, _ prefix: String) -> Float {
      start.parameters.filter { $0.key.hasPrefix(prefix) }.reduce(0) { most, entry in
        let now = model.parameters[entry.key]?.elements ?? []
        return max(most, zip(now, entry.value.elements).map { abs($0 - $1) }.max() ?? 0)
      }
    }
    // Adam's first step is as long as its rate.
    #expect(moved(slow, "prior.") > 0 && moved(slow, "prior.") < 2e-6)
    #expect(abs(moved(fast, "prior.") - 1e-2) < 1e-3)
    #expect(moved(slow, "q_z_given_x") > 5e-4)
    for (name, values) in slow.parameters where !name.hasPrefix("prior.") {
      #expect(fast.parameters[name] == values, "\(name) doesn't depend on the discriminator's rate")
    }
  }

  @Test("each weight and size counts")
  func arguments() throws {
    let data = Small.toy(128, validation: nil)
    func loss(_ objective: ObjectiveChoice) throws -> Double {
      try #require(
        Self.trained(objective, epochs: 2, on: data).training?.history.column("loss")?.last)
    }
    let plain = try loss(.dim(units: 8, hidden: 8))
    for other in [
      ObjectiveChoice.dim("dv", units: 8, hidden: 8), .dim(local: 2, units: 8, hidden: 8),
      .dim(global: 1, units: 8, hidden: 8), .dim(prior: 2, units: 8, hidden: 8),
      .dim(units: 9, hidden: 8), .dim(units: 8, hidden: 9), .dim(units: 8, hidden: 8, rate: 9),
    ] {
      #expect(try loss(other) != plain, "\(other)")
    }
  }

  @Test("it has codes and their measures, and nothing that a decoder or a density would give")
  func measures() throws {
    let data = Small.toy(512, validation: 128)
    let model = try Self.trained(.dim(units: 16, hidden: 16), epochs: 1, on: data)
    let test = try #require(data.test)
    let codes = try model.encode(test.items, seed: 2)
    #expect(codes.draws.elements.allSatisfy(\.isFinite) && codes.draws == codes.means)
    let found = try ModelMetrics.measureWhatIsThere(
      model, on: test, of: data, metrics: ModelMetrics.names)
    #expect(
      found.values.map(\.name) == ["active"]
        && ModelMetrics.names(for: model.specification) == ["active"])
    #expect(found.missing.count == ModelMetrics.names.count - 1)
    #expect(found.missing.values.allSatisfy { $0.contains("encoder alone") })
    #expect(found.collapse.meanVariance.count == 2 && found.collapse.priorMean == [0, 0])
    #expect(throws: ModelError.self) { try model.decode(codes.draws) }
    #expect(throws: ModelError.self) { try model.sample(3) }
    #expect(throws: ModelError.self) { try model.sample(3, near: codes.draws, radius: 1) }
    #expect(throws: ModelError.self) { try model.reconstruct(test.items) }
    #expect(throws: ModelError.self) { try model.latentGrid(steps: 3) }
    #expect(throws: ModelError.self) { try model.interpolatePairs(test.items, steps: 3) }
    #expect(throws: ModelError.self) {
      try ImportanceSampling(samples: 2).negativeLogLikelihood(of: model, on: test)
    }
  }

  @Test("a code doesn't depend on what other items are encoded with it, and a file keeps it")
  func codes() throws {
    let data = Small.toy(512, validation: 128)
    let model = try Self.trained(.dim(units: 16, hidden: 16), epochs: 1, on: data)
    let items = try #require(data.test).items
    let all = try model.encode(items).draws
    #expect(try model.encode(items.rows(0..<1)).draws.row(0) == all.row(0))
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.specification == model.specification)
    #expect(again.training?.history.column("local") == model.training?.history.column("local"))
    #expect(try again.encode(items).draws == all)
  }

  @Test("images are compared place by place, or as a whole")
  func places() throws {
    let data = Self.pictures()
    for (local, global) in [(1.0, 0.0), (0, 1), (1, 1)] {
      var specification = Self.specification(
        data, .dim(local: local, global: global, units: 8, hidden: 8), z: 3)
      (specification.encoder, specification.decoder) = (.conv, .conv)
      var options = TrainingOptions()
      (options.epochs, options.batch, options.keep) = (1, 8, .last)
      let model = try Trainer.train(
        Model(specification: specification, seed: 1), on: data, options: options)
      // 64 channels at 2×2 places.
      let places = model.parameters["local_features.first.weight"]?.shape
      let whole = model.parameters["global_features.first.weight"]?.shape
      #expect(places == (local > 0 ? [8, 64] : nil) && whole == (global > 0 ? [8, 256] : nil))
      #expect(try model.encode(data.train.items).draws.shape == [64, 3])
      #expect(model.training?.history.epochs.allSatisfy { $0.train.loss.isFinite } == true)
    }
  }

  @Test("the map holds the places of each item: local scores of two items are those of each place")
  func scores() throws {
    let graph = Graph()
    let codes = graph.constant(HostArray([1, 0, 0, 2], shape: [2, 2]))
    // Two items with two places each; u = code · feature.
    let features = graph.constant(HostArray([3, 5, 1, 0, 4, 1, 2, 6], shape: [4, 2]))
    let scores = FeatureScores(codes: codes, features: features)
    let bounds = [scores.donskerVaradhan, scores.infoNCE, scores.jensenShannon]
    let run = try Traced(graph, bounds)
    // Own: 3 1 | 2 12; others: 4 2 | 10 0.
    let (own, others): ([Double], [Double]) = ([3, 1, 2, 12], [4, 2, 10, 0])
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let dv = log(mean(others.map { exp($0) })) - mean(own)
    let sums: [Double] = [4.0, 4, 10, 10].map { $0 == 4 ? exp($0) + exp(2.0) : exp($0) + 1 }
    let nce = mean(zip(own, sums).map { -log(exp($0) / (exp($0) + $1)) })
    func softplus(_ value: Double) -> Double { log(1 + exp(value)) }
    let jsd = mean(others.map { softplus($0) - log(2) }) - mean(own.map { log(2) - softplus(-$0) })
    #expect(agree(run(bounds[0]), [Float(dv)]))
    #expect(agree(run(bounds[1]), [Float(nce)]))
    #expect(agree(run(bounds[2]), [Float(jsd)]))
  }

  @Test("what it can't be beside is refused, with what to do instead")
  func refusals() throws {
    let data = Small.toy(64, validation: nil)
    for (part, change): (String, (inout ModelSpecification) -> Void) in [
      ("local=1", { $0.objective = .dim(local: 0, global: 0) }),
      ("leave out", { $0.posterior = .normal }), ("levels=1", { $0.latentSizes = [2, 2] }),
      ("enc=mlp", { $0.encoder = .conv }), ("entropy term", { $0.entropy = .flip }),
    ] {
      var specification = Self.specification(data, .dim())
      change(&specification)
      try expectRefusal(specification, naming: part)
    }
    var options = TrainingOptions()
    options.batch = 1
    #expect(throws: ModelError.self) {
      try Trainer.check(Self.specification(data, .dim()), on: data, options: options)
    }
  }
}
