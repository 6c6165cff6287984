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
    return try cost(
      model, network: model.specification.network(density: data.trainingDensity),
      items: data.train.count,
      decoderBranch: model.specification.tracedObjective.hasDecoderBranch, options: options)
  }

  /// The same of a network that trains the model's arrays, for so many items an epoch.
  static func cost(
    _ model: Model, network: any LatentVariableModel, items: Int, decoderBranch: Bool,
    options: TrainingOptions
  ) throws -> TrainingCost {
    let step = try TrainingStep(
      network, specification: model.specification, store: model.store(), options: options,
      decoderBranch: decoderBranch, binarises: false)
    step.plan.set(step.beta, to: 1)
    step.plan.set(step.learningRate, to: 0)
    let plan = step.plan.summary
    return TrainingCost(
      bytes: plan.peakBytes + plan.parameterBytes, secondsPerStep: secondsPerStep(step.plan),
      steps: items / options.batch * options.epochs)
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
