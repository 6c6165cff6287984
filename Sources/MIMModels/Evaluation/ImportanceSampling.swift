import Foundation
import MIMTensor

/// −log p(x) by importance sampling from the posterior:
/// log p(x) ≈ log (1/S) Σ_s p(x|z_s) p(z_s) / q(z_s|x), z_s ~ q(z|x)
/// (Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519, equation 8), in nats. A lower bound of
/// log p(x) in expectation, the tighter the larger S.
public struct ImportanceSampling: Sendable {
  /// The number S of draws per item.
  public var samples: Int
  /// The draws computed at once; nil: as many as are fast. It decides which draws are made.
  public var batch: Int?
  /// The seed of the draws.
  public var seed: UInt64
  /// The threads that may be used.
  public var threads: Int
  /// How convolutions are computed.
  public var convolution: ConvolutionAlgorithm

  /// S = 5,000 as in Tomczak and Welling (2018, arXiv:1705.07120), unless said otherwise.
  public init(
    samples: Int = 5000, batch: Int? = nil, seed: UInt64 = 0, threads: Int = 1,
    convolution: ConvolutionAlgorithm = .automatic
  ) {
    self.samples = samples
    self.batch = batch
    self.seed = seed
    self.threads = threads
    self.convolution = convolution
  }

  /// Draws of image models at once: their activations then stay near the caches.
  static let usualBatch = 100

  /// The mean over items of −log p(x) with its standard error. `progress` hears of the share that
  /// is done, 0 to 1, after each batch; what it throws ends the work.
  ///
  /// The encoder runs once per item and the pseudo-inputs are encoded once; only what depends on
  /// a draw is repeated. Throws for an empty split, items of another width, and models without
  /// densities.
  public func negativeLogLikelihood(
    of model: Model, on split: DataSplit, progress: (Double) throws -> Void = { _ in }
  ) throws -> MetricValue {
    try ModelMetrics.requireItems(split)
    let values = try negativeLogLikelihoods(
      of: model, items: split.items, labels: split.labels, progress: progress)
    return .mean(
      values, name: "nll", method: "importance sampling, \(samples) draws z ~ q(z|x) per item",
      kind: "\(samples) draws")
  }

  /// −log p(x) of each of the items `[n, …]`; `labels` are their classes, for models that see these.
  public func negativeLogLikelihoods(
    of model: Model, items: HostArray<Float>, labels: [Int32]? = nil,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> [Double] {
    let specification = model.specification
    try specification.requireWidth(of: items)
    guard !specification.objective.component.modelsItemsAlone else {
      throw ModelError.undefinedMetric(
        name: "nll(samples=…)",
        reason: "a density of items alone is exact and needs no samples; use nll")
    }
    guard !specification.encodesAlone else {
      throw ModelError.undefinedMetric(
        name: "nll(samples=…)",
        reason:
          "an encoder alone has no p(x|z); use kind vae or iwae for a likelihood, or knn and nmi for these codes"
      )
    }
    guard specification.posterior.component.hasDensity, specification.prior.component.hasDensity
    else {
      throw ModelError.undefinedMetric(
        name: "nll(samples=…)",
        reason: specification.posterior.component.hasDensity
          ? "prior=marginal has no density" : "an autoencoder's encoder has no density")
    }
    guard samples >= 1, batch ?? 1 >= 1 else {
      throw ModelError.unusableRequest(
        reason: "samples=\(samples) batch=\(batch ?? 1) can't be used: both must be at least 1")
    }
    let (rows, overflow) = items.rowCount.multipliedReportingOverflow(by: samples)
    guard !overflow else {
      throw ModelError.unusableRequest(reason: "\(samples) samples are too many")
    }
    let weights = try ImportanceWeights(
      model, items: specification.rows(items, labels: labels),
      batch: min(batch ?? Self.usualBatch, rows), options: self)
    var sums = [LogSum](repeating: LogSum(), count: items.rowCount)
    for (index, start) in stride(from: 0, to: rows, by: weights.batch).enumerated() {
      let end = min(start + weights.batch, rows)
      let found = weights.logWeights(of: (start..<end).map { $0 / samples }, step: UInt64(index))
      for (row, weight) in zip(start..<end, found) { sums[row / samples].add(Double(weight)) }
      try progress(Double(end) / Double(rows))
    }
    return sums.map { log(Double(samples)) - $0.value }
  }
}
