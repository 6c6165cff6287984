import MIMModels
import MIMScript

/// The clock time of training, as a measure beside the others.
enum TrainingTime {
  /// The metric's word, and the column of tables; `--verify` passes over it.
  static let word = "seconds"
}

extension EvaluationMetric {
  /// How long the model's last training took.
  static let seconds = EvaluationMetric(
    word: WordSpec(
      TrainingTime.word, "clock time of the model's last training; differs from run to run")
  ) { run, _ in
    guard let seconds = run.model.seconds else {
      return [
        .missing(
          TrainingTime.word,
          because: run.model.model.training == nil
            ? "the model wasn't trained"
            : "a model from a file doesn't know how long its training took")
      ]
    }
    return [
      EvaluationObject.Measure(
        TrainingTime.word, seconds, count: run.model.model.training?.history.count ?? 0,
        method: "clock time of the last training; n: epochs")
    ]
  }
}
