import MIMTensor

extension TrainingRun {
  /// Gives arrays that start from data their first values, by the first batch of the first epoch (Kingma and Dhariwal 2018,
  /// arXiv:1807.03039, section 3.1), or by the codes that the encoder draws for it. A training that continues has them already; one that was interrupted before its first step gets
  /// the same again.
  mutating func startFromData() throws {
    guard step == 0, network.startsFromData else { return }
    let plan = try collective.together { try FirstBatchPlan(self) }
    let batches = EpochBatches(
      data, epoch: epoch + 1, options: options, attributes: specification.attributes)
    plan.run(batches, share: collective.share)
    lastGood = TrainingSnapshot(store, epoch: epoch, step: step)
  }
}

/// What the first batch says, as a plan of nothing but updates.
private struct FirstBatchPlan {
  private let batch: Tensor
  private let plan: Plan

  init(_ run: TrainingRun) throws {
    let graph = Graph()
    let specification = run.specification
    batch = graph.input(
      "batch", shape: [run.options.batch / run.collective.size, specification.rowWidth])
    let noted = StatisticUpdates(collective: run.collective)
    run.network.noteFirstValues(
      of: batch,
      noise: NoiseSource.fresh(in: graph, prefix: "", share: run.collective.share), in: noted)
    var options = run.options.planOptions
    options.collective = run.collective
    plan = try Plan(
      Computation(graph: graph, outputs: [], updates: noted.updates, averaged: []),
      store: run.store, options: options)
  }

  func run(_ batches: EpochBatches, share: BatchShare) {
    plan.withInput(batch) { batches.copy(0, into: $0, share: share) }
    plan.run(step: 0)
  }
}
