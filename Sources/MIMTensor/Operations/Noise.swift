/// Independent random numbers, redrawn in each step: Philox 4×32-10 keyed by (seed, stream)
/// with the counter (element, step), so a step can be replayed exactly and the draws do not depend
/// on the number of threads.
package struct Noise: Operation {
  package enum Distribution: Sendable {
    case normal, uniform
    case integer(below: Int)
  }
  package let distribution: Distribution
  package let stream: String
  /// The part of a larger array that is drawn; its rows are shared out.
  package var share = BatchShare.whole

  package var name: String {
    switch distribution {
    case .normal: "normalNoise"
    case .uniform: "uniformNoise"
    case .integer: "randomIndices"
    }
  }

  package func gradient(_ context: GradientContext) -> [Tensor?] { [] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    10 * outputs[0].count
  }
}

/// One draw of 0 or 1 per logit; no gradient.
package struct BernoulliSample: Operation {
  package let stream: String
  package var name: String { "bernoulliSample" }

  package func gradient(_ context: GradientContext) -> [Tensor?] { [nil] }
  package func floatingPointOperations(inputs: [Shape], outputs: [Shape]) -> Int {
    10 * outputs[0].count
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
