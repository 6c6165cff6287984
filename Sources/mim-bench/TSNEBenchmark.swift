import Foundation
import MIMAnalysis
import MIMTensor

extension Benchmark {
  /// Neighbours, affinities and the default schedule for the last `count` images.
  static func tsneFashion(_ count: Int) -> Benchmark {
    Benchmark(
      name: "tsne-fashion-\(count)",
      purpose: "t-SNE of Fashion-MNIST, the last \(count) images x 50 components, 750 iterations"
    ) {
      let fashion = try FashionPoints()
      let all = fashion.images.rowCount
      let points = try fashion.components(50).rows(all - count..<all)
      try BenchmarkFolder.write(.float32(points), name: "tsne-points-\(count)")
      let begin = ContinuousClock.now
      let result = try tsne(points)
      let seconds = begin.secondsSince
      try BenchmarkFolder.write(.float32(result.embedding), name: "tsne-ours-\(count)")
      return Measurement(
        seconds: [seconds], threads: ProcessInfo.processInfo.activeProcessorCount,
        computed: ["kl": result.klDivergence, "points": Double(count)])
    }
  }

  /// The divergence of the peer's map of the same points, by the same code on the same P.
  static func tsneDivergence(_ count: Int) -> Benchmark {
    Benchmark(
      name: "tsne-divergence-\(count)",
      purpose: "KL of the map that --folder holds beside the input of tsne-fashion-\(count)"
    ) {
      guard let points = try BenchmarkFolder.read(name: "tsne-points-\(count)")?.floats,
        let map = try BenchmarkFolder.read(name: "tsne-peer-\(count)")?.floats
      else { throw CocoaError(.fileNoSuchFile) }
      let begin = ContinuousClock.now
      let neighbors = try nearestNeighbors(in: points, count: 90)
      let affinities = try Affinities(neighbors, perplexity: 30)
      let value = try affinities.divergence(at: map).value
      return Measurement(
        seconds: [begin.secondsSince], threads: ProcessInfo.processInfo.activeProcessorCount,
        computed: ["kl": value, "points": Double(count)])
    }
  }

  /// Predictions for the 10,000 test images by the 60,000 training images in 80 dimensions.
  static let nearestNeighbors80 = Benchmark(
    name: "knn-80-60000",
    purpose: "5-NN classifier: 60,000 references x 80 components, 10,000 queries"
  ) {
    let fashion = try FashionPoints()
    let points = try fashion.components(80, fittedOn: 0..<60_000)
    let (reference, queries) = (points.rows(0..<60_000), points.rows(60_000..<70_000))
    let (classes, truth) = (Array(fashion.labels[..<60_000]), Array(fashion.labels[60_000...]))
    try BenchmarkFolder.write(.float32(points), name: "knn-points")
    try BenchmarkFolder.write(
      .int32(HostArray(fashion.labels, shape: [70_000])), name: "knn-labels")
    var (seconds, predictions) = ([Double](), [Int32]())
    for _ in 0..<6 {
      let begin = ContinuousClock.now
      let neighbors = try nearestNeighbors(of: queries, in: reference, count: 5)
      predictions = try nearestNeighborPredictions(
        neighbors: neighbors, referenceLabels: classes, k: 5)
      seconds.append(begin.secondsSince)
    }
    try BenchmarkFolder.write(
      .int32(HostArray(predictions, shape: [10_000])), name: "knn-predictions")
    let correct = zip(predictions, truth).count { $0 == $1 }
    return Measurement(
      seconds: Array(seconds.dropFirst()),
      threads: ProcessInfo.processInfo.activeProcessorCount,
      computed: ["accuracy": Double(correct) / 10_000])
  }
}
