import MIMAnalysis
import MIMScript

/// A metric of embeddings: its word and how it is measured. A new one is one line in `table`.
struct EmbeddingMetric: Sendable {
  /// The word with its parameters.
  let word: WordSpec
  /// Whether it needs class labels.
  var needsLabels = false
  /// Measures it.
  let measure: @Sendable (EmbeddingEvaluation, WordCall) throws -> [EvaluationObject.Measure]

  /// Every metric of an embedding.
  static let table: [EmbeddingMetric] = [
    .trustworthiness, .continuity, .neighborRecall, .rankCorrelation, .knn, .silhouette, .nmi, .ari,
  ]

  /// The metric of that name.
  static func named(_ name: String) -> EmbeddingMetric? {
    table.first { $0.word.name == name }
  }

  /// Its word among those of `evaluate`, with the refusal of a model.
  var refusingModels: EvaluationMetric {
    let name = word.name
    return EvaluationMetric(word: word) { run, word in
      throw ScriptError(
        "E220", "\(name) measures an embedding, not a model", at: word.span ?? run.call.span,
        notes: ["try: evaluate EMBEDDING POINTS \(name), with a result of `tsne`, `umap` or `pca`"])
    }
  }
}

/// `evaluate EMBEDDING POINTS trustworthiness(k=12) knn(10)` at work.
struct EmbeddingEvaluation {
  let call: HostCall
  let embedding: EmbeddingObject
  /// What was embedded.
  let input: LabelledPoints

  init(call: HostCall, embedding: EmbeddingObject) throws {
    self.call = call
    self.embedding = embedding
    input = try call.labelledPoints(at: 1)
  }

  /// Measures everything requested, in order.
  func run() throws -> EvaluationObject {
    let given = call.positional.dropFirst(2).compactMap(\.asWord)
    let words = given.isEmpty ? [WordCall("trustworthiness")] : given
    let clock = ContinuousClock()
    let begin = clock.now
    var isReporting = false
    let measures = try words.enumerated().flatMap { index, word in
      try call.checkInterruption()
      isReporting = isReporting || (clock.now - begin).seconds > 1
      if isReporting { progress(word.name, index, words.count) }
      let place = word.span ?? call.span
      guard let metric = EmbeddingMetric.named(word.name) else {
        throw ScriptError(
          "E220", "\(word.name) measures a model, not an embedding", at: place,
          notes: [
            "for an embedding: " + EmbeddingMetric.table.map(\.word.name).joined(separator: " ")
          ])
      }
      try EvaluationMetric.check(word, at: place, kind: .failure)
      if metric.needsLabels {
        try Fit.requireLabels(
          embedding.labels != nil, of: "`\(call.text(at: 0))`", for: word.name, at: place,
          kind: .failure)
      }
      return try call.located(at: "#1") { try metric.measure(self, word) }
    }
    if isReporting { progress("\(words.count) metrics", words.count, words.count) }
    return EvaluationObject(
      measures: measures, notes: [],
      subject: "embedding of \(embedding.source), \(embedding.count) points")
  }

  private func progress(_ detail: String, _ done: Int, _ total: Int) {
    call.host.progress(
      ProgressUpdate(
        title: call.title, done: Double(done), total: Double(total), detail: detail,
        isFinished: done == total))
  }

  /// The number of neighbours that a word asks for.
  func neighbors(_ word: WordCall, usual: Int) -> Int {
    word.value("k", at: 0)?.asInteger ?? usual
  }
}
