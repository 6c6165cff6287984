import MIMAnalysis
import MIMModels
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// KSG mutual information between items and codes.
  static let mi = EvaluationMetric(
    word: WordSpec(
      "mi", parameters: neighborParameters,
      "mutual information of x and z in nats (KSG, maximum norm); s.mi_local: each item's part")
  ) { run, word in
    let rows = try run.firstRows(word)
    let estimate = try mutualInformationKSG(
      run.values.flattened.rows(rows), run.codes().values.rows(rows), k: word.neighborCount,
      estimator: word.estimator, threads: run.call.threads)
    return [run.measure("mi", estimate)]
  }

  /// KSG mutual information of the latent units among each other.
  static let totalCorrelation = EvaluationMetric(
    word: WordSpec(
      "tc", parameters: neighborParameters,
      "total correlation I(z1; …; zd) of the latent units in nats (KSG of d variables)")
  ) { run, word in
    let codes = try run.codes()
    guard codes.width > 1 else {
      throw ModelError.undefinedMetric(
        name: "tc", reason: "it needs at least two latent units; use z=2 or more")
    }
    let values = codes.values.rows(try run.firstRows(word))
    let estimate = try mutualInformationKSG(
      among: (0..<codes.width).map { unit in
        HostArray(values.column(unit), shape: [values.rowCount, 1])
      }, k: word.neighborCount, estimator: word.estimator, threads: run.call.threads)
    return [run.measure("tc", estimate)]
  }

  private static let neighborParameters = [
    Parameter("k", .integer(1...1000), default: .number(5), "neighbours"),
    Parameter("n", .integer(2...Int(Int32.max)), defaultText: "all", "use only the first n items"),
    Parameter(
      "estimator", .integer(1...2), default: .number(1),
      "Kraskov's first estimator, or the second (mi2)"),
  ]
}

extension Evaluation {
  /// The rows that `n=` leaves.
  func firstRows(_ word: WordCall, at index: Int = 1) throws -> [Int] {
    let count = try codes().count
    return Array(0..<min(word.value("n", at: index)?.asInteger ?? count, count))
  }

  /// A KSG estimate as a row of the result; its warnings become notes, its parts a field.
  fileprivate func measure(
    _ word: String, _ estimate: MutualInformationEstimate
  ) -> EvaluationObject.Measure {
    // Both estimators can stand side by side: mi and mi2.
    let name = estimate.estimator == .first ? word : "\(word)2"
    notes += estimate.warnings.map { "\(name): \($0)" }
    if estimate.standardError == nil {
      notes.append("\(name): \(estimate.count) points are too few for a standard error")
    }
    return EvaluationObject.Measure(
      name, estimate.value, standardError: estimate.standardError, count: estimate.count,
      method: "KSG-\(estimate.estimator.rawValue), k = \(estimate.k); l2 error bound "
        + estimate.errorBound.text(2),
      local: estimate.local,
      caveat: estimate.warnings.isEmpty
        ? nil : estimate.warnings.map(\.caveat).joined(separator: "; "))
  }
}

extension WordCall {
  /// An argument by name, or by its place.
  func value(_ name: String, at index: Int) -> Value? {
    named[name] ?? (positional.indices.contains(index) ? positional[index] : nil)
  }

  fileprivate var neighborCount: Int { value("k", at: 0)?.asInteger ?? 5 }

  fileprivate var estimator: KSGEstimator {
    value("estimator", at: 2)?.asInteger.flatMap(KSGEstimator.init(rawValue:)) ?? .first
  }
}
