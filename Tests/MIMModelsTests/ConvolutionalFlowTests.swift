import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Convolutional inverse autoregressive flows as q(z|x)")
struct ConvolutionalFlowTests {
  private static func specification(
    _ objective: ObjectiveChoice = .vae, count: Int = 2, channels: Int = 2,
    encoder: NetworkChoice = .residual(blocks: 0, channels: 6)
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: [1, 8, 8], valueKind: .binary, latentSize: 1)
    specification.encoder = encoder
    specification.decoder = .residual(blocks: 0, channels: 6)
    specification.posterior = .iafMap(count, channels: channels, hidden: 2 * channels)
    specification.latentSize = specification.mapUnits ?? 1
    return specification
  }

  private static func model(_ specification: ModelSpecification) throws -> Model {
    var parameters = try Model(specification: specification, seed: 2).parameters
    for (name, value) in parameters where name.contains(".flows.") && !name.hasSuffix(".V") {
      let noise = ParameterInitializer.normal(deviation: 1)
        .values(shape: value.shape, name: name, seed: 5)
      parameters[name] = HostArray(
        zip(value.elements, noise.elements).map {
          name.hasSuffix(".g") ? $0 + 1 + $1 : $0 + $1
        }, shape: value.shape)
    }
    return try Model(specification: specification, parameters: parameters)
  }

  private static func items(_ count: Int) -> HostArray<Float> {
    var random = RandomStream(seed: 3, stream: "items")
    return HostArray(
      (0..<count * 64).map { _ in random.uniform() < 0.5 ? 0 : 1 }, shape: [count, 64])
  }

  @Test(
    "a draw's density is that of its noise over |det| of the dense Jacobian, and that of its value by the inverse",
    arguments: [(1, 3), (2, 2), (3, 1)])
  func densities(count: Int, channels: Int) throws {
    let specification = Self.specification(count: count, channels: channels)
    let units = 4 * channels
    #expect(specification.latentSize == units)
    let model = try Self.model(specification)
    let graph = Graph()
    let posterior = specification.network().posterior(
      of: graph.constant(Self.items(2)), sharing: SharedParts())
    let noise = graph.parameter("noise", shape: [2, units])
    let draw = posterior.draw(from: .given(["z": noise], in: graph), stream: "z")
    let (own, parts) = (
      try #require(draw.logDensity), try #require(draw.logDensityPerChannel)
    )
    let again = posterior.logDensity(of: draw.value)
    let rebuilt = posterior.rebuilt(from: posterior.parts).logDensity(of: draw.value)
    let rows = try (0..<units).map { unit in
      try graph.gradients(
        of: draw.value.slice(axis: 1, range: unit..<unit + 1).sum(), withRespectTo: [noise])[0]
    }
    var random = RandomStream(seed: 8, stream: "noise")
    let start = random.normals(2 * units)
    let run = try Traced(
      graph, [own, parts, again, rebuilt] + rows,
      parameters: model.parameters.merging(["noise": HostArray(start, shape: [2, units])]) { $1 })
    for item in 0..<2 {
      let jacobian = rows.flatMap { row in
        (0..<units).map { Double(run(row)[item * units + $0]) }
      }
      let stretch = LUFactors(jacobian, size: units).diagonal.reduce(0) { $0 + log(abs($1)) }
      let square = start[item * units..<(item + 1) * units].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      let expected = -0.5 * square - 0.5 * Double(units) * log(2 * Double.pi) - stretch
      #expect(abs(Double(run(own)[item]) - expected) < 1e-4 * max(1, abs(expected)))
      let sum = run(parts)[item * channels..<(item + 1) * channels].reduce(0, +)
      #expect(abs(sum - run(own)[item]) < 1e-4 * max(1, abs(sum)))
    }
    #expect(agree(run(again), run(own), tolerance: 1e-4))
    #expect(run(rebuilt) == run(again))
  }

  @Test("each channel has the density of its own units at all places")
  func channels() throws {
    let specification = Self.specification(count: 2, channels: 2)
    var parameters = try Model(specification: specification, seed: 2).parameters
    // Flows that do nothing, and a normal for each channel, the same for every item and place.
    for (name, value) in parameters
    where name.contains(".flows.") || name.hasPrefix("q_z.fc_") {
      let isGain = name.hasSuffix(".g")
      parameters[name] = HostArray(repeating: isGain ? -40 : 0, shape: value.shape)
    }
    parameters["q_z.fc_loc.bias"] = HostArray([1, -2], shape: [2])
    parameters["q_z.fc_logscale.bias"] = HostArray([0, -1], shape: [2])
    let graph = Graph()
    let posterior = specification.network().posterior(
      of: graph.constant(Self.items(1)), sharing: SharedParts())
    let draw = posterior.draw(from: .fresh(in: graph, prefix: ""), stream: "z")
    let parts = try #require(draw.logDensityPerChannel)
    let run = try Traced(graph, [draw.value, parts], parameters: parameters, seed: 4)
    let z = run(draw.value)
    for (channel, normal) in [(1.0, 1.0), (-2, exp(-1))].enumerated() {
      // Place after place, each with both channels.
      let expected = (0..<4).reduce(0.0) { sum, place in
        let standard = (Double(z[2 * place + channel]) - normal.0) / normal.1
        return sum - 0.5 * standard * standard - log(normal.1) - 0.5 * log(2 * Double.pi)
      }
      #expect(abs(Double(run(parts)[channel]) - expected) < 1e-4 * abs(expected))
    }
  }

  @Test(
    "free bits for its channels keep what a VAE gives up, and the model is saved, drawn from and measured",
    arguments: [NetworkChoice.residual(blocks: 0, channels: 6), .conv],
    [PriorChoice.normal, .learned])
  func trains(encoder: NetworkChoice, prior: PriorChoice) throws {
    let data = BinaryPictures.binary(64)
    let shape = data.train.items.shape.dimensions
    var specification = Self.specification(
      .freeBits(3, of: .channels), count: 1, encoder: encoder)
    specification.itemDimensions = Array(shape.dropFirst())
    specification.latentSize = try #require(specification.mapUnits)
    specification.prior = prior
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (15, 16, 5e-3)
    (options.keep, options.patience, options.warmup) = (.last, nil, 0)
    func train(_ objective: ObjectiveChoice) throws -> Model {
      specification.objective = objective
      return try Trainer.train(
        Model(specification: specification, seed: 1), on: data, options: options)
    }
    func rate(_ model: Model) throws -> Double {
      try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["rate"])[0].value
    }
    // The pixels are noise: a VAE keeps nothing of them.
    let collapsed = try rate(train(.vae))
    let trained = try train(.freeBits(3, of: .channels))
    let losses = try #require(trained.training?.history.column("loss"))
    #expect(try #require(losses.last) < losses[0])
    let model = try Model(safetensors: trained.safetensors(), path: "m")
    #expect(model.parameters == trained.parameters)
    #expect(try model.sample(5, seed: 1).draws.shape == Shape([5] + shape.dropFirst()))
    let names = ModelMetrics.names(for: specification)
    #expect(names.contains("rate") && !names.contains("mi_q") && !names.contains("kl_pq"))
    let kept = try rate(model)
    #expect(kept > 2 * collapsed + 0.3, "\(kept), \(collapsed)")
    let bound = try ModelMetrics.evaluate(
      model, on: data.train, of: data, metrics: ["nll"])[0].value
    #expect(bound.isFinite)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["mi_q"])
    }
  }

  @Test("symmetric MIM takes it where the inverse is short")
  func symmetric() throws {
    let data = BinaryPictures.binary(32)
    var specification = Self.specification(.mim, count: 1)
    specification.itemDimensions = Array(data.train.items.shape.dimensions.dropFirst())
    specification.latentSize = try #require(specification.mapUnits)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.warmup, options.keep) = (1, 16, 0, .last)
    let trained = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    #expect(trained.training?.history.column("loss")?.allSatisfy(\.isFinite) == true)
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    for (part, change): (String, (inout ModelSpecification) -> Void) in [
      ("use z=8", { $0.latentSize = 6 }),
      ("posterior=iaf(4)", { $0.encoder = .mlp([8]) }),
      (
        "levels=1",
        {
          $0.latentSizes = [8, 2]; $0.anchor = .learned; $0.encoder = .conv
        }
      ),
      ("use hidden=2", { $0.posterior = .iafMap(1, channels: 2, hidden: 3) }),
      (
        "the kind amim",
        {
          $0.objective = .mim
          $0.posterior = .iafMap(64, channels: 2, hidden: 4)
        }
      ),
      ("posterior=normal", { $0.objective = .iwae(3, isDoublyReparameterised: true) }),
      (
        "posterior=iaf_map(2)",
        {
          $0.objective = .freeBits(1, of: .channels)
          ($0.posterior, $0.latentSize) = (.normal, 8)
        }
      ),
      (
        "prior=normal",
        {
          $0.objective = .freeBits(1, of: .channels)
          $0.prior = .realnvp(2)
        }
      ),
    ] {
      var specification = Self.specification()
      change(&specification)
      try expectRefusal(specification, naming: part)
    }
  }
}
