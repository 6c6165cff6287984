import MIMModels
import MIMScript

extension EvaluationMetric {
  private static let parts = ["rate", "distortion", "mi_q", "marginal_kl"]

  /// Rate and distortion, and what the rate is made of.
  static let rateDistortion = EvaluationMetric(
    word: WordSpec("rd", "rate, distortion, mi_q and marginal_kl, where rate = mi_q + marginal_kl"),
    modelMetrics: parts
  ) { run, _ in try parts.map { try run.modelMetric($0) } }
}
