import MIMModels
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// The reconstruction error of items that the decoder makes by itself. An autoregressive decoder then sees its own values, not those of x as
  /// for `rmse`; for others both are the same quantity.
  static let freeReconstruction = EvaluationMetric(
    word: WordSpec(
      "rmse_free",
      parameters: [
        Parameter("n", .integer(1...Int(Int32.max)), default: .number(1000), "the first n items")
      ],
      "‖x − x̂‖₂ where x̂ is made from z alone, an autoregressive decoder's value by value (free-running)"
    )
  ) { run, word in
    let (model, call) = (run.model.model, run.call)
    let specification = run.model.specification
    guard !specification.encodesAlone, !specification.objective.component.modelsItemsAlone else {
      throw ModelError.undefinedMetric(
        name: "rmse_free", reason: "nothing is made from codes by a model of this kind")
    }
    let asked = word.value("n", at: 0)?.asInteger ?? 1000
    let items = run.values.rows(0..<min(asked, run.values.rowCount))
    let count = items.rowCount
    let codes = try model.encode(
      items, labels: run.items.split.labels.map { Array($0.prefix(count)) }, seed: call.seed,
      threads: call.threads
    ).draws
    // Slow ones in parts, so that they show how far they are; others at once, with the draws of rmse.
    let isSlow = specification.decoder.component.isAutoregressive
    let batch = isSlow ? 64 : max(1, count)
    var errors: [Double] = []
    for first in stride(from: 0, to: count, by: batch) {
      try run.progress("rmse_free", share: Double(first) / Double(count))
      let rows = first..<min(first + batch, count)
      let drawn = try model.decode(
        codes.rows(rows), seed: call.seed &+ UInt64(first), threads: call.threads
      ).draws
      errors += rows.map { row in
        zip(items.row(row), drawn.row(row - first)).reduce(0) { sum, pair in
          sum + Double(pair.0 - pair.1) * Double(pair.0 - pair.1)
        }.squareRoot()
      }
    }
    let mean = errors.reduce(0, +) / Double(max(1, count))
    let squares = errors.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return [
      EvaluationObject.Measure(
        "rmse_free", mean,
        standardError: count > 1 ? (squares / Double(count - 1) / Double(count)).squareRoot() : nil,
        count: count,
        method:
          "mean ‖x − x̂‖₂ in \(specification.itemUnits), x̂ drawn from p(x|z) with nothing but one draw z ~ q(z|x)",
        kind: "free-running")
    ]
  }
}
