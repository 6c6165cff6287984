import MIMFormats
import MIMTensor

/// What a training would cost, measured on a few of its steps before it begins.
public struct TrainingCost: Sendable {
  /// Peak memory of a step's plan, parameters and optimiser moments, in bytes.
  public let bytes: Int
  /// Seconds of one step.
  public let secondsPerStep: Double
  /// Steps in all epochs; a training that stops early makes fewer.
  public let steps: Int

  /// The most that the training takes, in seconds, without validation.
  public var seconds: Double { secondsPerStep * Double(steps) }
}

extension Trainer {
  /// Measures a few steps of the full objective on items of zeros. Throws what `train` would.
  public static func cost(
    _ model: Model, on data: Dataset, options: TrainingOptions
  ) throws -> TrainingCost {
    try check(model.specification, on: data, options: options)
    let specification = model.specification
    let step = try TrainingStep(
      specification.network(density: data.trainingDensity), specification: specification,
      store: model.store(), options: options,
      decoderBranch: specification.tracedObjective.hasDecoderBranch, binarises: false)
    step.plan.set(step.beta, to: 1)
    step.plan.set(step.learningRate, to: 0)
    let plan = step.plan.summary
    return TrainingCost(
      bytes: plan.peakBytes + plan.parameterBytes, secondsPerStep: secondsPerStep(step.plan),
      steps: data.train.count / options.batch * options.epochs)
  }

  /// The quickest of a few steps, a hundredth of a second's worth at least: other work on the
  /// machine only slows them down.
  private static func secondsPerStep(_ plan: Plan) -> Double {
    let clock = ContinuousClock()
    var quickest = Double.infinity
    var spent = 0.0
    var step: UInt64 = 0
    while step < 3 || (spent < 0.01 && step < 100) {
      let seconds = clock.measure { plan.run(step: step) }.seconds
      quickest = min(quickest, seconds)
      spent += seconds
      step += 1
    }
    return quickest
  }
}
