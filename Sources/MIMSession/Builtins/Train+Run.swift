import Foundation
import MIMCPU
import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// One `train` statement at work: messages, progress, and what becomes of its end.
struct StatementTraining {
  let call: HostCall
  let model: ModelObject
  let data: DatasetObject
  let options: TrainingOptions
  let checkpoint: CheckpointOptions?
  /// The ranks that share each batch.
  let collective: any Collective
  /// From whom it learns in place of data, in `distill`.
  let teaching: Teaching?
  private let clock = ContinuousClock()

  init(
    call: HostCall, model: ModelObject, data: DatasetObject, options: TrainingOptions,
    checkpoint: CheckpointOptions?, collective: any Collective, teaching: Teaching? = nil
  ) {
    self.call = call
    self.model = model
    self.data = data
    self.options = options
    self.checkpoint = checkpoint
    self.collective = collective
    self.teaching = teaching
  }

  /// Trains and gives the trained model. Throws E901 with the partial model where the user
  /// stopped it, E410 with the last good one where the loss was lost.
  func run() throws -> Value {
    announce()
    let begin = clock.now
    let trained: Model
    let frames = KeptFrames(every: call.integer("frames"))
    do {
      trained = try onRightRanks(frames) {
        // With a checkpoint or without, the result is the same.
        try FileTrace.suspended { try learn(observer(frames)) }
      }
    } catch ModelError.diverged(let divergence) {
      throw diverged(divergence)
    } catch {
      throw try call.located(at: "#1") { throw error } as ScriptError
    }
    var object = object(trained)
    object.frames = frames.models.map { self.object($0) }
    let seconds = seconds(since: begin)
    object.seconds = seconds
    report(trained, seconds: seconds)
    if let training = trained.training {
      let history = HistoryObject(history: training.history, bestEpoch: training.bestEpoch)
      call.host.record(.history(name: call.target ?? "train", history.table))
    }
    guard trained.training?.ending != .interrupted else {
      throw call.interrupted(partial: .object(object))
    }
    return .object(object)
  }

  private func learn(_ observer: TrainingObserver) throws -> Model {
    guard let teaching else {
      return try Trainer.train(
        model.model, on: data.dataset, options: options, checkpoint: checkpoint,
        observer: observer, collective: collective)
    }
    return try Trainer.distill(
      model.model, from: teaching.model, on: data.dataset, distillation: teaching.options,
      options: options, checkpoint: checkpoint, observer: observer)
  }

  private func object(_ trained: Model) -> ModelObject {
    ModelObject(
      trained, dataset: data.dataset, pictureShape: data.pictureShape,
      provenance: Provenance(call))
  }

  /// Before long work: parameters, items, memory of a step.
  private func announce() {
    // A sweep tells of its rows itself.
    guard call.host.rowThreads == nil else { return }
    let dataset = data.dataset
    let splits = dataset.splits.filter { $0.role != .test }
      .map { "\($0.count) \($0.role.rawValue)" }.joined(separator: ", ")
    var line =
      "\(call.title) · \(model.shortText) · \(model.model.parameterCount.scaledText) parameters · "
      + "\(dataset.name) \(splits) · seed \(options.seed)"
    if options.batch < call.integer("batch") ?? options.batch {
      line += " · batch \(options.batch), all there are"
    }
    if let summary = try? model.model.summary(batch: options.batch) {
      line += " · a step: \(summary.peakBytes.byteText), \(summary.flopsPerStep.scaledText)FLOP"
    }
    if collective.size > 1 {
      line += " · \(collective.size) ranks, \(options.batch / collective.size) items each"
    }
    if let checkpoint { line += " · checkpoint \(checkpoint.text)" }
    call.host.message(line)
    if let training = model.model.training, training.usesOtherInstructionSets {
      call.host.message(
        "the model \(InstructionSet.warning(training.instructionSets ?? []))")
    }
  }

  private func observer(_ frames: KeptFrames) -> TrainingObserver {
    var observer = TrainingObserver()
    observer.wantsModel = { frames.wants($0) }
    observer.onModel = { frames.models.append($0) }
    let call = call
    observer.shouldStop = { call.host.wantsStop }
    if let checkpoint {
      observer.onCheckpoint = { event in
        if let line = checkpoint.line(about: event) { call.host.message(line) }
        guard let session = try? call.session else { return }
        switch event {
        case .failed:
          session.noteLoss("the last checkpoint is not in \(checkpoint.path)", at: checkpoint.path)
        case .written: session.noteWritten(at: checkpoint.path)
        default: break
        }
      }
    }
    observer.onWarning = { call.host.message("warning: \($0)") }
    let progress = TrainingProgress(call, model: model.model, options: options)
    observer.wantsActiveUnits = progress.isLive
    observer.onStep = { progress.report($0) }
    let events = TrainingEvents(call, seed: options.seed)
    observer.onEpoch = { epoch in
      events?.add(epoch)
      progress.report(epoch)
    }
    return observer
  }

  /// After long work: one line.
  private func report(_ trained: Model, seconds: Double) {
    guard let training = trained.training, let last = training.history.epochs.last else { return }
    var line = "\(training.history.count.epochText) in \(seconds.text(3)) s"
    switch training.ending {
    case .complete: break
    case .stoppedEarly:
      let patience = options.patience.map { "\($0)" } ?? "\(options.warmup) (= warmup)"
      line += ", stopped early: \(options.epochs) epochs were allowed, patience \(patience)"
    case .interrupted:
      line += ", stopped on request; the model so far is kept and marked as partial"
    case .diverged: line += ", stopped because the loss is not finite"
    }
    line += ", loss \(last.train.loss.text())"
    if let best = training.bestLoss, let epoch = training.bestEpoch {
      line += ", best validation loss \(best.text()) at epoch \(epoch)"
    }
    if let rise = LossRise(training.history.epochs.map(\.train.loss)) {
      // Of the rows of a sweep one line is told, so that its text must be the same.
      let what =
        call.host.rowThreads != nil
        ? "in rows of this sweep the loss rose by orders of magnitude"
        : "the loss rose from \(rise.least.text()) at epoch \(rise.leastEpoch) to \(rise.most.text()) at epoch \(rise.mostEpoch)"
      call.host.message(
        "warning: \(what), so that the training got lost; try a smaller lr=, or a larger min_scale="
      )
    }
    if call.host.rowThreads != nil, training.ending == .stoppedEarly {
      call.host.message(
        "warning: rows of this sweep stopped early: \(options.epochs) epochs were allowed, patience "
          + "\(options.patience.map { "\($0)" } ?? "\(options.warmup) (= warmup)"); patience=none trains them to the end"
      )
    }
    if training.history.count < options.warmup, training.ending == .complete, last.beta < 1 {
      line += "; its warm-up of \(options.warmup) epochs wasn't over, beta \(last.beta.text(3))"
    }
    let done = Double(training.history.count)
    call.host.progress(
      ProgressUpdate(title: call.title, done: done, total: done, detail: line, isFinished: true))
  }

  private func diverged(_ divergence: Divergence) -> ScriptError {
    let lost = divergence.loss
    let what = lost.isNaN ? "NaN" : lost.isFinite ? "NaN in its gradient" : "infinite"
    var label: [String] = []
    if let last = divergence.lastFiniteLoss { label.append("last finite loss \(last.text(5))") }
    if let origin = divergence.origin { label.append("first seen in \(origin)") }
    return ScriptError(
      "E410",
      "the loss became \(what) at epoch \(divergence.epoch), step \(divergence.step) "
        + "(lr \(divergence.learningRate.text()), beta \(divergence.beta.text(3)))",
      at: call.span, label: label.isEmpty ? nil : label.joined(separator: "; "),
      notes: [
        "the last good model is in `ans`; try \(divergence.proposal)"
      ], partial: .object(object(divergence.lastGood)))
  }

  private func seconds(since begin: ContinuousClock.Instant) -> Double {
    (clock.now - begin).seconds
  }
}

/// The models that `frames=` asks for, as training goes.
final class KeptFrames {
  let interval: Int?
  var models: [Model] = []

  init(every interval: Int?) { self.interval = interval }

  func wants(_ epoch: Int) -> Bool { interval.map { epoch.isMultiple(of: $0) } ?? false }
}
