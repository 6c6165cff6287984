import MIMTensor

/// What the decoder branch of an autoregressive model gets from outside its plan: x ~ p(x|z), and
/// the noise by which the plan draws the same z.
package struct SampledObservations {
  /// `[batch, item]`.
  let x: Tensor
  let noise: NoiseSource
}

/// What draws z for the decoder branch of an autoregressive model, and the inputs of the training graph that
/// it feeds.
struct AnchorTrace {
  /// The graph of z ~ p(z).
  fileprivate let graph: Graph
  fileprivate let codes: Tensor
  /// The noise tensors of z by stream, here and in the training graph.
  fileprivate let noise: [String: Tensor]
  fileprivate let fed: [String: Tensor]
  fileprivate let x: Tensor
  fileprivate let share: BatchShare

  /// - Parameter training: the graph that gets the inputs.
  init(
    _ model: any LatentVariableModel, specification: ModelSpecification, batch: Int,
    share: BatchShare, training: Graph
  ) {
    graph = Graph()
    let recorder = NoiseRecorder(.fresh(in: graph, prefix: "anchor.", share: share))
    let batch = batch / share.count
    let beside = graph.input("batch", shape: [batch, specification.itemSize])
    codes = model.anchorCodes(beside: beside, noise: recorder.source, sharing: SharedParts())
    noise = recorder.drawn
    fed = noise.mapValues { training.input("anchor noise", shape: $0.shape) }
    x = training.input("sampled x", shape: [batch, specification.itemSize])
    self.share = share
  }

  /// As the branch takes them.
  var observations: SampledObservations {
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
}

/// Draws the decoder branch's x where a plan can't: a plan of its own draws z ~ p(z), a
/// `PixelSampler` x given z, and both the noise of z and x become inputs of the training plan.
/// Batch normalisation goes by its running statistics, here and in the branch's densities, so that
/// x comes from the very p(x|z) that the score-function term differentiates.
struct AnchorSampling {
  private let trace: AnchorTrace
  private let plan: Plan
  private let sampler: any PixelSampler
  private let seed: UInt64

  init(
    _ trace: AnchorTrace, specification: ModelSpecification, store: ParameterStore,
    options: TrainingOptions
  ) throws {
    self.trace = trace
    plan = try Plan(
      graph: trace.graph, outputs: [trace.codes] + trace.noise.values, store: store,
      options: options.planOptions)
    sampler = try specification.pixelSampler(
      store: store, batch: trace.codes.shape[0], threads: options.threads)
    seed = options.seed
  }

  /// Draws for a step and feeds the training plan.
  func feed(_ training: Plan, step: UInt64) throws {
    plan.run(step: step)
    for (stream, tensor) in trace.noise {
      if let input = trace.fed[stream] { training.set(input, to: plan.value(of: tensor)) }
    }
    var random = RandomStream(seed: seed, stream: "pixels.\(step)")
    // The draws of the ranks before this one.
    let x = trace.x
    for _ in 0..<trace.share.index * x.count { _ = random.uniform() }
    let uniforms = HostArray(
      (0..<x.count).map { _ in Float(random.uniform()) }, shape: x.shape)
    training.set(x, to: try sampler.sample(codes: plan.value(of: trace.codes), uniforms: uniforms))
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
