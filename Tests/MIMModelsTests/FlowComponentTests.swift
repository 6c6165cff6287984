import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Flows as likelihood=, qx= and posterior=")
struct FlowComponentTests {
  private static func specification(
    _ objective: ObjectiveChoice = .mim, items: Int = 2, kind: ValueKind = .real
  ) -> ModelSpecification {
    ModelSpecification(
      objective: objective, itemDimensions: [items], valueKind: kind, latentSizes: [2],
      encoder: .mlp([6]), decoder: .mlp([6]))
  }

  /// Values of a fixed grid over the plane, far enough that nothing of the density lies outside.
  private static let step: Float = 0.1
  private static let grid: HostArray<Float> = {
    let places = (-100...100).map { Float($0) * step }
    return HostArray(
      places.flatMap { x in places.flatMap { [x, $0] } }, shape: [places.count * places.count, 2])
  }()

  private static func values(
    _ parameters: [ParameterDeclaration], deviation: Float
  ) -> [String: HostArray<Float>] {
    Dictionary(
      uniqueKeysWithValues: parameters.map {
        let noise = ParameterInitializer.normal(deviation: deviation)
        return ($0.name, noise.values(shape: $0.shape, name: $0.name, seed: 5))
      })
  }

  @Test(
    "q(x) of a flow is a density: it sums to 1 over the plane, and is no Gaussian",
    arguments: [MarginalChoice.maf(2, hidden: 6), .realnvp(3, hidden: 6)])
  func marginalsSumToOne(marginal: MarginalChoice) throws {
    var specification = Self.specification()
    specification.marginal = marginal
    try specification.validate()
    let density = try #require(marginal.component.density(for: specification, known: nil))
    #expect(density.parameters.allSatisfy { $0.name.hasPrefix("q_x.") })
    let graph = Graph()
    let x = graph.parameter("x", shape: Self.grid.shape)
    let logDensity = density.logDensity(of: x) { _ in StandardNormal(in: graph, shape: [1, 2]) }
    var parameters = Self.values(density.parameters, deviation: 0.3)
    parameters["x"] = Self.grid
    let run = try Traced(graph, [logDensity], parameters: parameters)
    let cell = Double(Self.step * Self.step)
    let weights = run(logDensity).map { exp(Double($0)) * cell }
    #expect(abs(weights.reduce(0, +) - 1) < 2e-3)
    // The log density of a Gaussian is a parabola along a line: its third differences are 0.
    let line = run(logDensity)[100 * 201 + 60..<100 * 201 + 140].map(Double.init)
    let third = line.indices.dropFirst(3).map {
      line[$0] - 3 * line[$0 - 1] + 3 * line[$0 - 2] - line[$0 - 3]
    }
    #expect((third.map(abs).max() ?? 0) > 1e-3)
  }

  @Test(
    "draws of a flow likelihood have its density's moments, which differ from code to code",
    arguments: [LikelihoodChoice.realnvp(2, hidden: 6), .maf(2, hidden: 6)])
  func likelihoodDraws(likelihood: LikelihoodChoice) throws {
    var specification = Self.specification()
    specification.likelihood = likelihood
    try specification.validate()
    let head = likelihood.component.head(name: "p", inputs: 3, outputs: 2, minScale: 0)
    let parameters = Self.values(head.parameters, deviation: 0.2)
    var means: [[Double]] = []
    for code: [Float] in [[1, 0, -1], [-1, 2, 0.5]] {
      let graph = Graph()
      let points = Self.grid.rowCount
      func features(_ count: Int) -> Tensor {
        graph.constant(
          HostArray((0..<count).flatMap { _ in code }, shape: [count, 3]))
      }
      let x = graph.constant(Self.grid)
      let logDensity = head.distribution(of: features(points)).logDensity(of: x)
      let draws = head.distribution(of: features(20_000))
        .draw(from: .fresh(in: graph, prefix: ""), stream: "x").value
      let run = try Traced(graph, [logDensity, draws], parameters: parameters, seed: 4)
      let weights = run(logDensity).map { exp(Double($0)) * Double(Self.step * Self.step) }
      #expect(abs(weights.reduce(0, +) - 1) < 2e-3)
      let drawn = run(draws)
      means.append(
        (0..<2).map { unit in
          let expected = weights.enumerated().reduce(0.0) {
            $0 + $1.element * Double(Self.grid.elements[2 * $1.offset + unit])
          }
          let square = weights.enumerated().reduce(0.0) {
            $0 + $1.element * pow(Double(Self.grid.elements[2 * $1.offset + unit]), 2)
          }
          let sample = stride(from: unit, to: drawn.count, by: 2).map { Double(drawn[$0]) }
          let mean = sample.reduce(0, +) / Double(sample.count)
          let deviation = (square - expected * expected).squareRoot()
          #expect(abs(mean - expected) < 5 * deviation / 20_000.squareRoot(), "unit \(unit)")
          let spread = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sample.count)
          #expect(abs(spread.squareRoot() / deviation - 1) < 0.05, "unit \(unit)")
          return expected
        })
    }
    #expect(zip(means[0], means[1]).contains { abs($0 - $1) > 0.05 })
  }

  @Test("models with flows on every side train by every branch, and come back from their file")
  func training() throws {
    for (objective, likelihood, marginal, posterior) in [
      (
        ObjectiveChoice.mim, LikelihoodChoice.realnvp(2, hidden: 6),
        MarginalChoice.maf(2, hidden: 6), PosteriorChoice.realnvp(2, hidden: 6)
      ),
      (.vae, .maf(2, hidden: 6), .marginal, .normal),
      (.amim, .normal, .realnvp(2, hidden: 6), .maf(2, hidden: 6)),
    ] {
      var specification = Self.specification(objective)
      (specification.likelihood, specification.marginal) = (likelihood, marginal)
      specification.posterior = posterior
      let model = try Model(specification: specification, seed: 1)
      var options = Small.options(epochs: 3)
      (options.keep, options.warmupBeta) = (.last, 0)
      let trained = try Trainer.train(model, on: Small.points(), options: options)
      let losses = try #require(trained.training).history.epochs.map { $0.train.loss }
      #expect(
        losses.allSatisfy { $0.isFinite } && losses[2] < losses[0], "\(objective): \(losses)")
      // Every layer has learned: the networks see z, and q(x) sees x.
      for (name, value) in trained.parameters {
        #expect(value != model.parameters[name], "\(objective): \(name)")
      }
      let read = try JSONDecoder().decode(
        ModelSpecification.self, from: JSONEncoder().encode(specification))
      #expect(read == specification)
      let items = Small.points().test?.items ?? Small.points().train.items
      let made = try trained.reconstruct(items.rows(0..<3), seed: 2)
      #expect(made.draws.elements.allSatisfy { $0.isFinite } && made.draws.shape == [3, 2])
    }
  }

  @Test("what flows can't do is refused, with what to use")
  func refusals() throws {
    var binary = Self.specification(.vae, kind: .binary)
    binary.likelihood = .realnvp(2)
    try expectRefusal(binary, naming: "likelihood=bernoulli")
    binary.likelihood = .bernoulli
    binary.objective = .mim
    binary.marginal = .maf(2)
    try expectRefusal(binary, naming: "qx=marginal")
    var single = Self.specification(items: 1)
    single.likelihood = .realnvp(2)
    try expectRefusal(single, naming: "likelihood=gmm(10)")
    single.likelihood = .normal
    single.marginal = .realnvp(2)
    try expectRefusal(single, naming: "qx=gmm(10)")
    var wide = Self.specification(items: 11)
    wide.likelihood = .maf(4)
    try expectRefusal(wide, naming: "likelihood=realnvp(4)")
    wide.likelihood = .normal
    wide.latentSizes = [11]
    wide.posterior = .maf(4)
    try expectRefusal(wide, naming: "posterior=realnvp(4)")
    wide.latentSizes = [1]
    wide.posterior = .realnvp(4)
    try expectRefusal(wide, naming: "posterior=gmm(K)")
    var gated = ModelSpecification(
      objective: .vae, itemDimensions: [1, 8, 8], valueKind: .gray, latentSizes: [3],
      decoder: .pixelcnn(layers: 2, channels: 4))
    gated.likelihood = .realnvp(2)
    try expectRefusal(gated, naming: "dec=mlp(300)")
  }
}
