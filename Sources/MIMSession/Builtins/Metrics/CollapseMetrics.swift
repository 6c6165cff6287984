import MIMModels
import MIMScript

extension EvaluationMetric {
  /// The share of units that have collapsed.
  static let collapse = EvaluationMetric(
    word: WordSpec("collapse", "share of latent units that have collapsed, 0 to 1")
  ) { run, _ in
    let report = try run.collapse()
    let units = report.meanVariance.count
    return [
      EvaluationObject.Measure(
        "collapse", Double(units - report.activeUnits) / Double(max(1, units)),
        count: report.count, method: "share of \(units) units that are not active")
    ]
  }
}
