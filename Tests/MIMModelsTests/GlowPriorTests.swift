import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Glow priors")
struct GlowPriorTests {
  private static func specification(
    _ objective: ObjectiveChoice = .mim, z: Int = 2, steps: Int = 3
  ) -> ModelSpecification {
    var specification = Small.specification(objective)
    specification.latentSize = z
    specification.prior = .glow(steps, hidden: 12)
    return specification
  }

  @Test("as many draws fall into each cell of the plane as the density says")
  func histogram() throws {
    let specification = Self.specification()
    var parameters = try Model(specification: specification, seed: 3).parameters
    for (name, value) in parameters
    where name.hasPrefix("p_z.") && !name.hasSuffix(".p") && !name.hasSuffix("sign_s") {
      let noise = ParameterInitializer.normal(deviation: 0.3)
        .values(shape: value.shape, name: name, seed: 5)
      parameters[name] = HostArray(
        zip(value.elements, noise.elements).map { $0 + $1 }, shape: value.shape)
    }
    let model = try Model(specification: specification, parameters: parameters)
    let count = 40_000
    let draws = try model.sample(count, seed: 4).codes
    #expect(draws.shape == [count, 2])
    // Midpoints of 40 × 40 pieces of each of 6 × 6 cells around the middle of the draws.
    let middle = (0..<2).map { unit in
      (0..<count).reduce(0.0) { $0 + Double(draws.elements[2 * $1 + unit]) } / Double(count)
    }
    let (cells, pieces, reach) = (6, 40, 4.5)
    let (cell, side) = (2 * reach / Double(cells), cells * pieces)
    let step = cell / Double(pieces)
    var points: [Float] = []
    for row in 0..<side {
      for column in 0..<side {
        points.append(Float(middle[0] - reach + (Double(row) + 0.5) * step))
        points.append(Float(middle[1] - reach + (Double(column) + 0.5) * step))
      }
    }
    let graph = Graph()
    let prior = try #require(
      specification.network().prior(in: graph, batch: side * side, sharing: SharedParts()))
    let density = prior.logDensity(
      of: graph.constant(HostArray(points, shape: [side * side, 2])))
    let values = try Traced(graph, [density], parameters: parameters)(density)
    var expected = [Double](repeating: 0, count: cells * cells)
    for row in 0..<side {
      for column in 0..<side {
        expected[row / pieces * cells + column / pieces] +=
          exp(Double(values[row * side + column])) * step * step
      }
    }
    var found = [Double](repeating: 0, count: cells * cells)
    for item in 0..<count {
      let place = (0..<2).map { unit in
        Int(
          ((Double(draws.elements[2 * item + unit]) - middle[unit] + reach) / cell).rounded(.down))
      }
      if place.allSatisfy((0..<cells).contains) {
        found[place[0] * cells + place[1]] += 1 / Double(count)
      }
    }
    #expect(expected.reduce(0, +) > 0.97 && expected.reduce(0, +) < 1.001)
    for (probability, frequency) in zip(expected, found) {
      let error = (max(probability, 1e-5) / Double(count)).squareRoot()
      #expect(abs(probability - frequency) < 5 * error + 5e-4, "\(probability), \(frequency)")
    }
  }

  @Test(
    "actnorm begins with the mean and deviation of the first batch's codes, in each kind of model",
    arguments: [1, 2])
  func firstBatch(levels: Int) throws {
    var specification = Self.specification(.vae, z: 3, steps: 1)
    if levels == 2 {
      specification.latentSizes = [2, 3]
      specification.anchor = .learned
    }
    var start = try Model(specification: specification, seed: 2)
    var parameters = start.parameters
    // Codes next to their means, so that nobody has to know what was drawn.
    let scales = parameters.keys.filter {
      $0.hasPrefix("q_z") && ($0.contains("logscale") || $0.contains("logvar"))
    }
    #expect(!scales.isEmpty, "\(parameters.keys.sorted())")
    for name in scales {
      let isBias = name.hasSuffix("bias")
      parameters[name] = HostArray(
        repeating: isBias ? -14 : 0, shape: try #require(parameters[name]).shape)
    }
    start = try Model(specification: specification, parameters: parameters)
    let data = Small.points(64, validation: nil)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.keep, options.learningRate) = (1, 64, .last, 1e-9)
    let trained = try Trainer.train(start, on: data, options: options)
    let bias = try #require(trained.parameters["p_z.0.actnorm.bias"]).elements
    let logs = try #require(trained.parameters["p_z.0.actnorm.logs"]).elements
    let codes = try start.encode(data.train.items).means
    let width = codes.shape[1]
    for unit in 0..<3 {
      let column = (0..<64).map { Double(codes.elements[$0 * width + width - 3 + unit]) }
      let mean = column.reduce(0, +) / 64
      let deviation = (column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 64).squareRoot()
      // A gated encoder's deviation is never far below 0.05.
      let tolerance = levels == 1 ? 1e-3 : 2e-2
      #expect(abs(Double(bias[unit]) + mean) < tolerance, "\(bias[unit]), \(mean)")
      #expect(
        abs(Double(logs[unit]) + log(deviation)) < 3 * tolerance, "\(logs[unit]), \(deviation)")
    }
  }

  @Test("log p(z) and its gradient are right however far a gate is opened or closed")
  func extremeGates() throws {
    let specification = Self.specification(steps: 1)
    let fresh = try Model(specification: specification, seed: 3).parameters
    let name = "p_z.0.coupling.2.bias"
    /// log p(z) of three codes where the moved unit's h is `gate`.
    func densities(_ gate: Float) throws -> [Float] {
      var parameters = fresh
      parameters[name] = HostArray([0, gate], shape: [2])
      parameters["z"] = HostArray([0, 0, 1, -2, 30, 4], shape: [3, 2])
      let graph = Graph()
      let z = graph.parameter("z", shape: [3, 2])
      let prior = try #require(
        specification.network().prior(in: graph, batch: 3, sharing: SharedParts()))
      let density = prior.logDensity(of: z)
      let bias = graph.parameter(name, shape: [2])
      let gradients = try graph.gradients(of: density.sum(), withRespectTo: [z, bias])
      let run = try Traced(graph, [density] + gradients, parameters: parameters)
      #expect(gradients.allSatisfy { run($0).allSatisfy { $0.isFinite } }, "h = \(gate)")
      // d log σ(h + 2)/dh of three codes, where the moved unit's code is 0: 3 (1 − σ).
      if gate != 0 { #expect(abs(run(gradients[1])[1] - (gate < 0 ? 3 : 0)) < 1e-5) }
      return run(density)
    }
    // A closed gate makes the code 0 and leaves log σ(h + 2) = h + 2; an open one leaves it as it is.
    let (closed, further) = (try densities(-200), try densities(-100_000))
    #expect(agree(zip(closed, further).map { $0 - $1 }, [99_800, 99_800, 99_800], tolerance: 1e-6))
    let (open, wider) = (try densities(200), try densities(100_000))
    #expect(agree(open, wider))
  }

  @Test("MIM learns with one, and a stopped training goes on to the same bytes, from its start on")
  func trains() throws {
    let data = Small.toy()
    var options = Small.options(epochs: 4)
    (options.keep, options.warmupBeta) = (.last, 0)
    let start = try Model(specification: Self.specification(), seed: 2)
    func train(_ checkpoint: CheckpointOptions?, stopAfter steps: Int = .max) throws -> Model {
      var taken = 0
      var observer = TrainingObserver()
      observer.shouldStop = {
        taken += 1
        return taken > steps
      }
      return try Trainer.train(
        start, on: data, options: options, checkpoint: checkpoint, observer: observer)
    }
    let whole = try train(nil)
    let losses = try #require(whole.training?.history.column("loss"))
    #expect(try #require(losses.last) < losses[0])
    for steps in [0, 1, 13] {
      try DataFixtures.withFolder { folder in
        let checkpoint = CheckpointOptions(path: "\(folder)/m.safetensors")
        _ = try train(checkpoint, stopAfter: steps)
        #expect(try train(checkpoint).safetensors() == whole.safetensors(), "after \(steps)")
      }
    }
    let again = try Model(safetensors: whole.safetensors(), path: "m")
    #expect(try again.sample(20, seed: 1).draws == whole.sample(20, seed: 1).draws)
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() throws {
    try expectRefusal(Self.specification(z: 1), naming: "prior=gmm(K)")
    try expectRefusal(Self.specification(z: 1025), naming: "prior=realnvp(K)")
  }
}
