import MIMAnalysis
import MIMScript
import MIMTensor

extension EvaluationMetric {
  /// k-nearest-neighbour accuracy in latent space.
  static let knn = EvaluationMetric(
    word: WordSpec(
      "knn",
      parameters: [
        Parameter("k", .list(.integer(1...100_000)), default: .list([.number(5)]), "neighbours")
      ], "accuracy of a k-NN classifier on codes, with the training codes as reference"),
    needsLabels: true
  ) { run, word in
    try check(word, at: word.span ?? run.call.span, kind: .failure)
    let k = word.value("k", at: 0)?.asIntegers ?? [5]
    let codes = try run.codes()
    let reference = try run.referenceCodes()
    guard let labels = codes.labels, let referenceLabels = reference.labels else { return [] }
    let ownRows = try run.rowsInReference
    let found = try nearestNeighborAccuracy(
      queries: codes.values, queryLabels: labels, reference: reference.values,
      referenceLabels: referenceLabels, k: k, ownRows: ownRows, threads: run.call.threads)
    let kind = ownRows == nil ? "" : ", leave-one-out"
    return found.map {
      EvaluationObject.Measure(
        "knn\($0.k)", $0.value, standardError: $0.standardError, count: $0.count,
        method: "\($0.k)-NN on codes, reference: \(reference.count) training codes\(kind)")
    }
  }

  /// Normalised mutual information of k-means clusters and labels.
  static let nmi = EvaluationMetric(
    word: WordSpec(
      "nmi",
      parameters: [
        Parameter("seed", .integer(0...Int(Int32.max)), default: .number(0), "seed of k-means"),
        Parameter(
          "clusters", .integer(1...100_000), defaultText: "the number of classes",
          "number of clusters"),
      ], "NMI between k-means clusters of the codes and the labels"), needsLabels: true
  ) { run, word in
    let codes = try run.codes()
    guard let labels = codes.labels else { return [] }
    let classes = codes.classNames?.count ?? Set(labels).count
    var options = KMeansOptions(clusters: word.value("clusters", at: 1)?.asInteger ?? classes)
    options.seed = UInt64(word.value("seed", at: 0)?.asInteger ?? 0)
    let clusters = try kMeans(codes.values, options: options, threads: run.call.threads)
    return [
      EvaluationObject.Measure(
        "nmi", try normalizedMutualInformation(clusters.assignments, labels), count: codes.count,
        method: "k-means, \(options.clusters) clusters, seed \(options.seed); MI / larger entropy")
    ]
  }
}
