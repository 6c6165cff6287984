import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Densities of items alone")
struct FlowDensityTests {
  private static func specification(
    _ flow: FlowChoice, size: Int, kind: ValueKind = .real
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .flow, itemDimensions: [size], valueKind: kind, latentSize: size)
    specification.flow = flow
    return specification
  }

  /// A model whose arrays are far from their first values.
  private static func model(_ specification: ModelSpecification, deviation: Float = 0.6) throws
    -> Model
  {
    let fresh = try Model(specification: specification, seed: 1)
    var values = fresh.parameters
    for (name, value) in values {
      if name.hasSuffix("running_var") {
        values[name] = HostArray(
          (0..<value.count).map { 0.5 + Float($0) / 4 }, shape: value.shape)
      } else {
        values[name] = ParameterInitializer.normal(deviation: deviation)
          .values(shape: value.shape, name: name, seed: 3)
      }
    }
    return try Model(specification: specification, parameters: values)
  }

  /// log p(x) of rows.
  private static func logDensities(_ model: Model, _ rows: HostArray<Float>) throws -> [Double] {
    let graph = Graph()
    let x = graph.constant(rows)
    let density = model.specification.network().likelihood(of: x).logDensity(of: x)
    return try Traced(graph, [density], parameters: model.parameters)(density).map(Double.init)
  }

  static let bitFlows: [FlowChoice] = [
    .made(hidden: 7), .made(hidden: 9, layers: 2, direct: true),
    .made(hidden: 6, masks: 3, order: "random"), .made(hidden: 6, places: [2, 0, 3, 1]),
  ]

  @Test(
    "the probabilities of all patterns of bits add up to 1, and draws have them",
    arguments: bitFlows)
  func bits(flow: FlowChoice) throws {
    let model = try Self.model(Self.specification(flow, size: 4, kind: .binary), deviation: 1.5)
    let patterns = HostArray(
      (0..<16).flatMap { number in (0..<4).map { Float(number >> $0 & 1) } }, shape: [16, 4])
    let probabilities = try Self.logDensities(model, patterns).map(exp)
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    let count = 20_000
    let draws = try model.sample(count, seed: 4).draws
    var found = [Double](repeating: 0, count: 16)
    for row in 0..<count {
      let number = draws.row(row).enumerated().reduce(0) { $0 | Int($1.element) << $1.offset }
      found[number] += 1 / Double(count)
    }
    for (frequency, probability) in zip(found, probabilities) {
      #expect(abs(frequency - probability) < 5 * (probability / Double(count)).squareRoot() + 1e-3)
    }
  }

  static let realFlows: [FlowChoice] = [
    .made(hidden: 7), .made(hidden: 7, components: 3),
    .made(hidden: 7, components: 2, masks: 2, order: "random", direct: true), .maf(2, hidden: 8),
    .realnvp(3, hidden: 8), .maf(1, hidden: 8, isNormalized: false),
  ]

  @Test(
    "a density integrates to 1, and draws fall into each quarter as often as it says",
    arguments: realFlows)
  func integral(flow: FlowChoice) throws {
    let model = try Self.model(Self.specification(flow, size: 2), deviation: 0.3)
    let steps = 400
    let width = 24.0 / Double(steps)
    let axis = (0..<steps).map { -12 + (Double($0) + 0.5) * width }
    let grid = HostArray(
      axis.flatMap { a in axis.flatMap { b in [Float(a), Float(b)] } }, shape: [steps * steps, 2])
    let masses = try Self.logDensities(model, grid).map { exp($0) * width * width }
    #expect(abs(masses.reduce(0, +) - 1) < 0.01, "\(masses.reduce(0, +))")
    func quarter(_ a: Float, _ b: Float) -> Int { (a > 0.3 ? 1 : 0) + (b > -0.2 ? 2 : 0) }
    var expected = [Double](repeating: 0, count: 4)
    for row in 0..<grid.rowCount {
      expected[quarter(grid.elements[2 * row], grid.elements[2 * row + 1])] += masses[row]
    }
    let count = 20_000
    let draws = try model.sample(count, seed: 4).draws
    var found = [Double](repeating: 0, count: 4)
    for row in 0..<count {
      found[quarter(draws.elements[2 * row], draws.elements[2 * row + 1])] += 1 / Double(count)
    }
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 0.02 }, "\(found), \(expected)")
  }

  @Test("no conditional sees a value of its own place or later, in any order")
  func leaks() throws {
    let places = [3, 0, 4, 1, 2]
    for flow in [
      FlowChoice.made(hidden: 20, layers: 2, outputs: "normal", places: places, direct: true),
      .made(hidden: 20, places: places),
    ] {
      let model = try Self.model(Self.specification(flow, size: 5), deviation: 1)
      // p(x) with one place changed: the terms of earlier places stay, so that ratios of densities factor.
      let base: [Float] = [0.3, -0.2, 0.8, 0.1, -0.5]
      func density(_ change: [Int: Float]) throws -> Double {
        var row = base
        for (unit, value) in change { row[unit] = value }
        return try Self.logDensities(model, HostArray(row, shape: [1, 5]))[0]
      }
      // The last place (unit 2) is seen by nobody: changing it changes only its own term, whatever comes before is
      // the same for both values of the first place (unit 1) only if that one is not seen either.
      let last = try density([2: 2]) - density([:])
      let lastLater = try density([2: 2, 1: 1.5]) - density([1: 1.5])
      #expect(abs(last - lastLater) > 1e-4, "the last value sees the first")
      // A normal in its own value: second differences of the last place are constant, whatever its value.
      let second = try density([2: 1]) - 2 * density([2: 0]) + density([2: -1])
      let further = try density([2: 3]) - 2 * density([2: 2]) + density([2: 1])
      #expect(abs(second - further) < 1e-3 * max(1, abs(second)), "\(second), \(further)")
    }
  }

  @Test("with fewer units than values, the last value still sees the one before it and the first")
  func fewUnits() throws {
    let model = try Self.model(
      Self.specification(.maf(1, hidden: 3, isNormalized: false), size: 8), deviation: 1)
    func density(_ change: [Int: Float]) throws -> Double {
      var row = [Float](repeating: 0.5, count: 8)
      for (unit, value) in change { row[unit] = value }
      return try Self.logDensities(model, HostArray(row, shape: [1, 8]))[0]
    }
    for earlier in [0, 6] {
      let alone = try density([7: 2]) - density([:])
      let beside = try density([7: 2, earlier: 3]) - density([earlier: 3])
      #expect(abs(alone - beside) > 1e-4, "\(earlier)")
    }
  }

  @Test(
    "codes of items and items of codes are each other's inverses, and draws are made of N(0, I)",
    arguments: [FlowChoice.maf(3, hidden: 16), .realnvp(4, hidden: 16)])
  func inverses(flow: FlowChoice) throws {
    let model = try Self.model(Self.specification(flow, size: 7), deviation: 0.25)
    let sample = try model.sample(50, seed: 2)
    let codes = try model.encode(sample.draws).draws
    #expect(agree(codes.elements, sample.codes.elements, tolerance: 1e-4))
    let again = try model.decode(codes).means
    #expect(agree(again.elements, sample.draws.elements, tolerance: 1e-4))
  }

  @Test(
    "maximum likelihood finds a mixture that no Gaussian has, and its measures are exact",
    arguments: [
      (FlowChoice.maf(4, hidden: 32), 1.9), (.realnvp(6, hidden: 32), 1.95),
      (.made(hidden: 64, layers: 2, components: 5), 1.75),
    ])
  func trains(flow: FlowChoice, most: Double) throws {
    let data = Small.toy(2048, validation: 512)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (40, 64, 3e-3)
    let specification = Self.specification(flow, size: 2)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let split = try #require(data.test)
    let values = try ModelMetrics.evaluate(model, on: split, of: data, metrics: ["nll", "bpd"])
    let truth = -(try Self.logDensities(model, split.items).reduce(0, +)) / Double(split.count)
    #expect(abs(values[0].value - truth) < 1e-4)
    #expect(abs(values[1].value - truth / (2 * log(2))) < 1e-4)
    #expect(values[0].method.contains("exact"))
    #expect(values[0].value < most, "\(values[0].value)")
    #expect(model.training?.history.epochs.allSatisfy { $0.train.kl == nil } == true)
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.specification == model.specification && again.parameters == model.parameters)
    #expect(ModelMetrics.names(for: specification) == ["nll", "bpd"])
    for name in ["rmse", "kl_qp", "elbo", "active", "mi_q"] {
      #expect(throws: ModelError.self, "\(name)") {
        try ModelMetrics.evaluate(model, on: split, of: data, metrics: [name])
      }
    }
    #expect(throws: ModelError.self) {
      try ImportanceSampling(samples: 5).negativeLogLikelihood(of: model, on: split)
    }
  }

  @Test(
    "training twice n epochs is training 2n: running averages and random masks carry on",
    arguments: [
      FlowChoice.maf(2, hidden: 8), .made(hidden: 8, masks: 4, order: "random"),
    ])
  func continues(flow: FlowChoice) throws {
    let data = Small.points(256, validation: 64)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.keep) = (2, 64, .last)
    let start = try Model(specification: Self.specification(flow, size: 2), seed: 1)
    let half = try Trainer.train(start, on: data, options: options)
    let twice = try Trainer.train(half, on: data, options: options)
    options.epochs = 4
    #expect(try Trainer.train(start, on: data, options: options).parameters == twice.parameters)
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    func problem(
      _ flow: FlowChoice, size: Int = 3, kind: ValueKind = .real,
      _ change: (inout ModelSpecification) -> Void = { _ in }
    ) -> String {
      var specification = Self.specification(flow, size: size, kind: kind)
      change(&specification)
      do {
        try specification.validate()
        return "none"
      } catch { return "\(error)" }
    }
    #expect(problem(.made(places: [0, 0, 1])).contains("each place from 0 to 2 once"))
    #expect(problem(.made(places: [0, 1])).contains("order=random"))
    #expect(problem(.made(places: [2, 0, 1])) == "none")
    #expect(problem(.made(outputs: "bernoulli")).contains("outputs=gmm(10)"))
    #expect(problem(.made(components: 2), kind: .binary).contains("outputs=bernoulli"))
    #expect(problem(.made(hidden: 60_000, layers: 3)).contains("fewer masks"))
    #expect(problem(.realnvp(2), size: 1).contains("flow=made"))
    #expect(problem(.realnvp(2), size: 3) == "none")
    #expect(problem(.maf(2)) { $0.latentSize = 2 }.contains("z"))
    #expect(problem(.maf(2)) { $0.flow = nil }.contains("flow=maf(5)"))
    #expect(
      problem(.maf(2)) {
        $0.objective = .vae
        $0.posterior = .normal
      }.contains("prior=maf(4)"))
    let made = try Self.model(Self.specification(.made(hidden: 4), size: 2))
    let rows = HostArray<Float>([0, 1], shape: [1, 2])
    for attempt in [{ _ = try made.encode(rows) }, { _ = try made.decode(rows) }] {
      #expect(throws: ModelError.self) { try attempt() }
    }
  }
}
