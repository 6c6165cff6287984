import MIMTensor
import Testing

@Suite("Plans of images") struct ImagePlanTests {
  @Test("the same threads give the same bits, whatever ran before", arguments: [1, 2])
  func bits(threads: Int) throws {
    let runs = try (0..<2).map { _ in
      let step = try ImageStep(threads: threads)
      for index in 0..<3 { #expect(step.plan.run(step: UInt64(index))) }
      return step.store.parameters
    }
    #expect(runs[0] == runs[1])
  }

  @Test("two threads agree with one, and Winograd's algorithm with the direct one")
  func agreement() throws {
    let reference = try ImageStep(threads: 1, convolution: .direct).gradients()
    for (threads, convolution) in [(2, ConvolutionAlgorithm.direct), (2, .automatic)] {
      let gradients = try ImageStep(threads: threads, convolution: convolution).gradients()
      try #require(gradients.map(\.count) == reference.map(\.count))
      for (one, other) in zip(gradients, reference) {
        #expect(relativeDistance(one, other) <= (convolution == .direct ? 1e-5 : 1e-3))
      }
    }
  }

  @Test(
    "a replayed step of a network of images allocates nothing",
    .enabled(if: AllocationCount.isPossible, AllocationCount.needed), arguments: [1, 2])
  func replay(threads: Int) throws {
    let step = try ImageStep(threads: threads)
    step.plan.run(step: 0)
    let count = AllocationCount.of {
      for index in 1...4 { step.plan.run(step: UInt64(index)) }
    }
    #expect(count == 0)
  }

  @Test("weights that a mask forbids are zero after an update, and others move")
  func maskedUpdate() throws {
    let step = try ImageStep(threads: 1)
    step.plan.run(step: 0)
    let weights = try #require(step.store.value("masked")).elements
    for (index, weight) in weights.enumerated() {
      #expect((weight == 0) == (index % 9 > 4), "\(index)")
    }
  }

  @Test("a network too large for the machine is refused", arguments: [1 << 22, 1 << 55])
  func tooLarge(batch: Int) throws {
    let graph = Graph()
    let x = graph.input("x", shape: [batch, 16, 64, 64])
    let w = graph.parameter("w", shape: [64, 16, 3, 3])
    let y = x.convolution(heads: [(w, nil)], padding: 1)
    let store = try ParameterStore(["w": HostArray(repeating: 1, shape: w.shape)])
    #expect(throws: EngineError.self) { try Plan(graph: graph, outputs: [y], store: store) }
  }

  @Test(
    "more than four heads of one affine map have gradients at every batch", arguments: [16, 10])
  func manyHeads(batch: Int) throws {
    let graph = Graph()
    let x = graph.input("x", shape: [batch, 3])
    let w = graph.parameter("w", shape: [2, 3])
    let b = graph.parameter("b", shape: [2])
    let heads = x.affine(heads: Array(repeating: (w, b), count: 6), activation: .tanh)
    let loss = heads.dropFirst().reduce(heads[0], +).sum()
    let gradients = try graph.gradients(of: loss, withRespectTo: [x, w, b])
    let store = try ParameterStore([
      "w": HostArray(repeating: 0.5, shape: [2, 3]), "b": HostArray(repeating: 0, shape: [2]),
    ])
    let plan = try Plan(graph: graph, outputs: gradients, store: store)
    plan.run(step: 0)
    // At x = 0 each of 6 heads adds 1 for each item to a bias.
    #expect(plan.value(of: gradients[2]).elements == [Float](repeating: Float(6 * batch), count: 2))
    #expect(plan.value(of: gradients[0]).elements.allSatisfy { $0 == 6 })
  }
}

/// A small network of every kind of image layer, with its updates.
private struct ImageStep {
  let plan: Plan
  let store = ParameterStore()
  private let gradientTensors: [Tensor]

  init(threads: Int, convolution: ConvolutionAlgorithm = .automatic) throws {
    let graph = Graph()
    var stream = RandomStream(seed: 5, stream: "network")
    let store = self.store
    func parameter(_ name: String, _ shape: Shape) throws -> Tensor {
      let values = stream.normals(shape.count).map { $0 * 0.1 + (shape.rank == 1 ? 0.5 : 0) }
      try store.set(name, to: HostArray(values, shape: shape))
      return graph.parameter(name, shape: shape)
    }
    let x = graph.constant(HostArray(stream.normals(16 * 27 * 29), shape: [16, 1, 27, 29]))
    let h = try (weight: parameter("h", [32, 1, 3, 3]), bias: parameter("hb", [32]))
    let g = try (weight: parameter("g", [32, 1, 3, 3]), bias: parameter("gb", [32]))
    let masked = try parameter("masked", [32, 32, 3, 3])
    let (scale, shift) = try (parameter("scale", [32]), parameter("shift", [32]))
    let first = x.gatedConvolution(h: h, g: g, padding: 1)
    let (second, updates) = first.maskedConvolution(weight: masked, mask: .b).batchNormalization(
      scale: scale, shift: shift, runningMean: try parameter("mean", [32]),
      runningVariance: try parameter("variance", [32]), training: true)
    let last = try parameter("last", [6, 32, 3, 3])
    let y = second.relu().convolution(heads: [(last, nil)], stride: 2)
    let trained = [h.weight, h.bias, g.weight, g.bias, masked, scale, shift, last]
    gradientTensors = try graph.gradients(of: y.square().mean(), withRespectTo: trained)
    var options = PlanOptions(threads: threads)
    options.convolution = convolution
    plan = try Plan(
      graph: graph, outputs: gradientTensors,
      updates: updates
        + graph.adam(
          parameters: trained, gradients: gradientTensors, learningRate: graph.scalar(1e-3)),
      store: store, options: options)
  }

  func gradients() -> [[Float]] {
    plan.run(step: 0)
    return gradientTensors.map { plan.value(of: $0).elements }
  }
}
