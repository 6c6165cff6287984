import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Metrics")
struct EvaluationTests {
  static let slope = 1.5
  static let noise = 0.5

  /// z ~ N(0, 1), x = 1.5 z + 0.5 ε with the exact posterior, so that every importance sample is
  /// the exact log p(x) = log N(x; 0, 1.5² + 0.5²).
  static func linear() throws -> Model {
    var specification = ModelSpecification(
      objective: .mim, itemDimensions: [1], valueKind: .real, latentSize: 1, hidden: [])
    specification.minScale = 1e-12
    let variance = slope * slope + noise * noise
    let values: [String: Double] = [
      "p_x_given_z.0.fc_loc.weight": slope, "p_x_given_z.0.fc_loc.bias": 0,
      "p_x_given_z.0.fc_logscale.weight": 0, "p_x_given_z.0.fc_logscale.bias": log(noise),
      "q_z_given_x.0.fc_loc.weight": slope / variance, "q_z_given_x.0.fc_loc.bias": 0,
      "q_z_given_x.0.fc_logscale.weight": 0,
      "q_z_given_x.0.fc_logscale.bias": log(noise / variance.squareRoot()),
    ]
    return try Model(
      specification: specification,
      parameters: values.mapValues { value in
        HostArray([Float(value)], shape: [1])
      }.reduce(into: [:]) { parameters, pair in
        parameters[pair.key] =
          pair.key.hasSuffix("weight") ? pair.value.reshaped(to: [1, 1]) : pair.value
      })
  }

  static func data(_ count: Int = 4000) -> Dataset {
    var stream = RandomStream(seed: 7, stream: "linear")
    let deviation = (slope * slope + noise * noise).squareRoot()
    let items = HostArray(
      (0..<count).map { _ in Float(stream.normal() * deviation) }, shape: [count, 1])
    let split = DataSplit(role: .test, items: items)
    return Dataset(name: "line", train: split, test: split, valueKind: .real)
  }

  private func measure(_ names: [String]) throws -> [String: MetricValue] {
    let data = Self.data()
    let values = try ModelMetrics.evaluate(
      Self.linear(), on: data.train, of: data, metrics: names, seed: 1)
    return Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0) })
  }

  @Test("one seed gives metrics the draws that reconstruct shows")
  func sharedDraws() throws {
    let (data, model) = (Self.data(), try Self.linear())
    let items = data.train.items
    let draws = try model.reconstruct(items, seed: 1).draws
    let errors = zip(items.elements, draws.elements).map { abs(Double($0) - Double($1)) }
    let rmse = try #require(try measure(["rmse"])["rmse"])
    #expect(abs(rmse.value - errors.reduce(0, +) / Double(errors.count)) < 1e-5)
  }

  @Test("a linear Gaussian model's NLL is exact for every draw, with its standard error")
  func negativeLogLikelihood() throws {
    let items = Self.data().train.items.elements.map(Double.init)
    let variance = Self.slope * Self.slope + Self.noise * Self.noise
    let surprisals = items.map { ($0 * $0 / variance + log(2 * .pi * variance)) / 2 }
    let mean = surprisals.reduce(0, +) / 4000
    let squares = surprisals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let nll = try #require(try measure(["nll"])["nll"])
    #expect(abs(nll.value - mean) < 1e-4 && nll.count == 4000)
    let error = try #require(nll.standardError)
    #expect(abs(error - (squares / 3999 / 4000).squareRoot()) < 1e-4)
  }

  @Test("ELBO, KL both ways and reconstruction distance agree with their closed forms")
  func closedForms() throws {
    let values = try measure(["elbo", "kl_qp", "kl_pq", "rmse", "nll", "active"])
    let variance = Self.slope * Self.slope + Self.noise * Self.noise
    let posterior = Self.noise * Self.noise / variance
    // Averaged over x: the mean's variance is slope²/variance = 1 − posterior.
    let forward = (posterior + (1 - posterior) - 1 - log(posterior)) / 2
    let backward = (1 / posterior + (1 - posterior) / posterior - 1 + log(posterior)) / 2
    for (name, expected) in [("kl_qp", forward), ("kl_pq", backward)] {
      let value = try #require(values[name])
      #expect(abs(value.value - expected) < 5 * (value.standardError ?? 0), "\(name)")
    }
    let (elbo, nll) = (try #require(values["elbo"]), try #require(values["nll"]))
    #expect(abs(elbo.value + nll.value) < 0.06)
    // x and x̂ are independent draws given z ~ q(z|x), and the posterior is exact: x − x̂ has
    // the variance 2 noise².
    let residual = 2 * Self.noise * Self.noise
    let rmse = try #require(values["rmse"])
    #expect(abs(rmse.value - (2 * residual / .pi).squareRoot()) < 0.05)
    #expect(values["active"]?.value == 1)
  }

  @Test("with the exact posterior all joint entropies are the same")
  func entropies() throws {
    let values = try measure(["h_enc", "h_dec", "h_m"])
    let reference = try #require(values["h_dec"]).value
    #expect(values.values.allSatisfy { abs($0.value - reference) < 1e-4 })
  }

  /// Of its two units the first follows x, the second is the prior.
  private static func collapsed() throws -> Model {
    var specification = ModelSpecification(
      objective: .vae, itemDimensions: [1], valueKind: .real, latentSize: 2, hidden: [])
    specification.minScale = 1e-12
    var parameters = try Model(specification: specification, seed: 1).parameters
    parameters["q_z_given_x.0.fc_loc.weight"] = HostArray([0.5, 0], shape: [2, 1])
    parameters["q_z_given_x.0.fc_loc.bias"] = HostArray([0, 0], shape: [2])
    parameters["q_z_given_x.0.fc_logscale.weight"] = HostArray([0, 0], shape: [2, 1])
    parameters["q_z_given_x.0.fc_logscale.bias"] = HostArray([-1, 0], shape: [2])
    return try Model(specification: specification, parameters: parameters)
  }

  @Test("the collapse report finds dead units, and q(z) beside p(z)")
  func collapse() throws {
    let report = try ModelMetrics.collapse(Self.collapsed(), on: Self.data().train)
    #expect(report.activeUnits == 1 && report.isCollapsed && report.count == 4000)
    #expect(report.klPerUnit[0] > 0.3 && abs(report.klPerUnit[1]) < 1e-5)
    #expect(abs(report.aggregateDeviation[1] - 1) < 0.04)
    #expect(report.priorMean == [0, 0] && abs(report.priorDeviation[0] - 1) < 1e-6)
  }

  @Test("a training counts the units in use on one batch, and finds the dead one")
  func activityInTraining() throws {
    let (data, model) = (Self.data(), try Self.collapsed())
    var options = TrainingOptions()
    options.batch = 64
    let activity = try UnitActivity(
      model.specification.network(density: nil), specification: model.specification, data: data,
      store: model.store(), options: options)
    #expect(activity?.count()?.count == 1 && activity?.count()?.total == 2)
    var items = ModelSpecification(
      objective: .flow, itemDimensions: [2], valueKind: .real, latentSize: 2)
    items.flow = .made(hidden: 7)
    let density = try Model(specification: items, seed: 1)
    #expect(
      try UnitActivity(
        density.specification.network(density: nil), specification: density.specification,
        data: Small.points(), store: density.store(), options: options) == nil)
  }

  @Test("what a model has no value for is refused with the reason, unknown names with the list")
  func refusals() throws {
    let data = Small.toy(64)
    let autoencoder = try Model(specification: Small.specification(.ae), seed: 1)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(autoencoder, on: data.train, of: data, metrics: ["nll"])
    }
    #expect(ModelMetrics.names(for: autoencoder.specification) == ["rmse", "active"])
    let model = try Model(specification: Small.specification(), seed: 1)
    do {
      _ = try ModelMetrics.evaluate(model, on: data.train, of: data, metrics: ["nlll"])
      Issue.record("an unknown metric")
    } catch ModelError.unknownMetric(let name, let known) {
      #expect(name == "nlll" && known.contains("nll"))
    }
    let bits = Small.bits()
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: bits.train, of: bits, metrics: ["nll"])
    }
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(model, on: data.train.prefix(0), of: data, metrics: ["nll"])
    }
    var anchored = Small.specification()
    anchored.marginal = .data
    let onToy = try Model(specification: anchored, seed: 1)
    let points = Small.points(64)
    #expect(throws: ModelError.self) {
      try ModelMetrics.evaluate(onToy, on: points.train, of: points, metrics: ["h_enc"])
    }
  }

  @Test("the same seed measures the same, and every metric says how and on how many")
  func reproducible() throws {
    let names = ModelMetrics.names(for: Small.specification())
    #expect(names.count == ModelMetrics.names.count - 1, "all but a codebook's perplexity")
    let first = try measure(names)
    #expect(try measure(names) == first)
    // The aggregate posterior is held against whole blocks of 128 items.
    #expect(first.values.allSatisfy { !$0.method.isEmpty && [4000, 3968].contains($0.count) })
  }
}
