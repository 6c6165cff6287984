import MIMModels
import MIMScript

extension EvaluationMetric {
  /// The fraction of units that have collapsed.
  static let collapse = EvaluationMetric(
    word: WordSpec(
      "collapse", "fraction of latent units that have collapsed onto the prior, 0 to 1")
  ) { run, _ in
    let report = try run.collapse()
    let units = report.meanVariance.count
    return [
      EvaluationObject.Measure(
        "collapse", Double(report.collapsedUnits) / Double(max(1, units)), count: report.count,
        method:
          "fraction of \(units) units with Var(E[z|x]) ≤ \(CollapseReport.activeVariance) and "
          + "KL ≤ \(CollapseReport.collapsedDivergence) nats")
    ]
  }

  /// The active units of each level; none for a model of one level.
  static func activePerLevel(_ run: Evaluation) throws -> [EvaluationObject.Measure] {
    let report = try run.collapse()
    guard report.levels.count > 1 else { return [] }
    return zip(report.activeUnitsPerLevel, report.levels).enumerated().map { level, units in
      EvaluationObject.Measure(
        "active_z\(level + 1)", Double(units.0), count: report.count,
        method: "units of \(units.1) with Var(E[z|x]) > \(CollapseReport.activeVariance)")
    }
  }
}
