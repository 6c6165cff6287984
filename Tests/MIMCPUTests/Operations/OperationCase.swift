import MIMCPU
import MIMTensor
import Testing

/// One row of the operation table: how a graph with the operation is built, what it must give, and
/// where its derivative is checked.
struct OperationCase: Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [HostArray<Float>]
  let build: @Sendable (Graph, [Tensor]) -> Tensor
  /// The closed form in double precision.
  let expected: @Sendable ([[Double]]) -> [Double]
  var differentiable = true

  init(
    _ name: String, _ shapes: [Shape], range: ClosedRange<Double> = -1.5...1.5,
    differentiable: Bool = true,
    _ build: @escaping @Sendable (Graph, [Tensor]) -> Tensor,
    expected: @escaping @Sendable ([[Double]]) -> [Double]
  ) {
    self.name = name
    var stream = RandomStream(seed: 7, stream: name)
    // Central differences must not step over a kink: the first input lies on odd multiples of
    // 0.1, the others 0.05 beside them.
    inputs = shapes.enumerated().map { index, shape in
      HostArray(
        (0..<shape.count).map { _ in
          let value = range.lowerBound + (range.upperBound - range.lowerBound) * stream.uniform()
          return Float((value / 0.2).rounded(.down) * 0.2 + (index == 0 ? 0.1 : 0.05))
        }, shape: shape)
    }
    self.build = build
    self.expected = expected
    self.differentiable = differentiable
  }

  var testDescription: String { name + " " + inputs.map(\.shape.description).joined() }
}

/// The ways in which a graph can be run, all of which must agree.
struct RunningWay: Sendable, CustomTestStringConvertible {
  let batchInnermost: Bool
  let variant: InstructionSet
  var threads = 1

  static let all = InstructionSet.available.flatMap { variant in
    [false, true].map { RunningWay(batchInnermost: $0, variant: variant) }
  }

  var backend: CPUBackend {
    CPUBackend(instructionSet: variant, storesBatchInnermost: batchInnermost)
  }

  var options: PlanOptions {
    var options = PlanOptions(threads: threads, seed: 3)
    options.convolution = .direct
    return options
  }

  var testDescription: String {
    "\(variant)\(batchInnermost ? ", batch innermost" : "")\(threads > 1 ? ", \(threads) threads" : "")"
  }
}
