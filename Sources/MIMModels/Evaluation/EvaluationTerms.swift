import Foundation
import MIMTensor

/// What every metric is made of: per item of a split, with one seeded draw z ~ q(z|x) that all
/// metrics share. Log densities are in nats.
package struct EvaluationTerms {
  package let specification: ModelSpecification
  /// What was measured on, and how: for metrics that encode again.
  let model: Model
  let items: HostArray<Float>
  let threads: Int
  /// log p(x|z).
  package let logPXGivenZ: [Double]
  /// log p(z).
  package let logPZ: [Double]
  /// log q(z|x).
  package let logQZGivenX: [Double]
  /// log q(x).
  package let logQX: [Double]
  /// ‖x − x̂‖₂ with x̂ ~ p(x|z); of an autoregressive decoder each pixel given x's earlier ones.
  package let reconstructionError: [Double]
  /// KL(q(z|x) ‖ p(z)) per latent unit in nats, `[n, latent]`; nil without a closed form, NaN for
  /// units without one.
  package let klPerUnit: HostArray<Float>?
  /// log p(z) − log q(z|x) at a z ~ p(z); nil for a marginal prior.
  package let reverseLogRatio: [Double]?
  /// The draws, `[n, latent]`.
  package let codes: HostArray<Float>
  /// The posterior means, `[n, latent]`.
  package let means: HostArray<Float>
  /// Mean and standard deviation of p(z) per unit; nil for a marginal prior.
  package let priorMoments: (mean: [Double], deviation: [Double])?
  /// Whether q(x) could be evaluated: a data anchor needs the known density.
  package let knowsMarginal: Bool

  /// The number of items.
  package var count: Int { logPXGivenZ.count }

  /// Runs a split through the model. Throws for items of another width.
  package init(
    _ model: Model, items: HostArray<Float>, density: MixtureDensity?, seed: UInt64, threads: Int
  ) throws {
    specification = model.specification
    (self.model, self.items, self.threads) = (model, items, threads)
    try specification.requireWidth(of: items)
    let network = specification.network(density: density)
    let program = try BatchedProgram(
      network, width: specification.itemSize, batch: specification.inferenceBatch,
      store: model.store(), seed: seed, threads: threads
    ) { Self.trace(network, x: $0) }
    var outputs = program.run(items)[...]
    func next() -> HostArray<Float> { outputs.removeFirst() }
    logPXGivenZ = next().doubles
    logPZ = next().doubles
    logQZGivenX = next().doubles
    logQX = next().doubles
    reconstructionError = next().doubles
    codes = next()
    means = next()
    if specification.prior == .marginal {
      (reverseLogRatio, priorMoments) = (nil, nil)
    } else {
      reverseLogRatio = next().doubles
      if specification.levels == 2 {
        // p(z1) has no closed form: the moments of the draws.
        let moments = next().columnMoments
        priorMoments = (moments.map(\.mean), moments.map(\.deviation))
      } else {
        let (mean, deviation) = (next(), next())
        priorMoments = (mean.row(0).map(Double.init), deviation.row(0).map(Double.init))
      }
    }
    klPerUnit = outputs.isEmpty ? nil : next()
    knowsMarginal = specification.marginal != .data || density != nil
  }

  /// The outputs in the order in which `init` takes them.
  private static func trace(_ network: any LatentVariableModel, x: Tensor) -> [Tensor] {
    let (graph, batch) = (x.graph, x.shape[0])
    let noise = NoiseSource.evaluation(in: graph)
    let terms = network.encoderBranch(of: x, noise: noise)
    guard let (posterior, likelihood) = terms.networks else { return [] }
    let reconstruction = likelihood.draw(from: noise, stream: NoiseStream.likelihood).value
    let error = (x - reconstruction).square().sum(axes: [-1]).sqrt()
    var outputs = [
      terms.logPXGivenZ, terms.logPZ, terms.logQZGivenX, terms.logQX, error, terms.z,
      posterior.mean,
    ]
    guard let prior = network.prior(in: graph, batch: batch) else { return outputs }
    let drawn = prior.draw(from: noise, stream: NoiseStream.anchor).value
    outputs.append(prior.logDensity(of: drawn) - posterior.logDensity(of: drawn))
    outputs += prior is TwoLevelDistribution ? [drawn] : [prior.mean, prior.standardDeviation]
    if let divergence = divergencePerUnit(posterior, prior, at: terms.z) {
      outputs.append(divergence)
    }
    return outputs
  }

  /// KL(posterior ‖ prior) per latent unit in nats, `[batch, latent]`, where Gaussians have it in closed
  /// form; nil where no unit has. Of two levels, that of z1 is taken at the drawn z2, and z2's units
  /// under a mixture have NaN.
  private static func divergencePerUnit(
    _ posterior: any Distribution, _ prior: any Distribution, at z: Tensor
  ) -> Tensor? {
    if let q = posterior as? TwoLevelDistribution, let p = prior as? TwoLevelDistribution {
      let z2 = z.levels(q.sizes)[1]
      guard let lower = divergencePerUnit(q.lower(z2), p.lower(z2), at: z) else { return nil }
      let unknown = z.graph.constant(HostArray(repeating: .nan, shape: z2.shape))
      let top = divergencePerUnit(q.top, p.top, at: z) ?? unknown
      return z.graph.concatenate([lower, top], axis: 1)
    }
    guard let gaussian = posterior as? DiagonalGaussian,
      !(prior is GaussianMixture || prior is UniformMixture)
    else { return nil }
    return gaussian.divergencePerUnit(fromMean: prior.mean, deviation: prior.standardDeviation)
  }
}

extension NoiseSource {
  /// The streams of `encode` for codes and of `decode` for reconstructions, so that one seed gives
  /// every metric the same draws; the rest is evaluation's own.
  fileprivate static func evaluation(in graph: Graph) -> NoiseSource {
    let sources = [
      NoiseStream.posterior: NoiseSource.fresh(in: graph, prefix: "encode."),
      NoiseStream.likelihood: NoiseSource.fresh(in: graph, prefix: "decode."),
    ]
    let other = NoiseSource.fresh(in: graph, prefix: "evaluate.")
    func source(of stream: String) -> NoiseSource {
      sources.first { stream == $0.key || stream.hasPrefix($0.key + ".") }?.value ?? other
    }
    return NoiseSource(
      normal: { source(of: $1).normal($0, $1) }, uniform: { source(of: $1).uniform($0, $1) },
      indices: { source(of: $2).indices($0, $1, $2) })
  }
}

extension HostArray where Element == Float {
  var doubles: [Double] { elements.map(Double.init) }
}
