import MIMCPU
import MIMTensor
import Testing

@Suite("Gates inside convolutions") struct FusedGateTests {
  struct Layer: Sendable, CustomTestStringConvertible {
    var height: Int
    var width: Int
    var channels: Int
    var half: Int
    var kernel = 3
    var batch = 3
    var biased = true
    var testDescription: String { "\(height)×\(width), \(channels) → \(half), \(kernel)×\(kernel)" }
  }

  static let layers = [
    Layer(height: 28, width: 28, channels: 64, half: 64),
    Layer(height: 27, width: 29, channels: 16, half: 48, batch: 1),
    Layer(height: 14, width: 13, channels: 32, half: 16, biased: false),
    Layer(height: 14, width: 14, channels: 32, half: 80, kernel: 5),
  ]

  @Test("nobody but the gate reads h and g: the same bits, and no image of them", arguments: layers)
  func fused(layer: Layer) throws {
    for threads in [1, 2] {
      for variant in InstructionSet.available {
        let fused = try layer.plan(threads: threads, variant, keepsHalves: false)
        let apart = try layer.plan(threads: threads, variant, keepsHalves: true)
        #expect(fused.values == apart.values, "\(variant), \(threads)")
        #expect(fused.nodes + 1 == apart.nodes, "\(variant), \(threads)")
      }
    }
  }

  @Test("the direct form has its gate inside too, and agrees with Winograd's", arguments: layers)
  func direct(layer: Layer) throws {
    let fast = try layer.plan(threads: 2, nil, keepsHalves: false)
    let direct = try layer.plan(threads: 2, nil, keepsHalves: false, .direct)
    let apart = try layer.plan(threads: 2, nil, keepsHalves: true, .direct)
    #expect(direct.nodes + 1 == apart.nodes)
    #expect(direct.values == apart.values)
    #expect(relativeDistance(fast.values, direct.values) <= 2e-5)
  }

  static let narrowLayers = [
    Layer(height: 28, width: 28, channels: 1, half: 64),
    Layer(height: 28, width: 28, channels: 1, half: 32, kernel: 7),
    Layer(height: 5, width: 31, channels: 3, half: 16, kernel: 5, batch: 1, biased: false),
    Layer(height: 9, width: 2, channels: 2, half: 48, kernel: 1),
  ]

  @Test("of a gray or coloured image they give the same bits as apart", arguments: narrowLayers)
  func narrow(layer: Layer) throws {
    for threads in [1, 2] {
      for variant in InstructionSet.available {
        for algorithm in [ConvolutionAlgorithm.automatic, .direct] {
          let fused = try layer.plan(threads: threads, variant, keepsHalves: false, algorithm)
          let apart = try layer.plan(threads: threads, variant, keepsHalves: true, algorithm)
          #expect(fused.values == apart.values, "\(variant), \(threads)")
          #expect(fused.nodes + 1 == apart.nodes, "\(variant), \(threads)")
        }
      }
    }
  }

  @Test("heads that don't fill their blocks keep their gate", arguments: [6, 20], [1, 16])
  func padded(half: Int, channels: Int) throws {
    let layer = Layer(height: 14, width: 14, channels: channels, half: half)
    let fused = try layer.plan(threads: 2, nil, keepsHalves: false)
    let apart = try layer.plan(threads: 2, nil, keepsHalves: true)
    #expect(fused.values == apart.values)
  }

  @Test("a gate without its gradient and one with it agree")
  func gradients() throws {
    let layer = Self.layers[1]
    let alone = try layer.plan(threads: 2, nil, keepsHalves: false)
    let differentiated = try layer.plan(threads: 2, nil, keepsHalves: false, isTrained: true)
    #expect(alone.values == differentiated.values)
  }
}

extension FusedGateTests.Layer {
  /// h·sigmoid(g) of a plan that also gives h and g or not, and the number of its nodes.
  fileprivate func plan(
    threads: Int, _ variant: InstructionSet?, keepsHalves: Bool,
    _ algorithm: ConvolutionAlgorithm = .automatic, isTrained: Bool = false
  ) throws -> (values: [Float], nodes: Int) {
    let graph = Graph()
    let store = ParameterStore(on: CPUBackend(instructionSet: variant))
    var stream = RandomStream(seed: 5, stream: "gate")
    func parameter(_ name: String, _ shape: Shape) throws -> Tensor {
      try store.set(name, to: HostArray(stream.normals(shape.count), shape: shape))
      return graph.parameter(name, shape: shape)
    }
    let x = try parameter("x", [batch, channels, height, width])
    let heads = try ["h", "g"].map { name in
      let weight = try parameter("\(name).w", [half, channels, kernel, kernel])
      return (weight: weight, bias: biased ? try parameter("\(name).b", [half]) : nil)
    }
    let halves = x.convolution(heads: heads, padding: kernel / 2)
    let y = halves.gated(axis: 1)
    var outputs = keepsHalves ? [y, halves] : [y]
    if isTrained { outputs += try graph.gradients(of: y.sum(), withRespectTo: [x]) }
    var options = PlanOptions(threads: threads)
    options.convolution = algorithm
    let plan = try Plan(graph: graph, outputs: outputs, store: store, options: options)
    plan.run(step: 0)
    // What is kept is stored plainly: a conversion more.
    return (
      plan.value(of: y).elements, plan.summary.nodeCount - (keepsHalves ? 1 : 0)
    )
  }
}
