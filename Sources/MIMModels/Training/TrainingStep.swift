import MIMTensor

/// One optimiser step, traced and planned: draw, both branches, gradient, Adam.
package struct TrainingStep {
  package let plan: Plan
  package let batch: Tensor
  package let beta: Tensor
  package let learningRate: Tensor
  /// The loss as reported, a scalar: the mean of the branches that run.
  package let loss: Tensor
  /// Mean of −log p(x|z) in the encoder branch.
  package let recon: Tensor
  /// Mean of log q(z|x) − log p(z) in the encoder branch.
  package let kl: Tensor
  /// Means of what parts of the model add to the loss in the encoder branch.
  private let extras: [(name: String, mean: Tensor)]
  /// Fed with 1 where this rank is asked to stop; above 0 after a step where any was.
  private let stop: Tensor
  private let collective: any Collective
  /// What draws the decoder branch's x where the plan can't.
  private let sampling: AnchorSampling?

  package init(
    _ model: any LatentVariableModel, specification: ModelSpecification, store: ParameterStore,
    options: TrainingOptions, decoderBranch: Bool, binarises: Bool, dataCount: Int? = nil,
    collective: any Collective = SerialCollective()
  ) throws {
    let graph = Graph()
    self.collective = collective
    batch = graph.input(
      "batch", shape: [options.batch / collective.size, specification.rowWidth])
    stop = graph.input("stop", shape: [])
    beta = graph.input("beta", shape: [])
    learningRate = graph.input("learning rate", shape: [])
    let noise = NoiseSource.fresh(in: graph, prefix: "", share: collective.share)
    let statistics = StatisticUpdates(collective: collective)
    sampling =
      try decoderBranch && model.isAutoregressive
      ? AnchorSampling(
        model, specification: specification, store: store, options: options,
        share: collective.share) : nil
    let losses = BranchLosses(
      model, objective: specification.tracedObjective,
      x: binarises ? noise.binarised(batch) : batch, beta: beta, decoderBranch: decoderBranch,
      baseline: options.baseline, noise: noise, decoded: options.decoded ?? .sample,
      sampled: sampling?.inputs(of: graph),
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
    var planOptions = options.planOptions
    planOptions.collective = collective
    let reported = [loss, recon, kl] + extras.map(\.mean)
    plan = try Plan(
      graph: graph, outputs: reported, updates: updates,
      averaged: collective.isShared ? reported + [stop] : [], store: store, options: planOptions)
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

  /// Asks every rank to stop after the next step.
  func askToStop(_ wish: Bool) { plan.set(stop, to: wish ? 1 : 0) }

  /// Whether any rank received a request to stop before the last step; false on a single one.
  var isAskedToStop: Bool { collective.isShared && plan.scalar(of: stop) > 0 }

  /// The mean terms of the last step's batch.
  package var terms: LossTerms {
    func value(_ tensor: Tensor) -> Double { Double(plan.scalar(of: tensor)) }
    return LossTerms(
      loss: value(loss), recon: value(recon), kl: value(kl),
      extras: extras.isEmpty
        ? nil : Dictionary(extras.map { ($0.name, value($0.mean)) }, uniquingKeysWith: +))
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
