import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Rate and distortion")
struct RateDistortionTests {
  private func measure(
    _ names: [String], model: Model, data: Dataset
  ) throws -> [String: MetricValue] {
    let values = try ModelMetrics.evaluate(
      model, on: data.train, of: data, metrics: names, seed: 1)
    return Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0) })
  }

  @Test("a linear Gaussian model has the closed forms, and q(z) = p(z)")
  func closedForms() throws {
    let values = try measure(
      ["rate", "distortion", "marginal_kl", "mi_q"], model: EvaluationTests.linear(),
      data: EvaluationTests.data())
    let noise = EvaluationTests.noise
    let variance = EvaluationTests.slope * EvaluationTests.slope + noise * noise
    // The posterior is exact, so q(z) is the prior and the rate is I(x; z) = ½ log(variance/noise²).
    let information = 0.5 * log(variance / (noise * noise))
    let distortion = 0.5 * log(2 * .pi * noise * noise) + 0.5
    let expected = [
      "rate": information, "distortion": distortion, "mi_q": information, "marginal_kl": 0,
    ]
    for (name, value) in expected {
      let found = try #require(values[name])
      #expect(abs(found.value - value) < 4 * (found.standardError ?? 0) + 0.005, "\(name)")
    }
  }

  @Test("rate is I_q plus marginal KL, also where q(z) is far from the prior")
  func identity() throws {
    var parameters = try EvaluationTests.linear().parameters
    parameters["q_z_given_x.0.fc_loc.bias"] = HostArray([1.5], shape: [1])
    let model = try Model(
      specification: EvaluationTests.linear().specification, parameters: parameters)
    let values = try measure(
      ["rate", "marginal_kl", "mi_q", "kl_qp"], model: model, data: EvaluationTests.data(1000))
    let sum = try #require(values["mi_q"]).value + (try #require(values["marginal_kl"])).value
    let rate = try #require(values["rate"])
    // By one draw per item the identity holds item by item; the closed form differs by its noise.
    #expect(abs(sum - rate.value) < 0.15)
    // q(z) is N(1.5, 1) now: KL = 1.5²/2.
    let marginal = try #require(values["marginal_kl"])
    #expect(abs(marginal.value - 1.125) < 4 * (marginal.standardError ?? 0) + 0.02)
    #expect(marginal.count == 896, "whole blocks of 128")
  }

  @Test("one item carries no information: I_q is at most log n")
  func fewItems() throws {
    let data = EvaluationTests.data(1)
    let values = try measure(["mi_q", "marginal_kl"], model: EvaluationTests.linear(), data: data)
    #expect(abs(try #require(values["mi_q"]).value) < 1e-5)
  }

  @Test(
    "where an inverse flow overflows at other items' codes, I_q is still a number of at most log n")
  func overflow() throws {
    var specification = ModelSpecification(
      objective: .vae, itemDimensions: [20], valueKind: .real, latentSize: 8, hidden: [16])
    specification.posterior = .iaf(2)
    let start = try Model(specification: specification, seed: 1)
    let model = try Model(
      specification: specification,
      parameters: start.parameters.mapValues { table in
        HostArray(table.elements.map { 40 * $0 }, shape: table.shape)
      })
    var stream = RandomStream(seed: 3, stream: "items")
    let items = HostArray((0..<256 * 20).map { _ in Float(stream.normal()) }, shape: [256, 20])
    // The case is there: a code at another item has a density that is not a number.
    let codes = try model.encode(items, seed: 1).draws
    let graph = Graph()
    let posterior = specification.network().posterior(
      of: graph.constant(items), sharing: SharedParts())
    let shifted = posterior.logDensity(
      of: graph.constant(codes.rows((0..<256).map { ($0 + 1) % 256 })))
    #expect(
      try Traced(graph, [shifted], parameters: model.parameters)(shifted).contains(where: \.isNaN))
    let split = DataSplit(role: .test, items: items)
    let data = Dataset(name: "items", train: split, test: split, valueKind: .real)
    let value = try #require(try measure(["mi_q"], model: model, data: data)["mi_q"]).value
    #expect(value.isFinite && value <= log(256) + 1e-6)
  }

  @Test("an autoencoder has no rate; a marginal prior no marginal KL")
  func refusals() throws {
    let data = Small.toy(64)
    let autoencoder = try Model(specification: Small.specification(.ae), seed: 1)
    for name in ["rate", "mi_q", "marginal_kl"] {
      #expect(throws: ModelError.self) {
        try ModelMetrics.evaluate(autoencoder, on: data.train, of: data, metrics: [name])
      }
    }
    var specification = Small.specification()
    specification.prior = .marginal
    let model = try Model(specification: specification, seed: 1)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["marginal_kl"])
    }
  }
}
