import MIMModels
import MIMTensor

/// A training step that runs over and over, on one batch of an epoch after the other.
final class RepeatedStep {
  let training: TrainingStep
  private let batches: EpochBatches
  private var next = 0

  init(_ training: TrainingStep, on batches: EpochBatches, learningRate: Float) {
    self.training = training
    self.batches = batches
    training.plan.set(training.beta, to: 1)
    training.plan.set(training.learningRate, to: learningRate)
  }

  /// Seconds of each of `count` steps, after `first` that touch memory for the first time.
  func seconds(of count: Int, after first: Int) throws -> [Double] {
    var seconds: [Double] = []
    for step in 0..<first + count {
      let begin = ContinuousClock.now
      try run(step: UInt64(step))
      if step >= first { seconds.append(begin.secondsSince) }
    }
    return seconds
  }

  private func run(step: UInt64) throws {
    training.plan.withInput(training.batch) { batches.copy(next, into: $0) }
    next = (next + 1) % batches.count
    _ = try training.run(step: step)
  }

  /// What its plan is made of.
  var plan: PlanSummary { training.plan.summary }

  /// The loss of the last step, and the operations in one.
  var computed: [String: Double] {
    [
      "loss": Double(training.plan.scalar(of: training.loss)),
      "flops": Double(plan.flopsPerStep),
    ]
  }
}
