import MIMAnalysis
import MIMModels

extension Benchmark {
  /// One run of Experiment A as the authors' script does it: ten epochs of MIM at width 50, then all its
  /// statistics on 9,984 points: KSG, NLL, RMSE, both divergences, the joint entropies, k-NN and NMI.
  static let toyRun = Benchmark(
    name: "toy-run-50",
    purpose: "Experiment A at width 50: train 10 epochs, then all statistics"
  ) {
    var seconds: [Double] = []
    var computed: [String: Double] = [:]
    for run in 0..<6 {
      let begin = ContinuousClock.now
      computed = try toyStatistics(seed: UInt64(run))
      // The first run warms caches and clock frequency.
      if run > 0 { seconds.append(begin.secondsSince) }
    }
    return Measurement(seconds: seconds, threads: workers, computed: computed)
  }

  private static let workers = 1
  private static let metrics = ["nll", "rmse", "kl_qp", "kl_pq", "h_enc", "h_dec", "h_m"]
  private static let neighbours = [1, 3, 5, 10]

  private static func toyStatistics(seed: UInt64) throws -> [String: Double] {
    let data = try Dataset.load(DataRequest("toy", argument: "4"))
    guard let test = data.test, let labels = test.labels, let trainLabels = data.train.labels else {
      throw BenchmarkError.noTestData
    }
    let specification = ModelSpecification(
      objective: .mim, itemDimensions: [2], valueKind: .real, latentSize: 2, hidden: [50])
    var options = TrainingOptions.toyProtocol
    options.epochs = 10
    options.keep = .last
    options.seed = seed
    options.threads = workers
    let model = try Trainer.train(
      Model(specification: specification, seed: seed), on: data, options: options)
    let found = try ModelMetrics.evaluate(
      model, on: test, of: data, metrics: metrics, seed: seed, threads: workers)
    let codes = try model.encode(test.items, seed: seed, threads: workers).draws
    let reference = try model.encode(data.train.items, seed: seed, threads: workers).draws
    let mutual = try mutualInformationKSG(test.items, codes, k: 5, threads: workers)
    let accuracy = try nearestNeighborAccuracy(
      queries: codes, queryLabels: labels, reference: reference, referenceLabels: trainLabels,
      k: neighbours, threads: workers)
    var grouping = KMeansOptions(clusters: Set(labels).count)
    grouping.seed = seed
    let clusters = try kMeans(codes, options: grouping, threads: workers).assignments
    var computed = [
      "mi": mutual.value, "nmi": try normalizedMutualInformation(clusters, labels),
    ]
    for (k, share) in zip(neighbours, accuracy) { computed["knn\(k)"] = share.value }
    for metric in found { computed[metric.name] = metric.value }
    return computed
  }
}

/// Why a benchmark cannot run.
enum BenchmarkError: Error {
  case noTestData
  case failed(String)
}
