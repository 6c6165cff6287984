import MIMAnalysis
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// Whether neighbours in an embedding are neighbours among the points.
  static let trustworthiness = EvaluationMetric(
    word: WordSpec(
      "trustworthiness",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(12), "neighbours")],
      "for embeddings: are neighbours there also neighbours in the data? (Venna & Kaski 2001)")
  ) { run, word in
    throw needsEmbedding(at: word.span ?? run.call.span)
  }

  private static func needsEmbedding(at span: Span) -> ScriptError {
    ScriptError(
      "E220", "trustworthiness measures an embedding, not a model", at: span,
      notes: ["try: evaluate EMBEDDING POINTS trustworthiness, with a result of `tsne` or `pca`"])
  }
}

/// `evaluate EMBEDDING POINTS trustworthiness(k=12) knn(10)`.
struct EmbeddingEvaluation {
  let call: HostCall
  let embedding: EmbeddingObject

  func run() throws -> EvaluationObject {
    let input = try call.labelledPoints(at: 1)
    let given = call.positional.dropFirst(2).compactMap(\.asWord)
    let words = given.isEmpty ? [WordCall("trustworthiness")] : given
    let measures = try words.flatMap { word in
      try call.checkInterruption()
      let place = word.span ?? call.span
      return try call.located(at: "#1") {
        switch word.name {
        case "trustworthiness": [try trust(input, word)]
        case "knn": try accuracies(word, at: place)
        default:
          throw ScriptError(
            "E220", "\(word.name) measures a model, not an embedding", at: place,
            notes: ["for an embedding, use trustworthiness or knn"])
        }
      }
    }
    return EvaluationObject(
      measures: measures, notes: [],
      subject: "embedding of \(embedding.source), \(embedding.count) points")
  }

  private func trust(
    _ input: LabelledPoints, _ word: WordCall
  ) throws -> EvaluationObject.Measure {
    let k = word.value("k", at: 0)?.asInteger ?? 12
    let value = try MIMAnalysis.trustworthiness(
      of: embedding.points, points: input.points, k: k, threads: call.threads)
    return EvaluationObject.Measure(
      "trustworthiness", value, count: embedding.count,
      method: "\(k) neighbours in the embedding, ranked by distance among the \(input.name)")
  }

  /// Each point's class from those of its neighbours in the embedding, itself left out.
  private func accuracies(_ word: WordCall, at span: Span) throws -> [EvaluationObject.Measure] {
    let wanted = word.value("k", at: 0)?.asIntegers ?? [5]
    try EvaluationMetric.check(word, at: span, kind: .failure)
    try Fit.requireLabels(
      embedding.labels != nil, of: "`\(call.text(at: 0))`", for: "knn", at: span, kind: .failure)
    guard let labels = embedding.labels, let largest = wanted.max() else { return [] }
    let neighbors = try nearestNeighbors(
      in: embedding.points, count: largest, threads: call.threads)
    return try wanted.map { k in
      let predictions = try nearestNeighborPredictions(
        neighbors: neighbors, referenceLabels: labels, k: k)
      let share =
        Double(zip(predictions, labels).count { $0 == $1 }) / Double(labels.count)
      return EvaluationObject.Measure(
        "knn\(k)", share, standardError: (share * (1 - share) / Double(labels.count)).squareRoot(),
        count: labels.count, method: "\(k)-NN in the embedding, each point against all others")
    }
  }
}
