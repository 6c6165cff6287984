import MIMTensor

/// What an optimiser step computes: draw, both branches, gradient, Adam.
struct TrainingTrace {
  let batch: Tensor
  let beta: Tensor
  let learningRate: Tensor
  /// The loss as reported, a scalar: the mean of the branches that run.
  let loss: Tensor
  /// Mean of −log p(x|z) in the encoder branch.
  let recon: Tensor
  /// Mean of log q(z|x) − log p(z) in the encoder branch.
  let kl: Tensor
  /// Means of what parts of the model add to the loss in the encoder branch.
  let extras: [(name: String, mean: Tensor)]
  /// Fed with 1 where this rank is asked to stop; above 0 after a step where any was.
  let stop: Tensor
  /// What the decoder branch gets from outside the plan, where the plan can't draw its x.
  let anchor: AnchorTrace?
  let computation: Computation

  init(
    _ model: any LatentVariableModel, specification: ModelSpecification,
    options: TrainingOptions, decoderBranch: Bool, binarises: Bool, dataCount: Int?,
    collective: any Collective, noise given: ((Graph) -> NoiseSource)? = nil
  ) throws {
    let graph = Graph()
    batch = graph.input(
      "batch", shape: [options.batch / collective.size, specification.rowWidth])
    stop = graph.input("stop", shape: [])
    beta = graph.input("beta", shape: [])
    learningRate = graph.input("learning rate", shape: [])
    let noise =
      given?(graph) ?? NoiseSource.fresh(in: graph, prefix: "", share: collective.share)
    let statistics = StatisticUpdates(collective: collective)
    anchor =
      decoderBranch && model.isAutoregressive
      ? AnchorTrace(
        model, specification: specification, batch: options.batch, share: collective.share,
        training: graph) : nil
    let losses = BranchLosses(
      model, objective: specification.tracedObjective,
      x: binarises ? noise.binarised(batch) : batch, beta: beta, decoderBranch: decoderBranch,
      baseline: options.baseline, noise: noise, decoded: options.decoded ?? .sample,
      sampled: anchor?.observations,
      statistics: .batch(statistics), dataCount: dataCount, collective: collective)
    loss = losses.reported
    recon = losses.recon.mean()
    kl = losses.kl.mean()
    extras = losses.extras.map { ($0.name, $0.loss.mean()) }
    let updates =
      try graph.updates(
        of: Self.players(
          model, losses, learningRate: learningRate, optimizer: options.optimizer.configuration))
      + statistics.updates
    let reported = [loss, recon, kl] + extras.map(\.mean)
    computation = Computation(
      graph: graph, outputs: reported, updates: updates,
      averaged: collective.isShared ? reported + [stop] : [])
  }

  /// The model, and the networks that are trained beside it.
  private static func players(
    _ model: any LatentVariableModel, _ losses: BranchLosses, learningRate: Tensor,
    optimizer: AdamConfiguration
  ) -> [Player] {
    let others = Set(model.adversary?.parameters.map(\.name) ?? [])
    let player = Player(
      minimising: losses.total, moving: model.parameters.filter { !others.contains($0.name) },
      learningRate: learningRate, optimizer: optimizer)
    guard let rival = model.adversary, let loss = losses.adversary else { return [player] }
    return [
      player,
      Player(
        minimising: loss, moving: rival.parameters, learningRate: learningRate * rival.rate,
        optimizer: optimizer),
    ]
  }
}

/// One optimiser step, traced and planned.
package struct TrainingStep {
  package let plan: Plan
  private let trace: TrainingTrace
  private let collective: any Collective
  /// What draws the decoder branch's x where the plan can't.
  private let sampling: AnchorSampling?

  /// - Parameter noise: what is drawn from; nil: the engine's streams.
  package init(
    _ model: any LatentVariableModel, specification: ModelSpecification, store: ParameterStore,
    options: TrainingOptions, decoderBranch: Bool, binarises: Bool, dataCount: Int? = nil,
    collective: any Collective = SerialCollective(), noise: ((Graph) -> NoiseSource)? = nil
  ) throws {
    self.collective = collective
    trace = try TrainingTrace(
      model, specification: specification, options: options, decoderBranch: decoderBranch,
      binarises: binarises, dataCount: dataCount, collective: collective, noise: noise)
    sampling = try trace.anchor.map {
      try AnchorSampling($0, specification: specification, store: store, options: options)
    }
    var planOptions = options.planOptions
    planOptions.collective = collective
    plan = try Plan(trace.computation, store: store, options: planOptions)
  }

  package var batch: Tensor { trace.batch }
  package var beta: Tensor { trace.beta }
  package var learningRate: Tensor { trace.learningRate }
  /// The loss as reported, a scalar: the mean of the branches that run.
  package var loss: Tensor { trace.loss }

  /// Asks every rank to stop after the next step.
  func askToStop(_ wish: Bool) { plan.set(trace.stop, to: wish ? 1 : 0) }

  /// Whether any rank received a request to stop before the last step; false on a single one.
  var isAskedToStop: Bool { collective.isShared && plan.scalar(of: trace.stop) > 0 }

  /// The mean terms of the last step's batch.
  package var terms: LossTerms {
    func value(_ tensor: Tensor) -> Double { Double(plan.scalar(of: tensor)) }
    return LossTerms(
      loss: value(trace.loss), recon: value(trace.recon), kl: value(trace.kl),
      extras: trace.extras.isEmpty
        ? nil
        : Dictionary(trace.extras.map { ($0.name, value($0.mean)) }, uniquingKeysWith: +))
  }

  /// One step on the batch in `batch`; false where a gradient isn't finite and nothing was updated.
  package func run(step: UInt64) throws -> Bool {
    try sampling?.feed(plan, step: step)
    return plan.run(step: step)
  }
}

extension TrainingOptions {
  var planOptions: PlanOptions { PlanOptions(threads: threads, seed: seed) }
}

extension OptimizerKind {
  var configuration: AdamConfiguration {
    AdamConfiguration(form: self == .adam ? .adam : .gradientNormalised)
  }
}

extension NoiseSource {
  /// x ~ Bernoulli(grey value), anew in every step.
  package func binarised(_ grey: Tensor) -> Tensor {
    grey.greater(uniform(grey.shape, NoiseStream.binarisation))
  }
}
