import MIMAnalysis
import MIMScript
import MIMTensor

/// Clusters that k-means finds among labelled points.
struct LabelledClusters {
  let assignments: [Int32]
  let labels: [Int32]
  let options: KMeansOptions

  /// As a word with `seed` and `clusters` says.
  init(
    _ points: HostArray<Float>, labels: [Int32], classes: Int?, _ word: WordCall, threads: Int?
  ) throws {
    var options = KMeansOptions(
      clusters: word.value("clusters", at: 1)?.asInteger ?? classes ?? Set(labels).count)
    options.seed = UInt64(word.value("seed", at: 0)?.asInteger ?? 0)
    assignments = try kMeans(points, options: options, threads: threads).assignments
    self.labels = labels
    self.options = options
  }

  /// `k-means, 10 clusters, seed 0`
  var method: String { "k-means, \(options.clusters) clusters, seed \(options.seed)" }

  static let parameters = [
    Parameter("seed", .integer(0...Int(Int32.max)), default: .number(0), "seed of k-means"),
    Parameter(
      "clusters", .integer(1...100_000), defaultText: "the number of classes",
      "number of clusters"),
  ]
}

extension EvaluationMetric {
  /// Normalised mutual information of k-means clusters and labels.
  static let nmi = EvaluationMetric(
    word: WordSpec(
      "nmi", parameters: LabelledClusters.parameters,
      "NMI between k-means clusters of the codes and the labels"), needsLabels: true
  ) { run, word in
    guard let clusters = try run.clusters(word) else { return [] }
    return [try nmi(of: clusters)]
  }

  /// The adjusted Rand index of k-means clusters and labels.
  static let ari = EvaluationMetric(
    word: WordSpec(
      "ari", parameters: LabelledClusters.parameters,
      "adjusted Rand index of k-means clusters of the codes and the labels"), needsLabels: true
  ) { run, word in
    guard let clusters = try run.clusters(word) else { return [] }
    return [try ari(of: clusters)]
  }

  /// How far classes lie apart.
  static let silhouette = EvaluationMetric(
    word: WordSpec(
      "silhouette", "how far the classes lie apart among the codes (Rousseeuw 1987), −1 to 1"),
    needsLabels: true
  ) { run, _ in
    let codes = try run.codes()
    guard let labels = codes.labels else { return [] }
    return [try silhouette(of: codes.values, labels: labels, threads: run.call.threads)]
  }

  static func nmi(of clusters: LabelledClusters) throws -> EvaluationObject.Measure {
    EvaluationObject.Measure(
      "nmi", try normalizedMutualInformation(clusters.assignments, clusters.labels),
      count: clusters.labels.count, method: "\(clusters.method); MI / larger entropy")
  }

  static func ari(of clusters: LabelledClusters) throws -> EvaluationObject.Measure {
    EvaluationObject.Measure(
      "ari", try adjustedRandIndex(clusters.assignments, clusters.labels),
      count: clusters.labels.count, method: "\(clusters.method); pairs, adjusted for chance")
  }

  static func silhouette(
    of points: HostArray<Float>, labels: [Int32], threads: Int?
  ) throws -> EvaluationObject.Measure {
    let found = try MIMAnalysis.silhouette(of: points, labels: labels, threads: threads)
    return EvaluationObject.Measure(
      "silhouette", found.value, standardError: found.standardError, count: labels.count,
      method: "each point's distances to its class and to the nearest other")
  }
}

extension Evaluation {
  fileprivate func clusters(_ word: WordCall) throws -> LabelledClusters? {
    let codes = try codes()
    guard let labels = codes.labels else { return nil }
    return try LabelledClusters(
      codes.values, labels: labels, classes: codes.classNames?.count, word, threads: call.threads)
  }
}
