import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Masked autoencoders over codes")
struct MaskedCodeTests {
  private static func specification(
    _ count: Int, of classes: Int, prior: PriorChoice, decay: Double? = nil
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .vqvae, itemDimensions: [2], valueKind: .real, latentSize: count)
    specification.posterior = .vq(classes, dim: 1, decay: decay)
    (specification.encoder, specification.decoder) = (.mlp([16]), .mlp([16]))
    specification.prior = prior
    return specification
  }

  @Test("log p(k) and all its gradients are PyTorch's, conditional after conditional")
  func reference() throws {
    let fixture = try Fixtures.arrays("masked-codes")
    let numbers = try #require(fixture["numbers"])
    let specification = Self.specification(
      4, of: 5, prior: .made(hidden: 7, layers: 2, channels: 3))
    var values = try Model(specification: specification, seed: 1).parameters
    // Code k is the number k.
    values["codebook.codes"] = HostArray((0..<5).map(Float.init), shape: [5, 1])
    let names = fixture.keys.filter { $0.hasPrefix("parameter.") }.sorted()
      .map { String($0.dropFirst("parameter.".count)) }
    #expect(Set(names.map { "p_z.\($0)" }) == Set(values.keys.filter { $0.hasPrefix("p_z.") }))
    for name in names { values["p_z.\(name)"] = fixture["parameter.\(name)"] }
    let graph = Graph()
    let prior = try #require(
      specification.network().prior(
        in: graph, batch: numbers.rowCount, sharing: SharedParts()))
    let density = prior.logDensity(of: graph.constant(numbers))
    let gradients = try graph.gradients(
      of: density.sum(),
      withRespectTo: names.map {
        graph.parameter("p_z.\($0)", shape: try #require(fixture["parameter.\($0)"]).shape)
      })
    let run = try Traced(graph, [density] + gradients, parameters: values)
    #expect(agree(run(density), try #require(fixture["density"]).elements))
    for (name, gradient) in zip(names, gradients) {
      #expect(agree(run(gradient), try #require(fixture["gradient.\(name)"]).elements), "\(name)")
    }
  }

  @Test(
    "the probabilities of all codes add up to 1, and draws are as frequent as they say",
    arguments: [(1, 3), (4, 3), (6, 2)])
  func frequencies(places: Int, classes: Int) throws {
    let specification = Self.specification(
      places, of: classes, prior: .made(hidden: 9, layers: 2, channels: 4))
    var parameters = try Model(specification: specification, seed: 2).parameters
    for (name, value) in parameters where name.hasPrefix("p_z.") {
      parameters[name]?.elements = value.elements.map { 3 * $0 }
    }
    parameters["codebook.codes"] = HostArray(
      (0..<classes).map { Float($0) * 2 - 1 }, shape: [classes, 1])
    let model = try Model(specification: specification, parameters: parameters)
    let all = (0..<places).reduce(1) { product, _ in product * classes }
    func digits(_ number: Int) -> [Int] {
      var rest = number
      return (0..<places).map { _ in
        defer { rest /= classes }
        return rest % classes
      }
    }
    let count = 6000
    let graph = Graph()
    func prior(_ batch: Int) throws -> any Distribution {
      try #require(
        specification.network().prior(in: graph, batch: batch, sharing: SharedParts()))
    }
    let codes = (0..<all).flatMap { digits($0).map { Float($0) * 2 - 1 } }
    let density = try prior(all).logDensity(
      of: graph.constant(HostArray(codes, shape: [all, places])))
    let draws = try prior(count).draw(from: .fresh(in: graph, prefix: ""), stream: "z").value
    let run = try Traced(graph, [density, draws], parameters: parameters)
    let probabilities = run(density).map { exp(Double($0)) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    #expect((probabilities.max() ?? 0) > 1.5 / Double(all), "far from uniform")
    for drawn in [try model.sample(count, seed: 4).codes.elements, run(draws)] {
      var found = [Double](repeating: 0, count: all)
      for row in 0..<count {
        let number = (0..<places).reversed().reduce(0) {
          $0 * classes + Int((drawn[places * row + $1] + 1) / 2)
        }
        found[number] += 1 / Double(count)
      }
      for (probability, frequency) in zip(probabilities, found) {
        let error = (probability * (1 - probability) / Double(count)).squareRoot()
        #expect(abs(frequency - probability) < 5 * error + 1e-6, "\(probability) \(frequency)")
      }
    }
  }

  /// Points in four spots, of which two are three times as frequent as the others.
  private static func spots(_ count: Int) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var random = RandomStream(seed: 6, stream: "spots \(role.rawValue)")
      let points = (0..<count).flatMap { _ -> [Float] in
        let side: Float = random.uniform() < 0.5 ? -1 : 1
        let same = random.uniform() < 0.75
        return [side, same ? side : -side].map { $0 + 0.1 * Float(random.normal()) }
      }
      return DataSplit(role: role, items: HostArray(points, shape: [count, 2]))
    }
    return Dataset(
      name: "spots", train: split(.train, count), val: split(.val, 512),
      test: split(.test, 2048), valueKind: .real)
  }

  @Test(
    "trained beside the rest, its rate is the entropy of the codes, and samples are as the data")
  func learns() throws {
    let data = Self.spots(2048)
    var specification = Self.specification(
      2, of: 4, prior: .made(hidden: 32, layers: 2, channels: 8), decay: 0.9)
    specification.likelihood = .fixed(0.1)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate) = (30, 64, 5e-3)
    (options.keep, options.patience) = (.last, nil)
    let trained = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let model = try Model(safetensors: trained.safetensors(), path: "m")
    #expect(model.parameters == trained.parameters)
    let test = try #require(data.test)
    // The entropy of the pairs of codes that items have, counted.
    let codes = try model.encode(test.items).draws
    var counts: [[Float]: Int] = [:]
    for row in 0..<codes.rowCount { counts[Array(codes.row(row)), default: 0] += 1 }
    let entropy = counts.values.reduce(0.0) {
      let share = Double($1) / Double(codes.rowCount)
      return $0 - share * log(share)
    }
    let (values, _) = try ModelMetrics.measure(
      model, on: test, of: data, metrics: ["rate", "nll", "distortion"])
    let rate = values[0].value
    // Cross-entropy is entropy and a divergence: no less but for the counts of a finite test.
    #expect(rate > entropy - 0.02 && rate < entropy + 0.1, "\(rate), \(entropy)")
    #expect(abs(values[1].value - values[2].value - rate) < 1e-3)
    let draws = try model.sample(4000, seed: 3).draws
    var same = 0
    for row in 0..<draws.rowCount {
      let item = Array(draws.row(row))
      same += item[0] * item[1] > 0 ? 1 : 0
    }
    #expect(abs(Double(same) / 4000 - 0.75) < 0.05, "\(same)")
    #expect(trained.training?.history.column("codes") != nil)
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    var specification = Self.specification(4, of: 4, prior: .made(hidden: 8))
    specification.objective = .vae
    specification.posterior = .normal
    try expectRefusal(specification, naming: "prior=maf(4)")
    specification = Self.specification(2048, of: 4096, prior: .made(hidden: 64))
    try expectRefusal(specification, naming: "prior=pixelcnn")
  }
}
