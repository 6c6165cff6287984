import MIMAnalysis
import MIMScript

/// Numbers that compare codes with the factors that their items were made from.
extension EvaluationMetric {
  /// The mutual information gap.
  static let mig = EvaluationMetric(
    word: WordSpec("mig", "factors: the mutual information gap, 0 to 1 (Chen et al. 2018)")
  ) { run, word in
    let sample = try run.factorSample(for: word)
    return [
      run.measure(
        "mig", FactorInformation(sample).gap, sample, "mutual information gap, codes in 20 cells")
    ]
  }

  /// Disentanglement, completeness, informativeness.
  static let dci = EvaluationMetric(
    word: WordSpec(
      "dci",
      "factors: disentanglement, completeness, informativeness by lasso (Eastwood & Williams 2018)")
  ) { run, word in
    let sample = try run.factorSample(for: word)
    let found = try FactorImportance(sample, seed: run.call.seed, threads: run.call.threads)
    let method = "DCI by lasso, α = 0.01"
    return [
      run.measure("disentanglement", found.disentanglement, sample, method),
      run.measure("completeness", found.completeness, sample, method),
      run.measure(
        "informativeness", found.informativeness ?? .nan, sample,
        "\(method): mean R² on a fifth held out"),
    ]
  }

  /// The separated attribute predictability.
  static let sap = EvaluationMetric(
    word: WordSpec(
      "sap", "factors: separated attribute predictability, 0 to 1 (Kumar et al. 2018)")
  ) { run, word in
    let sample = try run.factorSample(for: word)
    return [
      run.measure(
        "sap", separatedAttributePredictability(sample), sample,
        "gap of explained variances between the two best codes")
    ]
  }

  /// Modularity.
  static let modularity = EvaluationMetric(
    word: WordSpec(
      "modularity", "factors: whether a code tells of one factor, 0 to 1 (Ridgeway & Mozer 2018)")
  ) { run, word in
    let sample = try run.factorSample(for: word)
    return [
      run.measure(
        "modularity", FactorInformation(sample).modularity, sample, "codes in 20 cells")
    ]
  }
}

extension Evaluation {
  /// The codes with the factors of the items.
  fileprivate func factorSample(for word: WordCall) throws -> FactorSample {
    guard let factors = items.split.factors else {
      throw ScriptError(
        "E225", "\(word.name) needs items whose factors are known, and \(items.name) has none",
        at: word.span ?? call.span,
        notes: ["try: load sprites, which is made from factors"])
    }
    return try FactorSample(
      codes: codes().values,
      factors: factors.factors.enumerated().map { place, factor in
        Factor(name: factor.name, values: factors.column(place), isOrdered: factor.isOrdered)
      })
  }

  fileprivate func measure(
    _ name: String, _ value: Double, _ sample: FactorSample, _ method: String
  ) -> EvaluationObject.Measure {
    EvaluationObject.Measure(
      name, value, count: sample.count,
      method: "\(method); \(sample.names.joined(separator: ", "))")
  }
}
