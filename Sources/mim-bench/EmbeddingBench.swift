import Foundation
import MIMAnalysis
import MIMModels
import MIMTensor

/// Principal components and UMAP. Their peers are Tests/Benchmarks/peers/pca.py and umap.py.
enum EmbeddingBench {
  static let all = [principalComponents, fewOfMany] + [10_000, 70_000].map(umapFashion)

  /// The 60,000 training images of Fashion-MNIST, 784 pixels, 50 components.
  private static let principalComponents = Benchmark(
    name: "pca-60000-784-50", purpose: "PCA of 60,000 Fashion-MNIST images: 50 of 784 components"
  ) {
    let images = try FashionPoints().images.rows(0..<60_000)
    try BenchmarkFolder.write(.float32(images), name: "pca-points")
    var seconds: [Double] = []
    var fitted: PrincipalComponents?
    for _ in 0..<6 {
      let begin = ContinuousClock.now
      fitted = try PrincipalComponents(fitting: images, count: 50)
      seconds.append(begin.secondsSince)
    }
    if let fitted {
      try BenchmarkFolder.write(
        .float64(HostArray(fitted.components, shape: [50, 784])), name: "pca-ours")
    }
    return Measurement(
      seconds: Array(seconds.dropFirst()),
      threads: ProcessInfo.processInfo.activeProcessorCount,
      computed: ["share": fitted?.explainedVarianceRatio.reduce(0, +) ?? .nan])
  }

  /// The largest eigenproblem there is: 4,096 columns with a spectrum that falls.
  private static let fewOfMany = Benchmark(
    name: "pca-6000-4096-50", purpose: "PCA of 6,000 normal points: 50 of 4,096 components"
  ) {
    var stream = RandomStream(seed: 0, stream: "pca bench")
    let points = HostArray(
      (0..<6_000 * 4_096).map { place in
        Float(stream.normal() * pow(Double(1 + place % 4_096), -0.5))
      }, shape: [6_000, 4_096])
    let begin = ContinuousClock.now
    let fitted = try PrincipalComponents(fitting: points, count: 50)
    return Measurement(
      seconds: [begin.secondsSince], threads: ProcessInfo.processInfo.activeProcessorCount,
      computed: ["share": fitted.explainedVarianceRatio.reduce(0, +)])
  }

  /// The last `count` images of Fashion-MNIST by 50 components, umap-learn's defaults.
  private static func umapFashion(_ count: Int) -> Benchmark {
    Benchmark(
      name: "umap-fashion-\(count)",
      purpose: "UMAP of Fashion-MNIST, the last \(count) images x 50 components, default epochs"
    ) {
      let fashion = try FashionPoints()
      let all = fashion.images.rowCount
      let points = try fashion.components(50).rows(all - count..<all)
      let labels = Array(fashion.labels[(all - count)...])
      try BenchmarkFolder.write(.float32(points), name: "umap-points-\(count)")
      try BenchmarkFolder.write(
        .int32(HostArray(labels, shape: Shape([count]))), name: "umap-labels-\(count)")
      let begin = ContinuousClock.now
      let result = try umap(points)
      let seconds = begin.secondsSince
      try BenchmarkFolder.write(.float32(result.embedding), name: "umap-ours-\(count)")
      let neighbors = try nearestNeighbors(in: result.embedding, count: 10)
      let predicted = try nearestNeighborPredictions(
        neighbors: neighbors, referenceLabels: labels, k: 10)
      return Measurement(
        seconds: [seconds], threads: ProcessInfo.processInfo.activeProcessorCount,
        computed: [
          "knn10": Double(zip(predicted, labels).count { $0 == $1 }) / Double(count),
          "points": Double(count),
        ])
    }
  }
}
