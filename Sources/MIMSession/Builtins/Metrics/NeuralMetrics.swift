import MIMModels
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// Donsker and Varadhan's bound with a trained critic.
  static let mine = neural(.mine, "a lower bound on I(x; z) from a trained critic (MINE)")

  /// The contrastive bound with a trained critic.
  static let infoNCE = neural(
    .infoNCE, "a lower bound on I(x; z) from a trained critic, at most log batch (InfoNCE)")

  private static func neural(_ estimator: NeuralEstimator, _ summary: String) -> EvaluationMetric {
    let defaults = NeuralEstimatorOptions()
    return EvaluationMetric(
      word: WordSpec(
        estimator.rawValue,
        parameters: [
          Parameter(
            "steps", .integer(1...10_000_000), default: .number(Double(defaults.steps)),
            "optimiser steps"),
          Parameter(
            "batch", .integer(2...1_048_576), defaultText: "128, fewer for few items",
            "pairs per batch"),
          Parameter("lr", .number(1e-9...1), default: .number(1e-3), "Adam's learning rate"),
          Parameter(
            "hidden", .list(.integer(1...65_536)),
            default: .list(defaults.hidden.map { .number(Double($0)) }),
            "hidden widths of the critic"),
          Parameter(
            "n", .integer(2...Int(Int32.max)), defaultText: "all", "use only the first n items"),
        ], summary)
    ) { run, word in
      var options = defaults
      options.steps = word.value("steps", at: 0)?.asInteger ?? options.steps
      options.batch = word.value("batch", at: 1)?.asInteger
      options.learningRate = word.value("lr", at: 2)?.asNumber ?? options.learningRate
      options.hidden = word.value("hidden", at: 3)?.asIntegers ?? options.hidden
      options.seed = run.call.seed
      options.threads = try run.call.threads
      return [try run.measure(estimator, options, rows: run.firstRows(word, at: 4))]
    }
  }
}

extension Evaluation {
  fileprivate func measure(
    _ estimator: NeuralEstimator, _ options: NeuralEstimatorOptions, rows: [Int]
  ) throws -> EvaluationObject.Measure {
    let name = estimator.rawValue
    let host = call.host
    let estimate = try neuralMutualInformation(
      values.flattened.rows(rows), codes().values.rows(rows), by: estimator, options: options,
      shouldStop: { host.isInterrupted },
      onStep: { step in
        guard step % 20 == 0 else { return }
        self.progress(name, step: step, of: options.steps)
      })
    guard let estimate else {
      try call.checkInterruption()
      throw ScriptError("E225", "\(name) was stopped", at: call.span)
    }
    if let warning = estimate.warning { notes.append("\(name): \(warning)") }
    let limit = estimate.ceiling.text(3)
    return EvaluationObject.Measure(
      name, estimate.value, standardError: estimate.standardError, count: estimate.count,
      method: (estimator == .mine
        ? "MINE, reliable up to log \(estimate.count) = \(limit)"
        : "InfoNCE, at most log \(estimate.batch) = \(limit)")
        + "; step \(estimate.bestStep) of \(options.steps), batch \(estimate.batch), "
        + "measured on a held-out fifth of \(rows.count) items",
      caveat: estimate.warning)
  }
}
