import MIMModels
import MIMScript

extension EvaluationMetric {
  static let importanceSamplingParameters = [
    Parameter(
      "samples", .integer(1...10_000_000), isOptional: true,
      "draws of z per item, for −log p(x) by importance sampling"),
    Parameter(
      "n", .integer(1...Int(Int32.max)), isOptional: true, "use only the first n items"),
    Parameter(
      "batch", .integer(1...100_000), isOptional: true,
      "draws computed at once; changes which draws are made"),
  ]

  static let importanceSamplingSummary =
    "−log p(x): one draw −E[log p(x|z) + log p(z) − log q(z|x)], or nll(samples=5000)"

  /// −log p(x) with many draws per item.
  static func importanceSampled(
    _ run: Evaluation, _ word: WordCall
  ) throws -> EvaluationObject.Measure {
    var items = run.items.split.replacingItems(run.values)
    if let count = word.value("n", at: 1)?.asInteger { items = items.prefix(count) }
    let sampling = ImportanceSampling(
      samples: word.value("samples", at: 0)?.asInteger ?? 5000,
      batch: word.value("batch", at: 2)?.asInteger, seed: run.call.seed,
      threads: try run.call.threads)
    let found = try sampling.negativeLogLikelihood(of: run.model.model, on: items) {
      try run.progress("nll of \(items.count) items", share: $0)
    }
    return EvaluationObject.Measure(
      found.name, found.value, standardError: found.standardError, count: found.count,
      method: found.method, kind: found.kind)
  }
}

extension WordCall {
  /// Whether this is `nll(samples=…)`.
  var isImportanceSampled: Bool { name == "nll" && value("samples", at: 0) != nil }
}
