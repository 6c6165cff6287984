import Foundation
import MIMModels
import MIMScript

/// How far a `train` statement has come, for the line that follows it.
final class TrainingProgress {
  /// Whether somebody sees a live line.
  let isLive: Bool
  private let call: HostCall
  private let title: String
  /// The epochs that the model had seen before.
  private let first: Int
  private let epochs: Int
  private let work: TrainingWork
  private var rate = MovingRate()
  private var losses: [Double] = []
  private var last: EpochProgress?
  private var lastUpdate = -Double.infinity

  /// The epochs in the sparkline.
  private static let recent = 12
  /// An epoch of fewer seconds needs no word of its steps.
  static let shortEpoch = 1.0
  /// Between two lines in a pipe or file, which are rare.
  private static let stepsBetweenPlainUpdates = 64

  init(_ call: HostCall, model: Model, options: TrainingOptions) {
    self.call = call
    title = call.title
    isLive = call.host.hasLiveLine && call.host.rowThreads == nil
    first = model.training?.history.count ?? 0
    epochs = options.epochs
    work = TrainingWork(model, options: options, isKnown: isLive)
  }

  /// After a step.
  func report(_ step: StepProgress) {
    let whole = Double(step.epoch - first - 1)
    guard isLive else {
      guard step.step % Self.stepsBetweenPlainUpdates == 0 else { return }
      return call.host.progress(
        ProgressUpdate(
          title: title, done: whole, total: Double(epochs),
          detail: "step \(step.step)/\(step.stepsPerEpoch)  loss \(step.loss.text())"))
    }
    let now = ProcessInfo.processInfo.systemUptime
    guard now - lastUpdate >= LiveLine.shortestPause else { return }
    let share = Double(step.step) / Double(max(1, step.stepsPerEpoch))
    send(
      done: whole + share, now: now, detail: "",
      parts: last.map { LiveParts($0, losses: losses, during: step).all } ?? [
        LivePart(step.text, importance: LiveParts.step),
        LivePart("loss \(step.loss.text())", importance: LivePart.whole),
      ])
  }

  /// After an epoch.
  func report(_ epoch: EpochProgress) {
    last = epoch
    losses = losses.suffix(Self.recent - 1) + [epoch.record.train.loss]
    let done = Double(epoch.record.epoch - first)
    guard isLive else {
      return call.host.progress(
        ProgressUpdate(title: title, done: done, total: Double(epochs), detail: epoch.detail))
    }
    send(
      done: done, now: ProcessInfo.processInfo.systemUptime, detail: epoch.detail,
      parts: LiveParts(epoch, losses: losses, during: nil).all)
  }

  private func send(done: Double, now: Double, detail: String, parts: [LivePart]) {
    lastUpdate = now
    rate.add(done: work.done(at: done), at: now)
    let remaining = rate.remaining(done: work.done(at: done), total: work.total)
    call.host.progress(
      ProgressUpdate(
        title: title, done: done, total: Double(epochs), detail: detail,
        live: LiveDetail(parts, remaining: remaining)))
  }

  /// The parts of the live line, each with its importance.
  private struct LiveParts {
    static let step = 35
    let all: [LivePart]

    init(_ epoch: EpochProgress, losses: [Double], during step: StepProgress?) {
      let record = epoch.record
      var parts: [LivePart] = []
      if let step, epoch.seconds >= TrainingProgress.shortEpoch {
        parts.append(LivePart(step.text, importance: Self.step))
        parts.append(LivePart("(\(step.loss.text()))", importance: 15, isAttached: true))
      }
      parts.append(LivePart("loss \(record.train.loss.text())", importance: LivePart.whole))
      if losses.count > 1 {
        parts.append(
          LivePart(Sparkline.text(losses), importance: 50, isAttached: true, isDrawing: true))
      }
      if let val = record.val {
        parts.append(LivePart("val \(val.loss.text())", importance: 80))
        if let best = epoch.bestLoss, let at = epoch.bestEpoch {
          parts.append(LivePart("(best \(best.text()) @\(at))", importance: 25, isAttached: true))
        }
        // A patience that lasts to the end says nothing.
        if let patience = epoch.patience, patience < epoch.lastEpoch {
          parts.append(LivePart("patience \(epoch.waited)/\(patience)", importance: 30))
        }
      }
      if let kl = record.train.kl { parts.append(LivePart("kl \(kl.text(3))", importance: 70)) }
      if let units = epoch.activeUnits {
        parts.append(LivePart("active \(units.count)/\(units.total)", importance: 60))
      }
      parts.append(LivePart("β \(record.beta.text(3))", importance: 20))
      parts.append(LivePart("\(epoch.seconds.text(2)) s/ep", importance: 10))
      all = parts
    }
  }
}

/// The work of a training, counted in epochs of full steps: those of the warm-up, without the decoder branch, are shorter.
struct TrainingWork {
  private let warmup: Double
  private let epochs: Double
  private let share: Double

  /// - Parameter isKnown: whether anybody asks for it: what steps cost has to be found out.
  init(_ model: Model, options: TrainingOptions, isKnown: Bool) {
    epochs = Double(options.epochs)
    guard isKnown, model.specification.tracedObjective.hasDecoderBranch else {
      (warmup, share) = (0, 1)
      return
    }
    let schedule = EpochSchedule(options, specification: model.specification)
    let first = model.training?.epoch ?? 0
    let short = (0..<options.epochs).first { schedule.runsDecoderBranch(first + 1 + $0) }
    warmup = Double(short ?? options.epochs)
    // Only the time that is left goes by it.
    share = warmup > 0 ? (try? model.shareOfEncoderBranch(batch: options.batch)) ?? 1 : 1
  }

  /// The work of the first `epochs`, which may end within one.
  func done(at epochs: Double) -> Double {
    min(epochs, warmup) * share + max(0, epochs - warmup)
  }

  var total: Double { done(at: epochs) }
}

extension StepProgress {
  /// `step 64/390`
  var text: String { "step \(step)/\(stepsPerEpoch)" }
}

extension EpochProgress {
  /// `loss 84.1  val 85.0 (best 84.9 @131, patience 6/50)  kl 26.2  β 1.00  9.8 s/ep`
  var detail: String {
    var parts = ["loss \(record.train.loss.text())"]
    if let val = record.val {
      var text = "val \(val.loss.text())"
      var inner: [String] = []
      if let bestLoss, let bestEpoch { inner.append("best \(bestLoss.text()) @\(bestEpoch)") }
      if let patience { inner.append("patience \(waited)/\(patience)") }
      if !inner.isEmpty { text += " (\(inner.joined(separator: ", ")))" }
      parts.append(text)
    }
    if let kl = record.train.kl { parts.append("kl \(kl.text(3))") }
    parts.append("β \(record.beta.text(3))")
    parts.append("\(seconds.text(2)) s/ep")
    return parts.joined(separator: "  ")
  }
}
