import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Distillation")
struct DistillationTests {
  private static let size = 6
  private static let alpha: Float = 0.8

  private static func specification(
    _ flow: FlowChoice, size: Int = size, kind: ValueKind = .real
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .flow, itemDimensions: [size], valueKind: kind, latentSize: size)
    specification.flow = flow
    return specification
  }

  /// x_t = α x_{t−1} + √(1 − α²) ε as a masked autoencoder: direct weights alone, and with `components` as many equal ones.
  private static func process(components: Int? = nil) throws -> Model {
    let flow =
      components.map { FlowChoice.made(hidden: 4, logistics: $0, direct: true) }
      ?? .made(hidden: 4, outputs: "normal", direct: true)
    let specification = specification(flow)
    var values = try Model(specification: specification, seed: 1).parameters
    let count = components ?? 1
    for (name, value) in values {
      var elements = [Float](repeating: 0, count: value.count)
      let logScale = log((1 - alpha * alpha).squareRoot())
      // Heads: logits for mixtures, means, log-scales; a row for each value.
      let mean = components == nil ? 0 : count
      if name.hasSuffix("direct.weight") {
        for head in mean..<mean + count {
          for place in 1..<size { elements[(head * size + place) * size + place - 1] = alpha }
        }
      } else if value.shape == [value.count],
        value.count == (components == nil ? 2 : 3 * count) * size
      {
        for head in mean + count..<mean + 2 * count {
          for place in 0..<size {
            elements[head * size + place] = place == 0 && components == nil ? 0 : logScale
          }
        }
      }
      values[name] = HostArray(elements, shape: value.shape)
    }
    return try Model(specification: specification, parameters: values)
  }

  private static func distil(
    _ flow: FlowChoice, from teacher: Model, epochs: Int,
    _ distillation: DistillationOptions = DistillationOptions()
  ) throws -> Model {
    let data = try Trainer.distillationData(
      of: teacher, items: 2048, validation: 512, seed: 1, threads: 1)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (epochs, 64, 3e-3)
    options.warmup = 0
    options.patience = epochs
    return try Trainer.distill(
      Model(specification: specification(flow), seed: 2), from: teacher, on: data,
      distillation: distillation, options: options)
  }

  private static func validationLoss(_ model: Model) throws -> Double {
    try #require(model.training?.bestLoss)
  }

  @Test(
    "a flow learns an autoregressive teacher: KL near 0, and draws with its correlations",
    arguments: [(FlowChoice.iaf(2, hidden: 24), 0.02), (.realnvp(4, hidden: 24), 0.06)])
  func learns(flow: FlowChoice, most: Double) throws {
    // The KL bounds how far the correlations are.
    let tolerance = 3 * most.squareRoot() / 4
    let student = try Self.distil(flow, from: Self.process(), epochs: 30)
    let loss = try Self.validationLoss(student)
    #expect(loss < most, "\(loss)")
    let draws = try student.sample(20_000, seed: 5).draws
    func correlation(_ a: Int, _ b: Int) -> Double {
      var sum = 0.0
      for row in 0..<draws.rowCount {
        let item = draws.row(row)
        sum += Double(item[item.startIndex + a]) * Double(item[item.startIndex + b])
      }
      return sum / Double(draws.rowCount)
    }
    for (a, b) in [(0, 1), (2, 4), (1, 5), (3, 3)] {
      let (found, expected) = (correlation(a, b), pow(Double(Self.alpha), Double(b - a)))
      #expect(abs(found - expected) < tolerance, "\(a), \(b): \(found)")
    }
  }

  @Test(
    "the closed form, several draws and one draw estimate one divergence, that of the densities")
  func estimates() throws {
    let teacher = try Self.process()
    let student = try Model(specification: Self.specification(.iaf(2, hidden: 8)), seed: 3)
    // −E log p_T(x) + E log p_S(x) of the student's draws, each density by its own way.
    let draws = try student.sample(4000, seed: 7).draws
    func mean(_ model: Model) throws -> Double {
      let graph = Graph()
      let x = graph.constant(draws)
      let density = model.specification.network().likelihood(of: x).logDensity(of: x)
      let values = try Traced(graph, [density], parameters: model.parameters)(density)
      return values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    let expected = try mean(student) - mean(teacher)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.keep) = (1, 512, 1e-9, .last)
    let data = try Trainer.distillationData(
      of: teacher, items: 4096, validation: 512, seed: 1, threads: 1)
    let loss = try #require(
      Trainer.distill(student, from: teacher, on: data, options: options)
        .training?.history.epochs.first?.train.loss)
    #expect(abs(loss - expected) < 0.05 * max(1, expected), "\(loss), \(expected)")
  }

  @Test("a logistic student learns a teacher of logistic distributions by several draws")
  func logistic() throws {
    let teacher = try Self.process(components: 2)
    let student = try Self.distil(.iaf(2, hidden: 24, isLogistic: true), from: teacher, epochs: 30)
    let loss = try Self.validationLoss(student)
    #expect(loss < 0.1 && loss > -0.1, "\(loss)")
    #expect(!student.specification.hasCodes)
    // Scales of logistic noise: its deviation is π/√3 times as large.
    let draws = try student.sample(20_000, seed: 5).draws
    let first: [Double] = (0..<draws.rowCount).map { Double(draws.elements[$0 * Self.size]) }
    let variance: Double = first.reduce(0) { $0 + $1 * $1 } / Double(first.count)
    let scale = 1 - Double(Self.alpha * Self.alpha)
    let expected: Double = scale * Double.pi * Double.pi / 3
    #expect(abs(variance / expected - 1) < 0.1, "\(variance)")
  }

  @Test("codes of items and items of codes of an inverse autoregressive flow are inverses")
  func inverse() throws {
    let model = try Model(specification: Self.specification(.iaf(3, hidden: 12)), seed: 4)
    let sample = try model.sample(30, seed: 1)
    let codes = try model.encode(sample.draws).draws
    #expect(agree(codes.elements, sample.codes.elements, tolerance: 1e-4))
    #expect(agree(try model.decode(codes).means.elements, sample.draws.elements, tolerance: 1e-4))
  }

  @Test(
    "items far from all draws have a density of 0: the likelihood is infinite, not NaN, and says so"
  )
  func farItems() throws {
    let specification = Self.specification(.iaf(4, hidden: 12))
    var values = try Model(specification: specification, seed: 4).parameters
    for (name, value) in values where name.hasSuffix("weight") {
      values[name] = HostArray(value.elements.map { $0 * 40 }, shape: value.shape)
    }
    let model = try Model(specification: specification, parameters: values)
    let items = HostArray([Float](repeating: 1e4, count: 2 * Self.size), shape: [2, Self.size])
    let split = DataSplit(role: .test, items: items)
    let data = Dataset(
      name: "far", train: DataSplit(role: .train, items: items), test: split, valueKind: .real)
    for value in try ModelMetrics.evaluate(model, on: split, of: data, metrics: ["nll", "bpd"]) {
      #expect(value.value == .infinity && value.standardError == nil, "\(value.value)")
      #expect(value.caveat?.contains("2 of 2 items") == true)
    }
  }

  @Test("pairs that can't learn from each other are refused, with what to use instead")
  func refused() throws {
    func problem(
      _ student: ModelSpecification, _ teacher: ModelSpecification
    ) -> String {
      do {
        try Trainer.checkDistillation(student, from: teacher)
        return "none"
      } catch { return "\(error)" }
    }
    let made = Self.specification(.made(hidden: 8))
    let iaf = Self.specification(.iaf(2))
    #expect(problem(iaf, made) == "none")
    #expect(problem(Self.specification(.iaf(2), size: 4), made).contains("makes 4 values"))
    #expect(problem(Self.specification(.maf(2)), made).contains("flow=iaf(4)"))
    #expect(problem(iaf, iaf).contains("as teacher"))
    #expect(problem(iaf, Self.specification(.made(hidden: 8), kind: .binary)).contains("binary"))
    #expect(problem(Small.specification(.vae), made).contains("has no p(x) of its own"))
    // Maximum likelihood of it, or its density of many values, would take a pass for each value.
    do {
      try Trainer.check(
        Self.specification(.iaf(2), size: 2), on: Small.points(), options: TrainingOptions())
      Issue.record("trained by maximum likelihood")
    } catch { #expect("\(error)".contains("distill STUDENT TEACHER")) }
    let long = try Model(specification: Self.specification(.iaf(8, hidden: 4), size: 200), seed: 1)
    #expect(throws: ModelError.self) {
      try long.encode(HostArray(repeating: 0, shape: [1, 200]))
    }
  }
}
