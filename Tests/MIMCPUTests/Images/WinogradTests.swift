import MIMCPU
import MIMTensor
import Testing

@Suite("Winograd's algorithm for 3×3 and 5×5 kernels") struct WinogradTests {
  /// Two heads, the second with lanes left over; x has 32 or 48 channels.
  struct Layer: Sendable, CustomTestStringConvertible {
    var height: Int
    var width: Int
    var padding: Int
    var channels = 32
    var heads = [64, 64]
    var batch = 5
    var kernel = 5
    var testDescription: String {
      "\(height)×\(width), \(kernel)×\(kernel), padding \(padding), \(heads) heads"
    }
  }

  static let layers = [
    Layer(height: 14, width: 14, padding: 2), Layer(height: 27, width: 29, padding: 2),
    Layer(height: 27, width: 29, padding: 0, heads: [32, 20]),
    Layer(height: 9, width: 30, padding: 4, channels: 48, heads: [16]),
    Layer(height: 14, width: 14, padding: 1, channels: 80, heads: [80], batch: 1),
    Layer(height: 28, width: 28, padding: 1, channels: 64, heads: [64, 64], batch: 3, kernel: 3),
    Layer(height: 27, width: 29, padding: 1, kernel: 3),
    Layer(height: 27, width: 29, padding: 0, heads: [32, 20], kernel: 3),
    Layer(height: 7, width: 7, padding: 2, channels: 48, heads: [16], kernel: 3),
    Layer(height: 14, width: 13, padding: 1, channels: 80, heads: [80], batch: 1, kernel: 3),
  ]

  @Test("all passes agree with the direct form, for one thread and two", arguments: layers)
  func agreement(layer: Layer) throws {
    let direct = try layer.results(threads: 1, .direct)
    for threads in [1, 2, 3] {
      for variant in InstructionSet.available {
        let fast = try layer.results(threads: threads, .automatic, variant)
        #expect(fast != direct, "the direct form was used")
        for (index, (one, other)) in zip(fast, direct).enumerated() {
          #expect(relativeDistance(one, other) <= 2e-5, "\(index), \(variant), \(threads)")
        }
      }
    }
  }

  @Test("the same threads give the same bits", arguments: [1, 2], [1, 6])
  func bits(threads: Int, layer: Int) throws {
    let runs = try (0..<3).map { _ in
      try Self.layers[layer].results(threads: threads, .automatic)
    }
    #expect(runs[0] == runs[1] && runs[1] == runs[2])
  }

  @Test("tiles and weights at the points take little memory beside the images", arguments: layers)
  func memory(layer: Layer) throws {
    let fast = try layer.plan(threads: 2, .automatic).plan.summary.peakBytes
    let direct = try layer.plan(threads: 2, .direct).plan.summary.peakBytes
    #expect(fast < direct + 24_000_000)
  }

  @Test("a replay gives the same numbers as the first run")
  func replay() throws {
    let layer = Self.layers[0]
    #expect(
      try layer.results(threads: 2, .automatic, runs: 3)
        == layer.results(threads: 2, .automatic, runs: 1))
  }
}

extension WinogradTests.Layer {
  /// y, then the gradients of x and of every head's weights and biases.
  fileprivate func results(
    threads: Int, _ algorithm: ConvolutionAlgorithm, _ variant: InstructionSet? = nil,
    runs: Int = 1
  ) throws -> [[Float]] {
    let (plan, outputs) = try plan(threads: threads, algorithm, variant)
    for step in 0..<runs { plan.run(step: UInt64(step)) }
    return outputs.map { plan.value(of: $0).elements }
  }

  /// The plan of y and the gradients.
  fileprivate func plan(
    threads: Int, _ algorithm: ConvolutionAlgorithm, _ variant: InstructionSet? = nil
  ) throws -> (plan: Plan, outputs: [Tensor]) {
    let graph = Graph()
    let store = ParameterStore(on: CPUBackend(instructionSet: variant))
    var stream = RandomStream(seed: 9, stream: "layer")
    func parameter(_ name: String, _ shape: Shape) throws -> Tensor {
      try store.set(name, to: HostArray(stream.normals(shape.count), shape: shape))
      return graph.parameter(name, shape: shape)
    }
    let x = try parameter("x", [batch, channels, height, width])
    let parameters = try heads.enumerated().map { index, count in
      (
        weight: try parameter("w\(index)", [count, channels, kernel, kernel]),
        bias: Optional(try parameter("b\(index)", [count]))
      )
    }
    let y = x.convolution(heads: parameters, padding: padding)
    let outer = try parameter("outer", y.shape)
    let gradients = try graph.gradients(
      of: (y * outer).sum(),
      withRespectTo: [x] + parameters.map(\.weight) + parameters.compactMap(\.bias))
    var options = PlanOptions(threads: threads)
    options.convolution = algorithm
    let outputs = [y] + gradients
    return (
      try Plan(graph: graph, outputs: outputs, store: store, options: options), outputs
    )
  }
}
