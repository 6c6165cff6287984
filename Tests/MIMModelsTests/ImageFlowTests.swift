import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Flows of images")
struct ImageFlowTests {
  private static func specification(
    _ flow: FlowChoice, _ shape: [Int], kind: ValueKind = .real
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .flow, itemDimensions: shape, valueKind: kind, latentSize: 1)
    specification.flow = flow
    return specification
  }

  /// A model whose arrays are away from their first values, where W stays a rotation.
  private static func model(
    _ flow: FlowChoice, _ shape: [Int], kind: ValueKind = .real
  ) throws -> Model {
    let specification = specification(flow, shape, kind: kind)
    let fresh = try Model(specification: specification, seed: 4)
    var values = fresh.parameters
    for (name, value) in values where !name.contains("invconv") {
      let noise = ParameterInitializer.normal(deviation: 0.08)
        .values(shape: value.shape, name: name, seed: 3)
      values[name] =
        name.hasSuffix("running_var") || name.hasSuffix("rescale.weight_v")
        ? HostArray(value.elements.map { abs($0) + 0.3 }, shape: value.shape)
        : HostArray(
          zip(value.elements, noise.elements).map { $0 + $1 }, shape: value.shape)
    }
    return try Model(specification: specification, parameters: values)
  }

  private static func items(_ count: Int, _ shape: [Int]) -> HostArray<Float> {
    var stream = RandomStream(seed: 9, stream: "images")
    return HostArray(
      stream.normals(count * shape.reduce(1, *)), shape: Shape([count] + shape))
  }

  static let flows: [FlowChoice] = [
    .glow(2, levels: 2, width: 5), .glow(1, levels: 1, width: 3, mixing: "plain"),
    .glow(2, levels: 2, width: 4, mixing: "reverse", isAffine: false),
    .glow(1, levels: 2, width: 4, seesBorder: true), .realnvpImage(1, width: 3, blocks: 1),
    .realnvpImage(2, width: 3, blocks: 1), .realnvpImage(3, width: 2, blocks: 0),
  ]

  @Test(
    "log p(x) is that of the codes plus log |det| of the dense Jacobian, for grey and coloured images",
    arguments: flows, [[1, 4, 4], [2, 4, 4]])
  func determinants(flow: FlowChoice, shape: [Int]) throws {
    let model = try Self.model(flow, shape)
    let size = shape.reduce(1, *)
    let x = Self.items(2, shape).reshaped(to: [2, size])
    let graph = Graph()
    let place = graph.parameter("x", shape: [2, size])
    let density = model.specification.network().likelihood(of: place).logDensity(of: place)
    let codes = try #require(model.specification.dataDensity).codes(of: place)
    let rows = try (0..<size).map { unit in
      try graph.gradients(
        of: codes.slice(axis: 1, range: unit..<unit + 1).sum(), withRespectTo: [place])[0]
    }
    let run = try Traced(
      graph, [density, codes] + rows, parameters: model.parameters.merging(["x": x]) { $1 })
    for item in 0..<2 {
      let jacobian = rows.flatMap { row in
        (0..<size).map { Double(run(row)[item * size + $0]) }
      }
      let factors = LUFactors(jacobian, size: size)
      let square = run(codes)[item * size..<(item + 1) * size].reduce(0.0) {
        $0 + Double($1) * Double($1)
      }
      let normal = -0.5 * square - 0.5 * Double(size) * log(2 * Double.pi)
      let expected = normal + factors.diagonal.reduce(0) { $0 + log(abs($1)) }
      #expect(abs(Double(run(density)[item]) - expected) < 2e-3 * max(1, abs(expected) / 10))
    }
  }

  @Test(
    "items of codes and codes of items are each other's inverses within 1e-4", arguments: flows,
    [[1, 8, 8], [3, 4, 8]])
  func inverses(flow: FlowChoice, shape: [Int]) throws {
    let model = try Self.model(flow, shape)
    let sample = try model.sample(70, seed: 2)
    let codes = try model.encode(sample.draws).draws
    #expect(agree(codes.elements, sample.codes.elements, tolerance: 1e-4))
    let again = try model.decode(codes).means
    #expect(agree(again.elements, sample.draws.elements, tolerance: 1e-4))
  }

  @Test("log p(x) of Glow is right however far its gates are opened or closed")
  func extremeGates() throws {
    let model = try Self.model(.glow(1, levels: 1, width: 3), [1, 4, 4])
    let name = try #require(model.parameters.keys.first { $0.hasSuffix("block.4.conv.bias") })
    let logs = try #require(model.parameters[name.replacing("conv.bias", with: "logs")])
    let x = Self.items(2, [1, 4, 4]).reshaped(to: [2, 16])
    func densities(_ gate: Float) throws -> [Float] {
      var parameters = model.parameters
      parameters[name] = HostArray([0, gate, 0, gate], shape: [4])
      parameters["x"] = x
      let graph = Graph()
      let place = graph.parameter("x", shape: [2, 16])
      let density = model.specification.network().likelihood(of: place).logDensity(of: place)
      let gradients = try graph.gradients(of: density.sum(), withRespectTo: [place])
      let run = try Traced(graph, [density] + gradients, parameters: parameters)
      #expect(run(gradients[0]).allSatisfy { $0.isFinite }, "h = \(gate)")
      return run(density)
    }
    // Two channels of four pixels move; a closed gate leaves log σ = h + 2, and h is the bias times e^{3l}.
    let gains = [1, 3].reduce(Float(0)) { $0 + exp(3 * logs.elements[$1]) }
    let change = zip(try densities(-400), try densities(-10_400)).map { $0 - $1 }
    #expect(agree(change, [4 * 10_000 * gains, 4 * 10_000 * gains], tolerance: 1e-4))
    let (open, wider) = (try densities(400), try densities(10_400))
    #expect(agree(open, wider))
  }

  @Test("a lower temperature draws items of the same codes nearer to the middle")
  func temperature() throws {
    let model = try Self.model(.glow(2, levels: 1, width: 4), [1, 4, 4])
    let usual = try model.sample(5, seed: 3)
    let cold = try model.sample(5, temperature: 0.5, seed: 3)
    #expect(agree(cold.codes.elements, usual.codes.elements.map { $0 * 0.5 }))
    let middle = try model.sample(5, temperature: 0, seed: 3)
    #expect(
      agree(
        middle.draws.elements,
        try model.decode(HostArray(repeating: 0, shape: [5, 16])).means.elements))
    let other = try Model(specification: Small.specification(.vae), seed: 1)
    #expect(throws: ModelError.self) { try other.sample(5, temperature: 0.5) }
  }

  @Test(
    "bytes come back from their codes as they were, and draws are bytes",
    arguments: [FlowChoice.glow(2, levels: 1, width: 4), .realnvpImage(2, width: 2, blocks: 1)])
  func bytes(flow: FlowChoice) throws {
    let model = try Self.model(flow, [1, 4, 4], kind: .gray)
    let grey = HostArray((0..<256).map { Float($0) / 255 }, shape: [16, 1, 4, 4])
    let again = try model.decode(model.encode(grey).draws).means.elements
    #expect(again.map { ($0 * 255).rounded() } == (0..<256).map { Float($0) })
    let draws = try model.sample(20, seed: 1).draws.elements
    #expect(draws.allSatisfy { abs($0 * 255 - ($0 * 255).rounded()) < 1e-3 })
    #expect(draws.allSatisfy { (0...1).contains($0) })
  }

  @Test(
    "the probabilities of all bytes add up to 1, whatever the density of numbers",
    arguments: [nil, Float(0.05)])
  func dequantised(margin: Float?) throws {
    let steps = 64
    let graph = Graph()
    let values = (0..<256).flatMap { [Float](repeating: Float($0) / 255, count: steps) }
    let shape: Shape = [256 * steps, 1]
    // Within the range of the numbers that bytes stand for.
    let scale: Float = margin == nil ? 0.1 : 0.6
    let bytes = DequantisedBytes(
      base: StandardNormal(in: graph, shape: shape, scale: scale),
      values: ByteValues(margin: margin), noise: .fresh(in: graph, prefix: ""))
    let density = bytes.logDensity(of: graph.constant(HostArray(values, shape: shape)))
    let found = try Traced(graph, [density])(density)
    let total = found.reduce(0.0) { $0 + exp(Double($1)) } / Double(steps)
    #expect(abs(total - 1) < 5e-3, "\(total)")
  }

  @Test("actnorm begins with the mean and deviation of the first batch's channels")
  func firstBatch() throws {
    var stream = RandomStream(seed: 2, stream: "batch")
    var elements: [Float] = []
    for _ in 0..<64 {
      for channel in 0..<4 {
        let value = stream.normal() * Double(channel + 1) + 5 * Double(channel)
        elements.append(Float(value))
      }
    }
    let items = HostArray(elements, shape: [64, 1, 2, 2])
    let data = Dataset(
      name: "numbers", train: DataSplit(role: .train, items: items), valueKind: .real)
    var options = TrainingOptions()
    (options.epochs, options.batch, options.keep, options.learningRate) = (1, 64, .last, 1e-9)
    let start = try Model(
      specification: Self.specification(.glow(1, levels: 1, width: 4), [1, 2, 2]), seed: 1)
    let trained = try Trainer.train(start, on: data, options: options)
    let (bias, logs) = (
      try #require(trained.parameters["p_x.0.0.actnorm.bias"]),
      try #require(trained.parameters["p_x.0.0.actnorm.logs"])
    )
    // A squeezed 2×2 image is four channels of one pixel.
    for channel in 0..<4 {
      let column: [Double] = (0..<64).map { Double(elements[4 * $0 + channel]) }
      let mean: Double = column.reduce(0, +) / 64
      let squares: [Double] = column.map { ($0 - mean) * ($0 - mean) }
      let deviation: Double = (squares.reduce(0, +) / 64).squareRoot()
      let (b, l) = (Double(bias.elements[channel]), Double(logs.elements[channel]))
      #expect(abs(b + mean) < 1e-4)
      #expect(abs(l + log(deviation)) < 1e-4)
    }
    // A training that goes on leaves them.
    let further = try Trainer.train(trained, on: data, options: options)
    #expect(
      agree(further.parameters["p_x.0.0.actnorm.bias"]?.elements ?? [], bias.elements))
  }

  @Test(
    "an interrupted training goes on with the same bytes, first values included",
    arguments: [FlowChoice.glow(1, levels: 1, width: 4), .realnvpImage(2, width: 2, blocks: 1)])
  func resumes(flow: FlowChoice) throws {
    let data = SmallImages.data(32, shape: [1, 4, 4], validation: 16, kind: .gray)
    var options = SmallImages.options(3, batch: 8)
    options.optimizer = .adam
    func train(_ checkpoint: CheckpointOptions?, stopAfter steps: Int = .max) throws -> Model {
      var taken = 0
      var observer = TrainingObserver()
      observer.shouldStop = {
        taken += 1
        return taken > steps
      }
      return try Trainer.train(
        Model(specification: Self.specification(flow, [1, 4, 4], kind: .gray), seed: 1), on: data,
        options: options, checkpoint: checkpoint, observer: observer)
    }
    let whole = try train(nil)
    for steps in [0, 1, 5] {
      try DataFixtures.withFolder { folder in
        let checkpoint = CheckpointOptions(path: "\(folder)/m.safetensors")
        _ = try train(checkpoint, stopAfter: steps)
        #expect(
          try train(checkpoint).safetensors() == whole.safetensors(), "stopped after \(steps)")
      }
    }
  }

  @Test(
    "maximum likelihood makes images more probable, and the measure says that it is a bound",
    arguments: [
      FlowChoice.glow(2, levels: 2, width: 16), .realnvpImage(2, width: 8, blocks: 1),
    ])
  func trains(flow: FlowChoice) throws {
    let data = SmallImages.data(128, shape: [1, 8, 8], validation: 32, kind: .gray)
    var options = SmallImages.options(15, batch: 32)
    (options.optimizer, options.keep) = (.adam, .best)
    let start = try Model(specification: Self.specification(flow, [1, 8, 8], kind: .gray), seed: 1)
    let model = try Trainer.train(start, on: data, options: options)
    let split = try #require(data.test)
    let values = try ModelMetrics.evaluate(model, on: split, of: data, metrics: ["nll", "bpd"])
    // 8 bits are those of a uniform density.
    #expect(values[1].value < 6.5, "\(values[1].value)")
    #expect(abs(values[1].value * 64 * log(2) - values[0].value) < 1e-3)
    #expect(values[0].kind == "bound, 1 draw" && values[0].method.contains("dequantisation"))
    let again = try Model(safetensors: model.safetensors(), path: "m")
    #expect(again.specification == model.specification && again.parameters == model.parameters)
  }

  @Test("a likelihood of grey levels without noise says that it is none")
  func greyLevels() throws {
    for kind in [ValueKind.gray, .real] {
      let data = SmallImages.data(32, shape: [1, 8, 8], validation: 8, kind: kind)
      let bytes = Dataset(
        name: "bytes",
        train: DataSplit(
          role: .train,
          items: HostArray(
            data.train.items.elements.map { (min(max($0, 0), 1) * 255).rounded() / 255 },
            shape: data.train.items.shape)), valueKind: kind)
      let model = try Model(
        specification: Self.specification(.made(hidden: 8), [1, 8, 8], kind: kind), seed: 1)
      for items in [bytes, data] {
        let values = try ModelMetrics.evaluate(model, on: items.train, of: items, metrics: ["nll"])
        let isSaid = values[0].caveat?.contains("grey levels") ?? false
        let isWhole = items.train.items.elements.allSatisfy { ($0 * 255).rounded() / 255 == $0 }
        #expect(isSaid == (kind == .gray && isWhole), "\(kind) \(items.name)")
      }
    }
  }

  @Test("what can't be is refused before the run, with what to use instead")
  func refused() {
    func problem(_ flow: FlowChoice, _ shape: [Int], _ kind: ValueKind = .gray) -> String {
      do {
        try Self.specification(flow, shape, kind: kind).validate()
        return "none"
      } catch { return "\(error)" }
    }
    for flow in [FlowChoice.glow(2, levels: 2, width: 4), .realnvpImage(3, width: 4)] {
      #expect(problem(flow, [12]).contains("flow=realnvp(8)"))
      #expect(problem(flow, [28, 28], .binary).contains("flow=made(hidden=500)"))
      #expect(problem(flow, [27, 28]).contains("27×28 has an odd one"))
      #expect(problem(flow, [1, 6, 28]).contains("can be halved once"))
      #expect(problem(flow, [3, 28, 28]) == "none" && problem(flow, [28, 28], .real) == "none")
    }
    #expect(problem(.realnvpImage(1, width: 4), [27, 27]) == "none")
    #expect(problem(.glow(0), [28, 28]).contains("K"))
  }
}
