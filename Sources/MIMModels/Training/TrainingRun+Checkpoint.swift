import MIMTensor

/// The checkpoint of a training at work: its file, when it was last written, whose it is.
struct Checkpointing {
  let options: CheckpointOptions
  let dataDigest: String
  let startDigest: String
  /// What the file holds: steps done, and how training had ended; nil before the first write.
  var written: (step: UInt64, ending: TrainingEnding)?
  /// Keeps other trainings off the file while this one runs.
  var lock: FileLock?
  private let clock = ContinuousClock()
  private var lastTry: ContinuousClock.Instant

  init(_ options: CheckpointOptions, model: Model, data: Dataset) {
    self.options = options
    dataDigest = TrainingDigest.of(data)
    startDigest = TrainingDigest.of(model)
    lastTry = clock.now
  }

  var isDue: Bool { clock.now - lastTry >= .seconds(options.interval) }

  mutating func noteTry() { lastTry = clock.now }
}

extension TrainingRun {
  /// Takes up the checkpoint where there is one; else writes the first, so that a place that
  /// can't be written to shows before any work is done.
  mutating func begin(_ observer: TrainingObserver) throws {
    guard let checkpointing else { return noteStart() }
    let path = checkpointing.options.path
    let isThere = try collective.together { () -> Bool in
      // One rank keeps the file; the others read it.
      guard collective.rank == 0 else { return false }
      try takeLock(path)
      AtomicFile.removeLeftovers(beside: path)
      return AtomicFile.exists(path) && !checkpointing.options.startsAnew
    }
    if collective.broadcast(isThere ? "there" : "") == "there" {
      return try collective.together { try resume(from: path, checkpointing, observer) }
    }
    noteStart()
    try collective.together { try writeCheckpoint(try keptModel(.interrupted), observer) }
  }

  /// Two rows of a sweep, or two programs, with one name would write over each other.
  private mutating func takeLock(_ path: String) throws {
    if let folder = AtomicFile.folder(of: path) { try AtomicFile.makeFolder(folder) }
    guard let lock = FileLock.take(path) else {
      throw ModelError.otherCheckpoint(path: path, differences: ["it is still running"])
    }
    checkpointing?.lock = lock
  }

  private mutating func resume(
    from path: String, _ checkpointing: Checkpointing, _ observer: TrainingObserver
  ) throws {
    let checkpoint = try Checkpoint(
      contentsOf: path, catalog: .standard.including(specification))
    let state = checkpoint.state
    var differences = try checkpoint.differences(
      from: specification, options, dataDigest: checkpointing.dataDigest,
      startDigest: checkpointing.startDigest)
    if differences.isEmpty, state.epoch > startEpoch + options.epochs {
      differences = [
        "it has \(state.epoch - startEpoch) epochs, more than epochs=\(options.epochs)"
      ]
    }
    guard differences.isEmpty, let training = checkpoint.model.training else {
      throw ModelError.otherCheckpoint(path: path, differences: differences)
    }
    guard state.position.batch < data.train.count / options.batch else {
      throw ModelError.unreadableCheckpoint(
        path: path, reason: "its training record has impossible counts")
    }
    guard let now = checkpoint.snapshot(step: state.step, epoch: state.epoch),
      let lastGood = checkpoint.snapshot(step: state.lastGoodStep, epoch: state.lastGoodEpoch)
    else {
      throw ModelError.unreadableCheckpoint(
        path: path, reason: "it lacks an optimiser moment that it lists")
    }
    for (name, value) in now.parameters { try store.set(name, to: value) }
    try store.setOptimiserState(now.optimizerState)
    (epoch, step, position) = (state.epoch, state.step, state.position)
    self.lastGood = lastGood
    best = state.hasBest ? checkpoint.snapshot(step: training.step, epoch: training.epoch) : nil
    selection.restore(
      bestEpoch: state.bestEpoch, bestLoss: state.bestLoss, waited: state.waited)
    history = training.history
    lastFiniteLoss = state.lastFiniteLoss
    instructionSets = training.instructionSets ?? []
    self.checkpointing?.written = (state.step, training.ending)
    observer.onCheckpoint(
      .resumed(
        epoch: epoch, step: step,
        isFinished: epoch >= startEpoch + options.epochs || selection.isExhausted))
    if training.usesOtherInstructionSets {
      observer.onCheckpoint(.computedWith(instructionSets))
    }
  }

  /// Writes the file when its time has come. A write that fails is told and tried again later:
  /// hours of training are worth more than a full disk.
  mutating func writeCheckpointIfDue(_ observer: TrainingObserver) {
    guard let checkpointing, collective.rank == 0, checkpointing.isDue,
      checkpointing.written?.step != step
    else {
      return
    }
    do {
      try writeCheckpoint(try keptModel(.interrupted), observer)
    } catch {
      observer.onCheckpoint(.failed(reason: "\(error)"))
    }
  }

  /// The model that training gives, with the checkpoint brought up to it.
  mutating func finish(_ ending: TrainingEnding, _ observer: TrainingObserver) throws -> Model {
    let model = try keptModel(ending)
    guard let checkpointing,
      checkpointing.written.map({ $0 != (step, ending) }) ?? true
    else { return model }
    do {
      try writeCheckpoint(model, observer)
    } catch {
      observer.onCheckpoint(.failed(reason: "\(error)"))
    }
    return model
  }

  private mutating func writeCheckpoint(_ model: Model, _ observer: TrainingObserver) throws {
    guard let checkpointing, collective.rank == 0 else { return }
    self.checkpointing?.noteTry()
    let now = TrainingSnapshot(store, epoch: epoch, step: step)
    // A moment with NaN in it is nothing to go back to.
    guard now.isFinite else { return }
    let state = Checkpoint.State(
      dataDigest: checkpointing.dataDigest, startDigest: checkpointing.startDigest, epoch: epoch,
      step: step, position: position, lastGoodEpoch: lastGood.epoch, lastGoodStep: lastGood.step,
      hasBest: best != nil, bestEpoch: selection.bestEpoch, bestLoss: selection.bestLoss,
      waited: selection.waited, lastFiniteLoss: lastFiniteLoss)
    let checkpoint = Checkpoint(model: model, state: state, snapshots: [now, lastGood])
    try AtomicFile.write(checkpoint.encoded(), to: checkpointing.options.path)
    self.checkpointing?.written = (step, model.training?.ending ?? .interrupted)
    self.checkpointing?.noteTry()
    observer.onCheckpoint(.written(step: step))
  }
}
