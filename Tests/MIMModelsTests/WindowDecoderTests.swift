import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Decoders of a window (VLAE)")
struct WindowDecoderTests {
  private static func specification(
    _ dimensions: [Int], layers: Int = 2, objective: ObjectiveChoice = .vae, z: Int = 3
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: dimensions, valueKind: .binary, latentSize: z,
      hidden: [8])
    specification.decoder = .window(layers: layers, channels: 5)
    return specification
  }

  @Test("a pixel depends on those before it in its window, and on no other", arguments: [1, 2, 3])
  func window(layers: Int) throws {
    let model = try Model(specification: Self.specification([1, 8, 8], layers: layers), seed: 2)
    let graph = Graph()
    var stream = RandomStream(seed: 1, stream: "x")
    func constant(_ shape: Shape) -> Tensor {
      graph.constant(HostArray(stream.normals(shape.count), shape: shape))
    }
    let (x, z) = (constant([1, 64]), constant([1, 3]))
    let logits = model.specification.network().likelihood(of: z, observing: x).parts[0]
    for (row, column) in [(4, 3), (0, 0), (7, 7)] {
      let place = row * 8 + column
      let gradients = try graph.gradients(
        of: logits.slice(axis: 1, range: place..<place + 1).sum(), withRespectTo: [x, z])
      let run = try Traced(graph, gradients, parameters: model.parameters)
      let depends = run(gradients[0]).map { $0 != 0 }
      let expected = (0..<64).map { other in
        let (up, right) = (row - other / 8, other % 8 - column)
        return up == 0
          ? (-layers..<0).contains(right)
          : (1...layers).contains(up) && right >= -layers && right <= up
      }
      #expect(depends == expected, "\(row), \(column)")
      #expect(run(gradients[1]).allSatisfy { $0 != 0 })
    }
  }

  @Test("probabilities of all images given z add up to 1, and draws are as frequent as they say")
  func sampler() throws {
    let specification = Self.specification([1, 2, 2], layers: 2, z: 2)
    var parameters = try Model(specification: specification, seed: 3).parameters
    // Far from uniform.
    for (name, value) in parameters where name.hasSuffix(".weight") {
      parameters[name]?.elements = value.elements.map { 3 * $0 }
    }
    let model = try Model(specification: specification, parameters: parameters)
    let graph = Graph()
    let images = HostArray(
      (0..<16).flatMap { image in (0..<4).map { Float(image >> $0 & 1) } }, shape: [16, 4])
    let code: [Float] = [0.7, -1.2]
    let z = graph.constant(HostArray(code, shape: [1, 2])).broadcast(to: [16, 2])
    let x = graph.constant(images)
    let density = specification.network().likelihood(of: z, observing: x).logDensity(of: x)
    let run = try Traced(graph, [density], parameters: model.parameters)
    let probabilities = run(density).map { exp(Double($0)) }
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
    let count = 8000
    let codes = HostArray((0..<count).flatMap { _ in code }, shape: [count, 2])
    let draws = try model.decode(codes, seed: 4).draws
    var frequencies = [Double](repeating: 0, count: 16)
    for row in 0..<count {
      let image = draws.row(row).enumerated().reduce(0) { $0 + (Int($1.element) << $1.offset) }
      frequencies[image] += 1 / Double(count)
    }
    for (probability, frequency) in zip(probabilities, frequencies) {
      let error = (probability * (1 - probability) / Double(count)).squareRoot()
      #expect(abs(frequency - probability) < 5 * error + 1e-6, "\(probability) \(frequency)")
    }
    #expect((probabilities.max() ?? 0) > 0.15)
  }

  @Test("a VLAE trains with a flow as prior, is measured, and a file keeps it")
  func trains() throws {
    let data = BinaryPictures.binary(192)
    var specification = Self.specification([1, 8, 8])
    specification.prior = .maf(2, hidden: 8)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (6, 32, 5e-3, 0)
    (options.keep, options.patience) = (.last, nil)
    let model = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let losses = try #require(model.training?.history.column("loss"))
    #expect(try #require(losses.last) < losses[0])
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.parameters == model.parameters)
    let split = try #require(data.val)
    let found = try ModelMetrics.evaluate(
      again, on: split, of: data, metrics: ["nll", "rate", "rmse"])
    #expect(found.allSatisfy { $0.value.isFinite })
    #expect(found[2].kind?.contains("teacher-forced") == true, "\(found[2])")
    #expect(try model.sample(3, seed: 1).draws.shape == [3, 1, 8, 8])
  }

  @Test("what it can't be beside is refused, with what to use instead")
  func refusals() throws {
    for (part, change): (String, (inout ModelSpecification) -> Void) in [
      ("kind amim", { $0.objective = .mim }),
      ("enc=conv dec=window", { $0.encoder = .window() }),
      ("vectors", { $0.itemDimensions = [64] }),
    ] {
      var specification = Self.specification([1, 8, 8])
      change(&specification)
      try expectRefusal(specification, naming: part)
    }
  }
}
