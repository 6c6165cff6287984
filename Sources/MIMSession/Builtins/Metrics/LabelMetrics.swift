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
      ],
      "accuracy of a k-NN classifier on codes, with the training codes as reference; an item has no vote on itself"
    ),
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
}
