import CKernels

/// Independent random numbers, redrawn in each step: Philox 4×32-10 keyed by (seed, stream)
/// with the counter (element, step), so a step can be replayed exactly and the draws do not depend
/// on the number of threads.
struct Noise: Operation {
  enum Distribution: Sendable { case normal, uniform, integer(below: Int) }
  let distribution: Distribution
  let stream: String
  /// The part of a larger array that is drawn; its rows are shared out.
  var share = BatchShare.whole
  /// Whether rows are stored innermost.
  var isTransposed = false

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
    var transposed = self
    transposed.isTransposed = true
    return BatchMinorForm(operation: transposed, inputs: [], outputs: [true])
  }

  func instructions(_ binding: Binding) -> [Instruction] {
    let key = Philox.key(seed: binding.seed, stream: stream)
    let kernel: mim_kernel
    var bound = 0
    switch distribution {
    case .normal: kernel = isWhole ? MIM_NORMAL_NOISE : MIM_NORMAL_NOISE_PARTS
    case .uniform: kernel = isWhole ? MIM_UNIFORM_NOISE : MIM_UNIFORM_NOISE_PARTS
    case .integer(let below):
      kernel = isWhole ? MIM_RANDOM_INDICES : MIM_RANDOM_INDICES_PARTS
      bound = below
    }
    let runs = runs(of: binding.outputShapes[0])
    return [
      Instruction(
        kernel, [binding.outputs[0], binding.step],
        sizes: [runs.length, Int(key.x), Int(key.y), bound, runs.first, runs.stride, runs.count])
    ]
  }

  private var isWhole: Bool { share == .whole }

  /// Where the elements lie in the array of all ranks: one after another where rows are outermost,
  /// else a piece of each of its rows.
  private func runs(of shape: Shape) -> (length: Int, first: Int, stride: Int, count: Int) {
    guard isTransposed, !isWhole else {
      return (shape.count, share.index * shape.count, 0, 1)
    }
    let rows = shape[1]
    return (rows, share.index * rows, share.count * rows, shape[0])
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
  /// A rank's rows of draws of more rows: what those of all ranks would be in one array. `shape` is that of
  /// the rank's part.
  package func normalNoise(shape: Shape, stream: String, share: BatchShare) -> Tensor {
    append(Noise(distribution: .normal, stream: stream, share: share), inputs: [], shape: shape)
  }

  /// As `normalNoise(shape:stream:share:)`, from the open interval (0, 1).
  package func uniformNoise(shape: Shape, stream: String, share: BatchShare) -> Tensor {
    append(Noise(distribution: .uniform, stream: stream, share: share), inputs: [], shape: shape)
  }

  /// As `normalNoise(shape:stream:share:)`, row numbers below `bound`.
  package func randomIndices(
    count: Int, below bound: Int, stream: String, share: BatchShare
  ) -> Tensor {
    precondition((1...1 << 24).contains(bound), "no row number below \(bound)")
    return append(
      Noise(distribution: .integer(below: bound), stream: stream, share: share), inputs: [],
      shape: [count])
  }

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
