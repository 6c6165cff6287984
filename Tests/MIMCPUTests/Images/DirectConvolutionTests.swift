import MIMCPU
import MIMTensor
import Testing

/// All three passes of a convolution beside plain loops in double precision, for extents that fill no block, no tile and
/// no register.
@Suite("Direct convolutions") struct DirectConvolutionTests {
  struct Layer: Sendable, CustomTestStringConvertible {
    var batch = 2
    var channels: Int
    var height: Int
    var width: Int
    var heads: [Int]
    var kernel: (height: Int, width: Int)
    var stride = 1
    var padding = 0
    var biased = true
    var testDescription: String {
      "\(batch)×\(channels)×\(height)×\(width), \(heads), \(kernel), stride \(stride), "
        + "padding \(padding)"
    }
  }

  static let shapes = [
    Layer(channels: 1, height: 28, width: 28, heads: [32, 32], kernel: (7, 7), padding: 3),
    Layer(channels: 3, height: 7, width: 7, heads: [20], kernel: (3, 3), stride: 2, padding: 2),
    Layer(channels: 5, height: 9, width: 11, heads: [19], kernel: (4, 3), stride: 3, padding: 1),
    Layer(channels: 18, height: 6, width: 5, heads: [33, 4], kernel: (3, 2), stride: 3),
    Layer(
      channels: 20, height: 5, width: 6, heads: [8], kernel: (3, 3), padding: 4, biased: false),
    Layer(channels: 7, height: 8, width: 8, heads: [9], kernel: (1, 1), stride: 2),
    Layer(
      channels: 32, height: 12, width: 13, heads: [32, 32], kernel: (3, 3), stride: 2, padding: 1),
    Layer(batch: 1, channels: 64, height: 3, width: 2, heads: [16], kernel: (1, 1)),
    Layer(batch: 5, channels: 40, height: 7, width: 7, heads: [36], kernel: (5, 5), padding: 2),
    Layer(batch: 3, channels: 2, height: 1, width: 1, heads: [1], kernel: (1, 1)),
  ]

  @Test("agree with plain loops on every instruction set", arguments: shapes)
  func agreement(layer: Layer) throws {
    let expected = layer.byPlainLoops()
    for variant in InstructionSet.available {
      for threads in 1...3 {
        let found = try layer.byPlan(threads: threads, variant)
        for (index, (one, other)) in zip(found, expected).enumerated() {
          #expect(relativeDistance(one, other) <= 1e-6, "array \(index), \(variant), \(threads)")
        }
      }
    }
  }

  @Test("agree for every number of channels and pixels from 1 to 67", arguments: 1...67)
  func everySize(size: Int) throws {
    let layers = [
      Layer(channels: size, height: 3, width: 4, heads: [68 - size], kernel: (2, 3), padding: 1),
      Layer(channels: 4, height: 2, width: size, heads: [6], kernel: (1, 3), stride: 2, padding: 1),
      Layer(
        batch: size % 5 + 1, channels: 3, height: size, width: 2, heads: [size], kernel: (1, 1)),
    ]
    for layer in layers {
      let expected = layer.byPlainLoops()
      for variant in InstructionSet.available {
        let found = try layer.byPlan(threads: size % 3 + 1, variant)
        for (index, (one, other)) in zip(found, expected).enumerated() {
          #expect(relativeDistance(one, other) <= 1e-6, "\(layer), array \(index), \(variant)")
        }
      }
    }
  }

  @Test("one thread more gives the same images")
  func oneMoreThread() throws {
    for layer in Self.shapes {
      for variant in InstructionSet.available {
        let one = try layer.byPlan(threads: 1, variant)
        let three = try layer.byPlan(threads: 3, variant)
        #expect(one[0] == three[0] && one[1] == three[1], "\(layer), \(variant)")
      }
    }
  }
}

extension DirectConvolutionTests.Layer {
  private var outHeight: Int { (height + 2 * padding - kernel.height) / stride + 1 }
  private var outWidth: Int { (width + 2 * padding - kernel.width) / stride + 1 }
  private var outputs: Int { heads.reduce(0, +) }
  private var xShape: Shape { [batch, channels, height, width] }
  private var yShape: Shape { [batch, outputs, outHeight, outWidth] }

  /// x, then the heads' weights side by side, biases, and the outer gradient.
  private func arrays() -> (x: [Float], weights: [Float], biases: [Float], outer: [Float]) {
    var stream = RandomStream(seed: 3, stream: "direct")
    func normals(_ count: Int) -> [Float] { stream.normals(count) }
    return (
      normals(xShape.count), normals(outputs * channels * kernel.height * kernel.width),
      biased ? normals(outputs) : [Float](repeating: 0, count: outputs), normals(yShape.count)
    )
  }

  /// y, then the gradients of x, of all weights and of all biases.
  fileprivate func byPlan(threads: Int, _ variant: InstructionSet) throws -> [[Float]] {
    let (graph, store) = (Graph(), ParameterStore(on: CPUBackend(instructionSet: variant)))
    let (values, weights, biases, outer) = arrays()
    func parameter(_ name: String, _ shape: Shape, _ values: ArraySlice<Float>) throws -> Tensor {
      try store.set(name, to: HostArray(Array(values), shape: shape))
      return graph.parameter(name, shape: shape)
    }
    let x = try parameter("x", xShape, values[...])
    var (first, size) = (0, channels * kernel.height * kernel.width)
    var parameters: [(weight: Tensor, bias: Tensor?)] = []
    for (index, count) in heads.enumerated() {
      let weight = try parameter(
        "w\(index)", [count, channels, kernel.height, kernel.width],
        weights[first * size..<(first + count) * size])
      let bias =
        biased ? try parameter("b\(index)", [count], biases[first..<first + count]) : nil
      parameters.append((weight, bias))
      first += count
    }
    let y = x.convolution(heads: parameters, stride: stride, padding: padding)
    let gradients = try graph.gradients(
      of: (y * parameter("outer", yShape, outer[...])).sum(),
      withRespectTo: [x] + parameters.map(\.weight) + parameters.compactMap(\.bias))
    var options = PlanOptions(threads: threads)
    options.convolution = .direct
    let plan = try Plan(
      graph: graph, outputs: [y] + gradients, store: store, options: options)
    plan.run(step: 0)
    func joined(_ tensors: some Sequence<Tensor>) -> [Float] {
      tensors.flatMap { plan.value(of: $0).elements }
    }
    let ofWeights = gradients.dropFirst().prefix(heads.count)
    let ofBiases = gradients.dropFirst(1 + heads.count)
    return [joined([y]), joined([gradients[0]]), joined(ofWeights)]
      + (biased ? [joined(ofBiases)] : [])
  }

  /// The same by the definition (`Tensor.convolution`).
  fileprivate func byPlainLoops() -> [[Float]] {
    let (x, weights, biases, outer) = arrays()
    var y = [Double](repeating: 0, count: outer.count)
    var toX = [Double](repeating: 0, count: x.count)
    var toWeights = [Double](repeating: 0, count: weights.count)
    var toBiases = [Double](repeating: 0, count: outputs)
    for n in 0..<batch {
      for o in 0..<outputs {
        for (i, j) in places(outHeight, outWidth) {
          let at = ((n * outputs + o) * outHeight + i) * outWidth + j
          y[at] = Double(biases[o])
          toBiases[o] += Double(outer[at])
          for c in 0..<channels {
            for (u, v) in places(kernel.height, kernel.width) {
              let (row, column) = (stride * i + u - padding, stride * j + v - padding)
              guard row >= 0, row < height, column >= 0, column < width else { continue }
              let place = ((n * channels + c) * height + row) * width + column
              let weight = ((o * channels + c) * kernel.height + u) * kernel.width + v
              y[at] += Double(weights[weight]) * Double(x[place])
              toX[place] += Double(weights[weight]) * Double(outer[at])
              toWeights[weight] += Double(x[place]) * Double(outer[at])
            }
          }
        }
      }
    }
    return ([y, toX, toWeights] + (biased ? [toBiases] : [])).map { $0.map(Float.init) }
  }

  private func places(_ rows: Int, _ columns: Int) -> [(Int, Int)] {
    (0..<rows).flatMap { row in (0..<columns).map { (row, $0) } }
  }
}
