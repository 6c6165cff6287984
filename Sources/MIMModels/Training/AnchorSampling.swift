import MIMTensor

/// What the decoder branch of an autoregressive model gets from outside its plan: x ~ p(x|z), and
/// the noise by which the plan draws the same z.
package struct SampledObservations {
  /// `[batch, item]`.
  let x: Tensor
  let noise: NoiseSource
}

/// Draws the decoder branch's x where a plan can't: a plan of its own draws z ~ p(z), a
/// `PixelSampler` x given z, and both the noise of z and x become inputs of the training plan.
/// Batch normalisation goes by its running statistics, here and in the branch's densities, so that
/// x comes from the very p(x|z) that the score-function term differentiates.
final class AnchorSampling {
  private let plan: Plan
  private let codes: Tensor
  /// The noise tensors of z by stream, here and in the training graph.
  private let noise: [String: Tensor]
  private var fed: [String: Tensor] = [:]
  private var x: Tensor?
  private let sampler: any PixelSampler
  private let item: Int
  private let seed: UInt64
  private let share: BatchShare

  init(
    _ model: any LatentVariableModel, specification: ModelSpecification, store: ParameterStore,
    options: TrainingOptions, share: BatchShare
  ) throws {
    let graph = Graph()
    let recorder = NoiseRecorder(.fresh(in: graph, prefix: "anchor.", share: share))
    let batch = options.batch / share.count
    let beside = graph.input("batch", shape: [batch, specification.itemSize])
    codes = model.anchorCodes(beside: beside, noise: recorder.source, sharing: SharedParts())
    noise = recorder.drawn
    plan = try Plan(
      graph: graph, outputs: [codes] + noise.values, store: store, options: options.planOptions)
    sampler = try specification.pixelSampler(
      store: store, batch: batch, threads: options.threads)
    item = specification.itemSize
    seed = options.seed
    self.share = share
  }

  /// The inputs of a training graph.
  func inputs(of graph: Graph) -> SampledObservations {
    fed = self.noise.mapValues { graph.input("anchor noise", shape: $0.shape) }
    let x = graph.input("sampled x", shape: [codes.shape[0], item])
    self.x = x
    let given = fed
    func noise(_ stream: String) -> Tensor {
      guard let tensor = given[stream] else {
        preconditionFailure("no noise \(stream) was drawn for z")
      }
      return tensor
    }
    return SampledObservations(
      x: x,
      noise: NoiseSource(
        normal: { noise($1) }, uniform: { noise($1) }, indices: { noise($2) }))
  }

  /// Draws for a step and feeds the training plan.
  func feed(_ training: Plan, step: UInt64) throws {
    guard let x else { return }
    plan.run(step: step)
    for (stream, tensor) in noise {
      if let input = fed[stream] { training.set(input, to: plan.value(of: tensor)) }
    }
    var random = RandomStream(seed: seed, stream: "pixels.\(step)")
    // The draws of the ranks before this one.
    for _ in 0..<share.index * x.count { _ = random.uniform() }
    let uniforms = HostArray(
      (0..<x.count).map { _ in Float(random.uniform()) }, shape: x.shape)
    training.set(x, to: try sampler.sample(codes: plan.value(of: codes), uniforms: uniforms))
  }
}

/// Notes the noise tensors that are drawn, by stream.
private final class NoiseRecorder {
  private let inner: NoiseSource
  private(set) var drawn: [String: Tensor] = [:]

  init(_ inner: NoiseSource) { self.inner = inner }

  var source: NoiseSource {
    NoiseSource(
      normal: { [self] in note($1, inner.normal($0, $1)) },
      uniform: { [self] in note($1, inner.uniform($0, $1)) },
      indices: { [self] in note($2, inner.indices($0, $1, $2)) })
  }

  private func note(_ stream: String, _ tensor: Tensor) -> Tensor {
    drawn[stream] = tensor
    return tensor
  }
}
