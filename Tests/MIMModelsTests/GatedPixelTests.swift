import Foundation
import MIMModels
import MIMTensor
import Testing

@Suite("Gated PixelCNN")
struct GatedPixelTests {
  private static func specification(
    _ dimensions: [Int], layers: Int = 3, channels: Int = 6, objective: ObjectiveChoice = .vae,
    z: Int = 3, labels: [String]? = nil
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: dimensions, valueKind: .binary, latentSize: z,
      hidden: [8])
    specification.decoder = .gatedPixelCNN(
      layers: layers, channels: channels, maps: 2, labels: labels != nil)
    specification.labelNames = labels
    if let labels { specification.latentSizes = [z + labels.count] }
    return specification
  }

  /// Weights far from those of a network that says the same of all pixels.
  private static func parameters(
    _ specification: ModelSpecification, factor: Float = 3
  ) throws -> [String: HostArray<Float>] {
    var parameters = try Model(specification: specification, seed: 3).parameters
    for (name, value) in parameters where name.hasSuffix(".weight") {
      parameters[name]?.elements = value.elements.map { factor * $0 }
    }
    return parameters
  }

  @Test("a pixel depends on every pixel before it, without a blind spot, and on no other")
  func order() throws {
    let specification = Self.specification([1, 6, 6])
    let graph = Graph()
    var stream = RandomStream(seed: 1, stream: "x")
    func constant(_ shape: Shape) -> Tensor {
      graph.constant(HostArray(stream.normals(shape.count), shape: shape))
    }
    let (x, z) = (constant([1, 36]), constant([1, 3]))
    let logits = specification.network().likelihood(of: z, observing: x).parts[0]
    for place in [0, 5, 6, 20, 35] {
      let gradients = try graph.gradients(
        of: logits.slice(axis: 1, range: place..<place + 1).sum(), withRespectTo: [x, z])
      let run = try Traced(graph, gradients, parameters: Self.parameters(specification))
      let depends = run(gradients[0]).map { $0 != 0 }
      #expect(depends == (0..<36).map { $0 < place }, "\(place)")
      #expect(run(gradients[1]).allSatisfy { $0 != 0 })
    }
  }

  @Test("probabilities of all images given z and a class add up to 1, and differ between classes")
  func sums() throws {
    let specification = Self.specification([1, 2, 2], z: 2, labels: ["a", "b", "c"])
    let graph = Graph()
    let x = graph.constant(
      HostArray(
        (0..<16).flatMap { image in (0..<4).map { Float(image >> $0 & 1) } }, shape: [16, 4]))
    let densities = (0..<3).map { label in
      let code = (0..<3).map { Float($0 == label ? 1 : 0) } + [0.7, -1.2]
      let z = graph.constant(HostArray(code, shape: [1, 5])).broadcast(to: [16, 5])
      return specification.network().likelihood(of: z, observing: x).logDensity(of: x)
    }
    let run = try Traced(graph, densities, parameters: Self.parameters(specification))
    for density in densities {
      let sum = run(density).reduce(0) { $0 + exp(Double($1)) }
      #expect(abs(sum - 1) < 1e-5)
    }
    #expect(!agree(run(densities[0]), run(densities[1]), tolerance: 1e-3))
  }

  @Test(
    "row by row gives the whole decoder's images",
    arguments: [
      ([1, 6, 5], LikelihoodChoice.bernoulli, nil), ([3, 4, 8], .logistic, nil),
      ([1, 5, 5], .bernoulli, ["a", "b"]),
    ] as [([Int], LikelihoodChoice, [String]?)])
  func sampler(dimensions: [Int], likelihood: LikelihoodChoice, labels: [String]?) throws {
    var specification = Self.specification(dimensions, labels: labels)
    specification.valueKind = likelihood == .bernoulli ? .binary : .gray
    specification.likelihood = likelihood
    let store = try ParameterStore(Self.parameters(specification, factor: 2))
    let (count, latent) = (9, specification.latentSize)
    var stream = RandomStream(seed: 4, stream: "codes")
    let codes = HostArray(stream.normals(count * latent), shape: [count, latent])
    let uniforms = HostArray(
      stream.uniforms(count * specification.itemSize), shape: [count, specification.itemSize])
    let sampler = try #require(
      try GatedPixelSampler(specification, store: store, batch: 4, threads: 2))
    let naive = try NaivePixelSampler(specification, store: store, batch: 4, threads: 1)
    let drawn = try sampler.sample(codes: codes, uniforms: uniforms).elements
    let expected = try naive.sample(codes: codes, uniforms: uniforms).elements
    // Of 256 levels rounding may choose the next, which moves those behind it a little.
    let others = zip(drawn, expected).filter { abs($0 - $1) > 1e-6 }
    #expect(likelihood == .bernoulli ? others.isEmpty : others.count < drawn.count / 50)
    #expect(others.allSatisfy { abs($0 - $1) < 2.5 / 255 })
    #expect(Set(drawn).count > 1)
    // The first rows of other images, known.
    let image = specification.itemDimensions.suffix(2)
    let area = image.reduce(1, *)
    let known = KnownPixels(
      HostArray(
        stream.uniforms(uniforms.count).map { $0 < 0.5 ? Float(0) : 1 }, shape: uniforms.shape),
      count: area / 2)
    let completed = try sampler.sample(codes: codes, uniforms: uniforms, known: known).elements
    let whole = try naive.sample(codes: codes, uniforms: uniforms, known: known).elements
    #expect(zip(completed, whole).filter { abs($0 - $1) > 1e-6 }.count <= drawn.count / 50)
    for place in completed.indices where place % area < known.count {
      #expect(completed[place] == known.images.elements[place])
    }
    #expect(completed != known.images.elements)
  }

  /// The left half is bright in class 0 and the right half in class 1.
  private static func halves(_ count: Int) -> Dataset {
    func split(_ role: DataSplit.Role, _ count: Int) -> DataSplit {
      var random = RandomStream(seed: 6, stream: "halves \(role.rawValue)")
      let labels = (0..<count).map { Int32($0 % 2) }
      let pixels = labels.flatMap { label -> [Float] in
        (0..<64).map { place in
          Float(random.uniform() < ((place % 8 < 4) == (label == 0) ? 0.9 : 0.1) ? 1 : 0)
        }
      }
      return DataSplit(
        role: role, items: HostArray(pixels, shape: [count, 1, 8, 8]), labels: labels,
        classNames: ["left", "right"])
    }
    return Dataset(
      name: "halves", train: split(.train, count), val: split(.val, 64), test: split(.test, 64),
      valueKind: .binary)
  }

  @Test("trained with classes, what is drawn of a class is of that class; a file keeps it")
  func classes() throws {
    let data = Self.halves(256)
    let specification = Self.specification(
      [1, 8, 8], layers: 2, channels: 8, labels: ["left", "right"])
    var options = TrainingOptions()
    (options.epochs, options.batch, options.learningRate, options.warmup) = (8, 32, 1e-2, 1)
    (options.keep, options.patience) = (.last, nil)
    let trained = try Trainer.train(
      Model(specification: specification, seed: 1), on: data, options: options)
    let model = try Model(safetensors: trained.safetensors(), path: "m")
    #expect(model.parameters == trained.parameters)
    for (label, name) in ["left", "right"].enumerated() {
      let sample = try model.sample(40, label: name, seed: 2)
      let left = sample.draws.elements.enumerated().reduce(0) {
        $0 + ($1.offset % 8 < 4 ? $1.element : -$1.element)
      }
      #expect(label == 0 ? left > 400 : left < -400, "\(name): \(left)")
      #expect(model.heldLabels(of: sample.codes) == [Int32](repeating: Int32(label), count: 40))
    }
    let any = try #require(model.heldLabels(of: model.sample(60, seed: 5).codes))
    #expect(Set(any) == [0, 1])
    let test = try #require(data.test)
    let codes = try model.encode(test.items, labels: test.labels)
    #expect(model.heldLabels(of: codes.draws) == test.labels)
    let found = try ModelMetrics.evaluate(
      model, on: test, of: data, metrics: ["nll", "rate", "rmse", "active"])
    #expect(found.allSatisfy { $0.value.isFinite })
    // Independent pixels of a known class have 64 · 0.325 nats.
    #expect(found[0].value < 32, "\(found[0].value)")
  }

  @Test("what it can't be beside is refused, with what to use instead")
  func refusals() throws {
    for (part, change): (String, (inout ModelSpecification) -> Void) in [
      ("kind amim", { $0.objective = .mim }),
      ("enc=conv dec=gatedpixelcnn", { $0.encoder = .gatedPixelCNN() }),
      ("vectors", { $0.itemDimensions = [64] }), ("levels=1", { $0.latentSizes = [3, 2] }),
      ("labels=no", { $0.decoder = .gatedPixelCNN(labels: true) }),
      (
        "perceptrons",
        {
          $0.objective = .csvae()
          $0.labelNames = ["a", "b"]
          $0.latentSizes = [8]
          $0.decoder = .gatedPixelCNN(labels: true)
        }
      ),
      (
        "one of z",
        {
          $0.decoder = .gatedPixelCNN(labels: true)
          $0.labelNames = ["a", "b", "c"]
        }
      ),
      (
        "prior=normal",
        {
          $0.decoder = .gatedPixelCNN(labels: true)
          $0.labelNames = ["a", "b"]
          $0.prior = .marginal
        }
      ),
    ] {
      var specification = Self.specification([1, 8, 8])
      change(&specification)
      if specification.latentSizes.count == 2 { specification.anchor = .learned }
      try expectRefusal(specification, naming: part)
    }
  }
}
