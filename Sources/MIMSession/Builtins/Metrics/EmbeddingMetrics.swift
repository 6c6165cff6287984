import MIMAnalysis
import MIMScript
import MIMTensor

extension EmbeddingMetric {
  /// Whether neighbours in an embedding are neighbours among the points.
  static let trustworthiness = EmbeddingMetric(
    word: WordSpec(
      "trustworthiness",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(12), "neighbours")],
      "for embeddings: are neighbours there also neighbours in the data? (Venna & Kaski 2001)")
  ) { run, word in
    let k = run.neighbors(word, usual: 12)
    let value = try MIMAnalysis.trustworthiness(
      of: run.embedding.points, points: run.input.points, k: k, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "trustworthiness", value, count: run.embedding.count,
        method: "\(k) neighbours in the embedding, ranked by distance among the \(run.input.name)")
    ]
  }

  /// Whether neighbours among the points are neighbours in the embedding.
  static let continuity = EmbeddingMetric(
    word: WordSpec(
      "continuity",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(12), "neighbours")],
      "for embeddings: are neighbours in the data still neighbours there? (Venna & Kaski 2001)")
  ) { run, word in
    let k = run.neighbors(word, usual: 12)
    let value = try MIMAnalysis.continuity(
      of: run.embedding.points, points: run.input.points, k: k, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "continuity", value, count: run.embedding.count,
        method: "\(k) neighbours among the \(run.input.name), ranked by distance in the embedding")
    ]
  }

  /// The share of neighbours that were kept.
  static let neighborRecall = EmbeddingMetric(
    word: WordSpec(
      "neighbor_recall",
      parameters: [Parameter("k", .integer(1...100_000), default: .number(15), "neighbours")],
      "for embeddings: the share of nearest neighbours that are nearest neighbours there too")
  ) { run, word in
    let k = run.neighbors(word, usual: 15)
    let found = try MIMAnalysis.neighborRecall(
      of: run.embedding.points, points: run.input.points, k: k, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "neighbor_recall", found.value, standardError: found.standardError,
        count: run.embedding.count, method: "\(k) neighbours of each of the \(run.input.name)")
    ]
  }

  /// Whether near and far stayed in order.
  static let rankCorrelation = EmbeddingMetric(
    word: WordSpec(
      "rank_correlation",
      parameters: [
        Parameter(
          "pairs", .integer(3...100_000_000), default: .number(1_000_000),
          "pairs of points to draw where there are more"),
        Parameter("seed", .integer(0...Int(Int32.max)), default: .number(0), "seed of the draws"),
      ],
      "for embeddings: Spearman's correlation between distances in the data and there")
  ) { run, word in
    let seed = word.value("seed", at: 1)?.asInteger ?? 0
    let found = try distanceRankCorrelation(
      of: run.embedding.points, points: run.input.points,
      pairs: word.value("pairs", at: 0)?.asInteger ?? 1_000_000, seed: UInt64(seed))
    return [
      EvaluationObject.Measure(
        "rank_correlation", found.value, count: run.embedding.count,
        method: "Spearman's, of the distances of \(found.pairs) pairs")
    ]
  }

  /// Each point's class from those of its neighbours in the embedding, itself left out.
  static let knn = EmbeddingMetric(word: EvaluationMetric.knn.word, needsLabels: true) {
    run, word in
    let wanted = word.value("k", at: 0)?.asIntegers ?? [5]
    guard let labels = run.embedding.labels, let largest = wanted.max() else { return [] }
    let neighbors = try nearestNeighbors(
      in: run.embedding.points, count: largest, threads: run.call.threads)
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

  /// How far classes lie apart.
  static let silhouette = EmbeddingMetric(
    word: EvaluationMetric.silhouette.word, needsLabels: true
  ) { run, _ in
    guard let labels = run.embedding.labels else { return [] }
    return [
      try EvaluationMetric.silhouette(
        of: run.embedding.points, labels: labels, threads: run.call.threads)
    ]
  }

  /// Normalised mutual information of k-means clusters and labels.
  static let nmi = EmbeddingMetric(word: EvaluationMetric.nmi.word, needsLabels: true) {
    run, word in
    guard let clusters = try run.clusters(word) else { return [] }
    return [try EvaluationMetric.nmi(of: clusters)]
  }

  /// The adjusted Rand index of k-means clusters and labels.
  static let ari = EmbeddingMetric(word: EvaluationMetric.ari.word, needsLabels: true) {
    run, word in
    guard let clusters = try run.clusters(word) else { return [] }
    return [try EvaluationMetric.ari(of: clusters)]
  }
}

extension EmbeddingEvaluation {
  fileprivate func clusters(_ word: WordCall) throws -> LabelledClusters? {
    guard let labels = embedding.labels else { return nil }
    return try LabelledClusters(
      embedding.points, labels: labels, classes: embedding.classNames?.count, word,
      threads: call.threads)
  }
}
