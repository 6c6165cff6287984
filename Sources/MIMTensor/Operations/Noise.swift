import CKernels

/// Independent random numbers, drawn anew in each step: Philox 4×32-10 keyed by (seed, stream)
/// with the counter (element, step), so a step can be replayed exactly and the draws do not depend
/// on the number of threads.
struct Noise: Operation {
  enum Distribution: Sendable { case normal, uniform, integer(below: Int) }
  let distribution: Distribution
  let stream: String

  var name: String {
    switch distribution {
    case .normal: "normalNoise"
    case .uniform: "uniformNoise"
    case .integer: "randomIndices"
    }
  }

  func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 10 * outputs[0].count }

  /// Elements are numbered as they are stored: a plan that stores a matrix transposed draws it so.
  func batchMinor(inputs: [Shape], outputs: [Shape]) -> BatchMinorForm? {
    BatchMinorForm(operation: self, inputs: [], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    let kernel: mim_kernel
    var bound = 0
    switch distribution {
    case .normal: kernel = MIM_NORMAL_NOISE
    case .uniform: kernel = MIM_UNIFORM_NOISE
    case .integer(let below):
      kernel = MIM_RANDOM_INDICES
      bound = below
    }
    return [
      Instruction(
        kernel, [binding.outputs[0], binding.step],
        sizes: [binding.outputShapes[0].count, Int(key.x), Int(key.y), bound])
    ]
  }
}

/// One draw of 0 or 1 per logit; no gradient.
struct BernoulliSample: Operation {
  let stream: String
  var name: String { "bernoulliSample" }
  var worksInPlace: Bool { true }

  func gradient(_ context: GradientContext) -> [Tensor?] { [nil] }
  func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int { 10 * outputs[0].count }

  func instructions(_ binding: Binding) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    return [
      Instruction(
        MIM_BERNOULLI_SAMPLE, [binding.inputs[0], binding.outputs[0], binding.step],
        sizes: [binding.outputShapes[0].count, Int(key.x), Int(key.y)])
    ]
  }
}

extension Graph {
  /// Independent draws from N(0, 1), new ones in each step.
  public func normalNoise(shape: Shape, stream: String) -> Tensor {
    append(Noise(distribution: .normal, stream: stream), inputs: [], shape: shape)
  }

  /// Independent draws from the open interval (0, 1), new ones in each step.
  public func uniformNoise(shape: Shape, stream: String) -> Tensor {
    append(Noise(distribution: .uniform, stream: stream), inputs: [], shape: shape)
  }

  /// `count` independent row numbers, each of `0..<bound` equally likely up to bound/2³², new ones
  /// in each step. Precondition: 1 ≤ bound ≤ 2²⁴.
  public func randomIndices(count: Int, below bound: Int, stream: String) -> Tensor {
    precondition((1...1 << 24).contains(bound), "no row number below \(bound)")
    return append(
      Noise(distribution: .integer(below: bound), stream: stream), inputs: [], shape: [count])
  }

  /// A draw of 0 or 1 for each logit l, 1 with probability sigmoid(l); no gradient.
  public func bernoulliSample(probabilitiesFromLogits logits: Tensor, stream: String) -> Tensor {
    append(BernoulliSample(stream: stream), inputs: [logits], shape: logits.shape)
  }
}
