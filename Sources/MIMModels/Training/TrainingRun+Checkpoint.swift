import MIMTensor

/// The checkpoint of a training at work: its file, when it was last written, whose it is.
struct Checkpointing {
  let options: CheckpointOptions
  let dataDigest: String
  let startDigest: String
  /// What a distillation is asked for; nil where a model learns from data.
  let lesson: Lesson?
  /// What the file holds: steps done, and how training had ended; nil before the first write.
  var written: (step: UInt64, ending: TrainingEnding)?
  /// Whether the file at the path was written, or read as sound, by this training, so that it may stay as the one before the next.
  var isSound = false
  /// Whether the file at the path is damaged, and has to be put aside before the next is written.
  var isDamaged = false
  /// Keeps other trainings off the file while this one runs.
  var lock: FileLock?
  private let clock = ContinuousClock()
  private var lastTry: ContinuousClock.Instant

  init(
    _ options: CheckpointOptions, model: Model, data: Dataset, distillation: Distillation?
  ) {
    self.options = options
    lesson = distillation?.lesson
    // The items that stand for a teacher are not what is learned from: their last digits may differ with the threads that drew them.
    dataDigest = distillation?.teacherDigest ?? TrainingDigest.of(data)
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
      AtomicFile.removeLeftovers(beside: checkpointing.options.earlierPath)
      let isThere = AtomicFile.exists(path) && !checkpointing.options.startsAnew
      // What comes before another training's checkpoint is nothing to go back to.
      if !isThere { AtomicFile.remove(checkpointing.options.earlierPath) }
      return isThere
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
    let (checkpoint, isEarlier) = try Self.lastSound(
      checkpointing.options, catalog: .standard.including(specification))
    let state = checkpoint.state
    var differences = try checkpoint.differences(
      from: specification, options, checkpointing)
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
    if isEarlier { observer.onCheckpoint(.tookEarlier) }
    self.checkpointing?.isSound = !isEarlier
    self.checkpointing?.isDamaged = isEarlier
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
    // Where the file is not the one that was read, the next write puts it right.
    self.checkpointing?.written = isEarlier ? nil : (state.step, training.ending)
    observer.onCheckpoint(
      .resumed(
        epoch: epoch, step: step,
        isFinished: epoch >= startEpoch + options.epochs || selection.isExhausted))
    if training.usesOtherInstructionSets {
      observer.onCheckpoint(.computedWith(instructionSets))
    }
  }

  /// The checkpoint; the one before it where the file is damaged. A sound file of something else is refused: it may be dear to somebody.
  private static func lastSound(
    _ options: CheckpointOptions, catalog: Catalog
  ) throws -> (Checkpoint, isEarlier: Bool) {
    do {
      return (try Checkpoint(contentsOf: options.path, catalog: catalog), false)
    } catch let problem as ModelError {
      guard (try? SafeTensors(contentsOf: options.path)) == nil,
        AtomicFile.exists(options.earlierPath),
        let earlier = try? Checkpoint(contentsOf: options.earlierPath, catalog: catalog)
      else { throw problem }
      return (earlier, true)
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
    defer { removeEarlier(ending) }
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

  /// A finished training whose file is written has nothing to go back to.
  private func removeEarlier(_ ending: TrainingEnding) {
    guard let checkpointing, collective.rank == 0, [.complete, .stoppedEarly].contains(ending),
      let written = checkpointing.written, written == (step, ending)
    else { return }
    AtomicFile.remove(checkpointing.options.earlierPath)
  }

  private mutating func writeCheckpoint(_ model: Model, _ observer: TrainingObserver) throws {
    guard let checkpointing, collective.rank == 0 else { return }
    self.checkpointing?.noteTry()
    let now = TrainingSnapshot(store, epoch: epoch, step: step)
    // A moment with NaN in it is nothing to go back to.
    guard now.isFinite else { return }
    let state = Checkpoint.State(
      dataDigest: checkpointing.dataDigest, startDigest: checkpointing.startDigest,
      lesson: checkpointing.lesson, epoch: epoch, step: step, position: position,
      lastGoodEpoch: lastGood.epoch, lastGoodStep: lastGood.step,
      hasBest: best != nil, bestEpoch: selection.bestEpoch, bestLoss: selection.bestLoss,
      waited: selection.waited, lastFiniteLoss: lastFiniteLoss)
    let checkpoint = Checkpoint(model: model, state: state, snapshots: [now, lastGood])
    let options = checkpointing.options
    let bytes = try checkpoint.encoded()
    // Not before: another rank may still have been reading it. The first name stays until the new file takes it, so that a write that
    // fails doesn't look like a training that never was.
    if checkpointing.isDamaged {
      try AtomicFile.keep(options.path, as: options.damagedPath)
      self.checkpointing?.isDamaged = false
    }
    if checkpointing.isSound { try AtomicFile.keep(options.path, as: options.earlierPath) }
    try AtomicFile.write(bytes, to: options.path)
    let ending = model.training?.ending ?? .interrupted
    self.checkpointing?.isSound = true
    self.checkpointing?.written = (step, ending)
    self.checkpointing?.noteTry()
    observer.onCheckpoint(.written(step: step))
  }
}
