import Foundation
import MIMCPU
import MIMTensor

/// One call of `Trainer.train` while it works.
struct TrainingRun {
  let specification: ModelSpecification
  let data: Dataset
  let options: TrainingOptions
  let schedule: EpochSchedule
  let network: any LatentVariableModel
  let store: ParameterStore
  let validation: Validation?
  let warnings: [TrainingWarning]
  /// The ranks that share each batch.
  let collective: any Collective
  /// The epochs that the model had seen before.
  let startEpoch: Int
  var selection: EpochSelection
  var history: TrainingHistory
  var step: UInt64
  var epoch: Int
  var lastGood: TrainingSnapshot
  var best: TrainingSnapshot?
  var lastFiniteLoss: Double?
  /// How far the running epoch has come.
  var position: EpochPosition
  var checkpointing: Checkpointing?
  /// Those of all steps so far.
  var instructionSets: [InstructionSet]
  private var programs: [Bool: TrainingStep] = [:]
  private var activity = ActivityWatch()
  /// Whether some rank received a request to stop: all of them stop after the same step.
  private var isAskedToStop = false

  init(
    _ model: Model, on data: Dataset, options: TrainingOptions, checkpoint: CheckpointOptions?,
    collective: any Collective, distillation: Distillation? = nil
  ) throws {
    self.collective = collective
    specification = model.specification
    self.data = data
    self.options = options
    schedule = EpochSchedule(options, specification: specification)
    network = distillation?.network ?? specification.network(density: data.trainingDensity)
    store = try ParameterStore(model: model)
    validation = try data.val.map { [network, specification, store] split in
      try Validation(
        network, specification: specification, split: split, density: data.trainingDensity,
        store: store, options: options, collective: collective)
    }
    warnings = Trainer.warnings(specification, on: data, options: options)
    startEpoch = model.training?.epoch ?? 0
    epoch = startEpoch
    step = model.training?.step ?? 0
    selection = EpochSelection(options, hasValidation: data.val != nil)
    history = model.training?.history.upTo(epoch: startEpoch) ?? TrainingHistory()
    lastGood = TrainingSnapshot(store, epoch: epoch, step: step)
    position = model.training?.openEpoch(for: options, on: data) ?? EpochPosition()
    checkpointing = checkpoint.map {
      Checkpointing($0, model: model, data: data, distillation: distillation)
    }
    instructionSets = model.training?.instructionSets ?? []
  }

  /// A model that is trained on competes with its own later epochs, unless it stands within one.
  mutating func noteStart() {
    guard step > 0, position.batch == 0, let terms = validate(), terms.loss.isFinite else { return }
    if selection.notes(terms.loss, epoch: epoch) { best = lastGood }
  }

  mutating func train(_ observer: TrainingObserver) throws -> Model {
    warnings.forEach(observer.onWarning)
    try begin(observer)
    try startFromData()
    let lastEpoch = startEpoch + options.epochs
    while epoch < lastEpoch, !selection.isExhausted {
      let began = Date()
      guard let terms = try trainEpoch(epoch + 1, lastEpoch: lastEpoch, observer) else {
        return try finish(.interrupted, observer)
      }
      epoch += 1
      position = EpochPosition()
      let record = try closeEpoch(terms)
      let seconds = Date().timeIntervalSince(began)
      history.append(record, seconds: seconds)
      let units = observer.wantsActiveUnits ? activeUnits() : nil
      observer.onEpoch(
        progress(record, seconds: seconds, lastEpoch: lastEpoch, activeUnits: units))
      if observer.wantsModel(epoch) { observer.onModel(try model(lastGood, .complete)) }
    }
    return try finish(selection.isExhausted ? .stoppedEarly : .complete, observer)
  }

  /// The means over the epoch's steps; nil when the observer stopped it.
  private mutating func trainEpoch(
    _ epoch: Int, lastEpoch: Int, _ observer: TrainingObserver
  ) throws -> LossTerms? {
    let program = try program(decoderBranch: schedule.runsDecoderBranch(epoch))
    program.plan.set(program.beta, to: Float(schedule.beta(epoch)))
    program.plan.set(program.learningRate, to: Float(schedule.learningRate(epoch)))
    let batches = EpochBatches(
      data, epoch: epoch, options: options, attributes: specification.attributes)
    let share = collective.share
    while position.batch < batches.count {
      if collective.isShared ? isAskedToStop : observer.shouldStop() { return nil }
      writeCheckpointIfDue(observer)
      let index = position.batch
      program.askToStop(collective.isShared && observer.shouldStop())
      let loss = try runStep(program, epoch: epoch) {
        batches.copy(index, into: $0, share: share)
      }
      isAskedToStop = program.isAskedToStop
      position.add(program.terms)
      observer.onStep?(
        StepProgress(
          epoch: epoch, lastEpoch: lastEpoch, step: index + 1, stepsPerEpoch: batches.count,
          loss: loss))
    }
    return position.means(hasKL: hasKL)
  }

  private mutating func runStep(
    _ program: TrainingStep, epoch: Int,
    _ fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) throws -> Double {
    step += 1
    if !instructionSets.contains(.inUse) { instructionSets.append(.inUse) }
    program.plan.withInput(program.batch, fill)
    let isFinite = try endingAllRanks { try program.run(step: step) }
    let loss = Double(program.plan.scalar(of: program.loss))
    guard isFinite, loss.isFinite else {
      throw ModelError.diverged(
        try divergence(epoch: epoch, loss: loss, origin: originOfNonFinite(program.plan)))
    }
    lastFiniteLoss = loss
    return loss
  }

  /// Validates, selects and takes the snapshots of a finished epoch.
  private mutating func closeEpoch(_ terms: LossTerms) throws -> EpochRecord {
    shareStore()
    let snapshot = TrainingSnapshot(store, epoch: epoch, step: step)
    let validated = validate()
    // Before the decoder branch is trained, nothing keeps q(z|x) of its samples from being as good as 0.
    let isWhole =
      schedule.runsDecoderBranch(epoch) || !specification.tracedObjective.hasDecoderBranch
    guard snapshot.isFinite, !isWhole || validated?.loss.isFinite ?? true else {
      throw ModelError.diverged(
        try divergence(epoch: epoch, loss: validated?.loss ?? .nan, origin: nil))
    }
    lastGood = snapshot
    let isBest = selection.notes(validated?.loss, epoch: epoch)
    if isBest { best = snapshot }
    return EpochRecord(
      epoch: epoch, train: terms, val: validated, learningRate: schedule.learningRate(epoch),
      beta: schedule.beta(epoch), isBest: isBest)
  }

  private func validate() -> LossTerms? { validation?.terms(epoch: epoch, hasKL: hasKL) }

  private var hasKL: Bool { specification.posterior.component.hasDensity }

  /// The plan with or without the decoder branch, made when it is first needed.
  private mutating func program(decoderBranch: Bool) throws -> TrainingStep {
    if let made = programs[decoderBranch] { return made }
    // The plan of the warm-up is not needed again: its memory goes before the next takes more.
    programs = [:]
    let made = try collective.together {
      try TrainingStep(
        network, specification: specification, store: store, options: options,
        decoderBranch: decoderBranch,
        binarises: data.binarisation == .dynamic && data.trainingDensity == nil,
        dataCount: data.train.count, collective: collective)
    }
    programs[decoderBranch] = made
    return made
  }

  private mutating func activeUnits() -> ActiveUnits? {
    let (network, specification, data) = (network, specification, data)
    let (store, options) = (store, options)
    return activity.units {
      try UnitActivity(
        network, specification: specification, data: data, store: store, options: options)
    }
  }

  private func progress(
    _ record: EpochRecord, seconds: Double, lastEpoch: Int, activeUnits: ActiveUnits?
  ) -> EpochProgress {
    EpochProgress(
      record: record, seconds: seconds, lastEpoch: lastEpoch, bestLoss: selection.bestLoss,
      bestEpoch: selection.bestEpoch, waited: selection.waited, patience: selection.patience,
      activeUnits: activeUnits)
  }
}
