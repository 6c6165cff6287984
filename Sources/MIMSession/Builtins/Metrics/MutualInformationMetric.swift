import MIMAnalysis
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// KSG mutual information between items and codes.
  static let mi = EvaluationMetric(
    word: WordSpec(
      "mi",
      parameters: [
        Parameter("k", .integer(1...1000), default: .number(5), "neighbours"),
        Parameter("n", .integer(2...Int(Int32.max)), defaultText: "all", "the first so many items"),
      ], "mutual information of x and z in nats (KSG-1, maximum norm)")
  ) { run, word in
    let k = word.value("k", at: 0)?.asInteger ?? 5
    let codes = try run.codes()
    let count = min(word.value("n", at: 1)?.asInteger ?? codes.count, codes.count)
    let rows = Array(0..<count)
    let estimate = try mutualInformationKSG(
      run.values.flattened.rows(rows), codes.values.rows(rows), k: k, threads: run.call.threads)
    run.notes += estimate.warnings.map { "mi: \($0)" }
    return [
      EvaluationObject.Measure(
        "mi", estimate.value, standardError: estimate.standardError, count: estimate.count,
        method: "KSG-1, k = \(k); l2 error bound \(estimate.errorBound.text(2))")
    ]
  }
}

extension WordCall {
  /// An argument by name, or by its place.
  func value(_ name: String, at index: Int) -> Value? {
    named[name] ?? (positional.indices.contains(index) ? positional[index] : nil)
  }
}
