import MIMTensor

extension TrainingRun {
  /// The model that a training gives: the best epoch's, or the last one's where nothing was
  /// selected. Stopped within an epoch, it gives the parameters after the last step.
  func keptModel(_ ending: TrainingEnding) throws -> Model {
    if let best { return try model(best, ending) }
    guard ending == .interrupted else { return try model(lastGood, ending) }
    let now = TrainingSnapshot(store, epoch: epoch, step: step)
    return try model(now.isFinite ? now : lastGood, ending)
  }

  /// The model of a snapshot, with the history so far.
  func model(_ snapshot: TrainingSnapshot, _ ending: TrainingEnding) throws -> Model {
    var record = TrainingRecord(
      options: options, dataset: data.name, history: history, epoch: snapshot.epoch,
      step: snapshot.step, bestEpoch: selection.bestEpoch, bestLoss: selection.bestLoss,
      ending: ending, warnings: warnings)
    record.optimizerState = snapshot.optimizerState
    record.instructionSets = instructionSets
    if snapshot.step == step, position.batch > 0 { record.position = position }
    return try Model(
      specification: specification, parameters: snapshot.parameters, training: record)
  }

  /// Everything known about a loss that is no number any more.
  func divergence(epoch: Int, loss: Double, origin: String?) throws -> Divergence {
    Divergence(
      epoch: epoch, step: step, learningRate: schedule.learningRate(epoch),
      beta: schedule.beta(epoch), loss: loss, lastFiniteLoss: lastFiniteLoss,
      origin: origin, proposal: proposal, lastGood: try model(lastGood, .diverged))
  }

  /// One change that is likely to help.
  private var proposal: String {
    // So large a step is the likeliest cause, whatever else could be.
    let usual = TrainingOptions().learningRate
    if options.learningRate >= 10 * usual { return "lr=\(usual)" }
    if warnings.contains(.unboundedDuringWarmup) { return "warmup_beta=0" }
    if !specification.likelihood.component.isBinary, specification.minScale < 1e-4 {
      return "min_scale=1e-4"
    }
    return "lr=\(options.learningRate * 0.3)"
  }
}

extension ParameterStore {
  /// A store with a model's parameters and, if it was trained, its optimiser state.
  convenience init(model: Model) throws {
    try self.init(model.parameters)
    convolution = model.convolution
    try setOptimiserState(model.training?.optimizerState ?? [:])
  }
}

extension TrainingHistory {
  /// The epochs up to one, as training on from it continues them.
  func upTo(epoch: Int) -> TrainingHistory {
    var shortened = TrainingHistory()
    for (record, seconds) in zip(epochs, seconds) where record.epoch <= epoch {
      shortened.append(record, seconds: seconds)
    }
    return shortened
  }

  mutating func append(_ record: EpochRecord, seconds: Double) {
    epochs.append(record)
    self.seconds.append(seconds)
  }
}
