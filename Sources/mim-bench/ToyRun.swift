import MIMAnalysis
import MIMModels

extension Benchmark {
  /// One run of Experiment A as the authors' script does it: ten epochs of MIM at width 50, then
  /// the statistics with KSG on 9,984 points.
  static let toyRun = Benchmark(
    name: "toy-run-50",
    purpose: "Experiment A at width 50: train 10 epochs, then MI (KSG), NLL, RMSE, k-NN"
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
    let metrics = try ModelMetrics.evaluate(
      model, on: test, of: data, metrics: ["nll", "rmse"], seed: seed, threads: workers)
    let codes = try model.encode(test.items, seed: seed, threads: workers).draws
    let reference = try model.encode(data.train.items, seed: seed, threads: workers).draws
    let mutual = try mutualInformationKSG(test.items, codes, k: 5, threads: workers)
    let accuracy = try nearestNeighborAccuracy(
      queries: codes, queryLabels: labels, reference: reference, referenceLabels: trainLabels,
      k: [5], threads: workers)
    var computed = ["mi": mutual.value, "knn5": accuracy[0].value]
    for metric in metrics { computed[metric.name] = metric.value }
    return computed
  }
}

/// Why a benchmark cannot run.
enum BenchmarkError: Error {
  case noTestData
  case failed(String)
}
