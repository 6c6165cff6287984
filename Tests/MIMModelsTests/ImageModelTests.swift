import Foundation
import MIMModels
import MIMTensor
import Testing

/// Small images and models of them.
enum SmallImages {
  /// A bright square in one of four corners, grey or binary, `[channels, height, width]`.
  static func data(
    _ count: Int = 32, shape: [Int] = [1, 8, 8], validation: Int? = nil,
    binarisation: Binarisation = .none, kind: ValueKind = .binary
  ) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
      let elements = (0..<count).flatMap { item in
        (0..<shape.reduce(1, *)).map { place -> Float in
          let (row, column) = (place / width % height, place % width)
          let isIn = (row < height / 2) == (item % 2 == 0) && (column < width / 2) == (item % 4 < 2)
          return kind == .gray ? (isIn ? 0.9 : 0.1) : (isIn ? 1 : 0)
        }
      }
      return DataSplit(role: role, items: HostArray(elements, shape: Shape([count] + shape)))
    }
    return Dataset(
      name: "corners", train: split(.train, count), val: validation.map { split(.val, $0) },
      test: split(.test, 16), valueKind: binarisation == .none ? kind : .binary,
      binarisation: binarisation)
  }

  static func specification(
    _ objective: ObjectiveChoice = .amim, shape: [Int] = [1, 8, 8], kind: ValueKind = .binary,
    encoder: NetworkChoice = .conv, decoder: NetworkChoice = .conv, levels: Int = 2
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: shape, valueKind: kind, latentSizes: [3, 2],
      encoder: encoder, decoder: decoder)
    if levels == 1 { (specification.latentSizes, specification.anchor) = ([3], .fixed) }
    return specification
  }

  static func options(_ epochs: Int, batch: Int = 16) -> TrainingOptions {
    var options = TrainingOptions.imageProtocol
    (options.epochs, options.batch, options.warmup, options.keep) = (epochs, batch, 0, .last)
    options.learningRate = 2e-3
    options.seed = 3
    return options
  }
}

@Suite("Image models")
struct ImageModelTests {
  static let pixel = NetworkChoice.pixelcnn(layers: 2, channels: 6)

  @Test("the authors' sizes at 28×28; others follow the image")
  func shapes() throws {
    var specification = ModelSpecification(
      objective: .amim, itemDimensions: [28, 28], valueKind: .binary, latentSizes: [40, 40])
    specification.prior = .vampprior(PseudoInputs(500))
    let large = try Model(specification: specification, seed: 1)
    let expected: [String: Shape] = [
      "q_z2_layers.0.h.weight": [32, 1, 7, 7], "q_z2_mean.linear.weight": [40, 294],
      "q_z1_layers_joint.0.g.weight": [300, 588], "p_x_layers_joint_pre.0.h.bias": [784],
      "p_x_layers_joint.3.g.weight": [64, 64, 3, 3], "p_x_mean.conv.weight": [1, 64, 1, 1],
      "means.linear.weight": [784, 500],
    ]
    for (name, shape) in expected { #expect(large.parameters[name]?.shape == shape, "\(name)") }
    let tall = try Model(
      specification: SmallImages.specification(shape: [3, 12, 8], decoder: Self.pixel), seed: 1)
    #expect(tall.parameters["q_z2_mean.linear.weight"]?.shape == [2, 6 * 3 * 2])
    #expect(tall.parameters["pixelcnn.0.weight"]?.shape == [6, 9, 3, 3])
    #expect(tall.parameters["pixelcnn.3.weight"]?.shape == [6, 6, 3, 3])
    #expect(tall.parameters["p_x_mean.conv.weight"]?.shape == [3, 6, 1, 1])
    #expect(tall.parameters.keys.allSatisfy { !$0.hasSuffix(".mask") })
  }

  @Test("gated dense layers start with N(0, 2/inputs); pseudo-inputs as they are told")
  func initialisation() throws {
    var specification = SmallImages.specification()
    specification.prior = .vampprior(PseudoInputs(6, start: .data))
    let data = SmallImages.data(kind: .gray)
    let model = try Model(specification: specification, seed: 1, items: data.train.items)
    let weight = try #require(model.parameters["p_z1_layers.1.h.weight"]).elements
    let variance = weight.reduce(0) { $0 + Double($1 * $1) } / Double(weight.count)
    #expect(abs(variance * 150 - 1) < 0.05)
    let inputs = try model.pseudoInputs()
    #expect(inputs.shape == [6, 1, 8, 8])
    let error = zip(inputs.elements, data.train.items.elements).map { abs($0 - $1) }
    #expect((error.max() ?? 1) < 0.06 && (error.max() ?? 0) > 0.01)
    #expect(throws: ModelError.self) { try Model(specification: specification, seed: 1) }
    specification.prior = .vampprior(PseudoInputs(33, start: .data))
    #expect(throws: ModelError.self) {
      try Model(specification: specification, seed: 1, items: data.train.items)
    }
    specification.prior = .vampprior(PseudoInputs(50))
    let noise = try #require(
      Model(specification: specification, seed: 1).parameters["means.linear.weight"])
    #expect(abs(noise.mean - 0.05) < 1e-3)
  }

  @Test("overfits a batch", arguments: [ObjectiveChoice.vae, .amim, .mim])
  func overfits(objective: ObjectiveChoice) throws {
    for (decoder, levels) in [(NetworkChoice.conv, 2), (.mlp([40]), 2), (.conv, 1)] {
      let data = SmallImages.data(16)
      let encoder: NetworkChoice = decoder == .conv ? .conv : .mlp([40, 40])
      var specification = SmallImages.specification(
        objective, encoder: encoder, decoder: decoder, levels: levels)
      specification.prior = .vampprior(PseudoInputs(4, start: .data))
      let model = try Model(specification: specification, seed: 1, items: data.train.items)
      let trained = try Trainer.train(model, on: data, options: SmallImages.options(200))
      let recon = try #require(trained.training?.history.column("recon"))
      // At this rate the loss leaps up again now and then.
      #expect(recon[0] > 30 && (recon.min() ?? 99) < 8, "\(decoder) \(levels) \(recon)")
    }
  }

  @Test("a PixelCNN learns, also in the decoder branch through its sampler")
  func pixelTraining() throws {
    for objective in [ObjectiveChoice.amim, .mim] {
      let data = SmallImages.data(16, shape: [1, 4, 4], validation: 8)
      var specification = SmallImages.specification(
        objective, shape: [1, 4, 4], decoder: Self.pixel)
      specification.prior = .vampprior(PseudoInputs(4))
      let model = try Model(specification: specification, seed: 1)
      let trained = try Trainer.train(
        model, on: data, options: SmallImages.options(80, batch: 8))
      let recon = try #require(trained.training?.history.column("recon"))
      // At this rate the loss leaps up again now and then; the best epoch is what training keeps.
      #expect((recon.min() ?? 99) < recon[0] - 2, "\(recon)")
      let mean = try #require(trained.parameters["pixelcnn.1.running_mean"])
      #expect(mean != model.parameters["pixelcnn.1.running_mean"])
      let weight = try #require(trained.parameters["pixelcnn.0.weight"])
      #expect((0..<weight.count).allSatisfy { $0 % 9 < 4 || weight.elements[$0] == 0 })
    }
  }

  @Test("the same seed gives the same bytes, through a file too, and training goes on exactly")
  func reproducible() throws {
    for decoder in [NetworkChoice.conv, Self.pixel] {
      let data = SmallImages.data(16, validation: 8, kind: .gray).binarisedForTests
      var specification = SmallImages.specification(.amim, decoder: decoder)
      specification.prior = .vampprior(PseudoInputs(3, start: .data))
      let model = try Model(specification: specification, seed: 1, items: data.train.items)
      let whole = try Trainer.train(model, on: data, options: SmallImages.options(4))
      let again = try Trainer.train(model, on: data, options: SmallImages.options(4))
      let (first, second) = (try whole.safetensors(), try again.safetensors())
      #expect(first == second)
      let half = try Trainer.train(model, on: data, options: SmallImages.options(2))
      let loaded = try Model(safetensors: half.safetensors(), path: "half")
      let resumed = try Trainer.train(loaded, on: data, options: SmallImages.options(2))
      #expect(resumed.parameters == whole.parameters)
    }
  }

  @Test("every metric of every image model is finite; codes are [z1, z2]")
  func evaluation() throws {
    let data = SmallImages.data(16)
    for decoder in [NetworkChoice.conv, Self.pixel, .mlp([8])] {
      for prior in [PriorChoice.normal, .vampprior(PseudoInputs(3)), .gmm(2), .learned] {
        for levels in 1...2 {
          var specification = SmallImages.specification(.mim, decoder: decoder, levels: levels)
          specification.prior = prior
          if decoder == .conv { specification.marginal = .vampprior(3) }
          let model = try Model(specification: specification, seed: 1)
          let values = try ModelMetrics.evaluate(
            model, on: data.train, of: data, metrics: ModelMetrics.names(for: specification))
          let isFinite = values.allSatisfy { $0.value.isFinite }
          #expect(isFinite, "\(decoder) \(prior) \(levels)")
          let size = levels == 2 ? 5 : 3
          let collapse = try ModelMetrics.collapse(model, on: data.train)
          #expect(collapse.meanVariance.count == size && collapse.klPerUnit.count == size)
          #expect(collapse.priorDeviation.allSatisfy { $0 > 0.05 })
          let codes = try model.encode(data.train.items)
          let samples = try model.sample(3, seed: 1)
          let reconstructions = try model.reconstruct(data.train.items)
          #expect(codes.draws.shape == [16, size] && samples.draws.shape == [3, 1, 8, 8])
          #expect(reconstructions.means.shape == [16, 1, 8, 8])
        }
      }
    }
  }

  @Test("a PixelCNN's conditionals ignore the pixel itself and all later ones")
  func masks() throws {
    let specification = SmallImages.specification(decoder: Self.pixel)
    let model = try Model(specification: specification, seed: 1)
    let graph = Graph()
    let x = graph.input("x", shape: [1, 64])
    let z = graph.constant(HostArray(repeating: 0.5, shape: [1, 5]))
    let mean = try #require(specification.network().likelihood(of: z, observing: x).mean)
    // Winograd's tiles let rounding of later pixels in.
    var options = PlanOptions()
    options.convolution = .direct
    let plan = try Plan(
      graph: graph, outputs: [mean], store: ParameterStore(model.parameters), options: options)
    func run(_ x0: HostArray<Float>) -> [Float] {
      plan.set(x, to: x0)
      plan.run(step: 0)
      return plan.value(of: mean).elements
    }
    let base = HostArray<Float>((0..<64).map { $0 % 3 == 0 ? 1 : 0 }, shape: [1, 64])
    let before = run(base)
    for pixel in [0, 7, 20, 63] {
      var changed = base
      changed.elements[pixel] = 1 - changed.elements[pixel]
      let after = run(changed)
      #expect(after[...pixel] == before[...pixel])
      #expect(pixel == 63 || after[(pixel + 1)...] != before[(pixel + 1)...])
    }
  }

  @Test("a summary names every layer and counts every parameter")
  func summary() throws {
    for decoder in [NetworkChoice.conv, Self.pixel] {
      var specification = SmallImages.specification(decoder: decoder)
      specification.prior = .vampprior(PseudoInputs(3))
      let model = try Model(specification: specification, seed: 1)
      let summary = try model.summary(batch: 8)
      #expect(summary.layers.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
      #expect(summary.layers.contains { $0.description.contains("gated 7×7 convolution") })
      #expect(summary.peakBytes > 100_000)
    }
  }

  @Test("a lost loss names the layer")
  func divergence() throws {
    let data = SmallImages.data(16)
    var parameters = try Model(specification: SmallImages.specification(), seed: 1).parameters
    parameters["q_z1_layers_x.2.h.bias"]?.elements[0] = .infinity
    let model = try Model(
      specification: SmallImages.specification(), parameters: parameters)
    do {
      _ = try Trainer.train(model, on: data, options: SmallImages.options(1))
      Issue.record("infinite weights should be noticed")
    } catch ModelError.diverged(let divergence) {
      #expect(divergence.origin?.contains("q_z1_layers_x.2") == true, "\(divergence)")
    }
  }
}

extension Dataset {
  /// The same grey items, binarised anew in training.
  fileprivate var binarisedForTests: Dataset {
    Dataset(
      name: name, train: train, val: val, test: test, valueKind: .binary, binarisation: .dynamic)
  }
}
