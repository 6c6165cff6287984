import Foundation
import MIMTensor

/// What every metric is made of: per item of a split, with one seeded draw z ~ q(z|x) that all
/// metrics share. Log densities are in nats.
package struct EvaluationTerms {
  package let specification: ModelSpecification
  /// What was measured on, and how: for metrics that encode again.
  let model: Model
  let items: HostArray<Float>
  /// The same as programs see them, with their classes where the model sees these.
  let rows: HostArray<Float>
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
  /// q(z) at the codes, which several measures need.
  let aggregate = Once<AggregatePosterior>()
  /// KL(q(z|x) ‖ p(z)) per latent unit in nats, `[n, latent]`; nil without a closed form, NaN for
  /// units without one.
  package let klPerUnit: HostArray<Float>?
  /// log p(z) − log q(z|x) at a z ~ p(z); nil for a marginal prior, and for one that is drawn from unit by unit.
  package let reverseLogRatio: [Double]?
  /// The draws, `[n, latent]`.
  package let codes: HostArray<Float>
  /// The posterior means, `[n, latent]`.
  package let means: HostArray<Float>
  /// The variance of each of these means itself where they were estimated by draws, `[n, latent]`; nil: exact.
  private let meanNoise: HostArray<Float>?
  /// Mean and standard deviation of p(z) per unit; nil for a marginal prior, and for one that is drawn from unit by unit.
  package let priorMoments: (mean: [Double], deviation: [Double])?
  /// Whether q(x) could be evaluated: a data anchor needs the known density.
  package let knowsMarginal: Bool

  /// The number of items.
  package var count: Int { logPXGivenZ.count }

  /// Runs a split through the model. Throws for items of another width.
  package init(
    _ model: Model, items: HostArray<Float>, labels: [Int32]? = nil, density: MixtureDensity?,
    seed: UInt64, threads: Int
  ) throws {
    specification = model.specification
    (self.model, self.items, self.threads) = (model, items, threads)
    try specification.requireWidth(of: items)
    try specification.requireFeasibleDensity()
    rows = try specification.rows(items, labels: labels)
    let network = specification.network(density: density)
    let (isDensity, isEncoder) = (
      specification.objective.component.modelsItemsAlone, specification.encodesAlone
    )
    let isSlowAtGivenCodes = specification.posterior.component.isSlowAtGivenCodes
    var names: [Output] = []
    let program = try BatchedProgram(
      network, width: specification.rowWidth, batch: specification.inferenceBatch,
      store: model.store(), seed: seed, threads: threads
    ) { x, shared in
      let outputs =
        isDensity
        ? Self.traceDensity(network, x: x)
        : isEncoder
          ? Self.traceEncoder(network, x: x, sharing: shared)
          : Self.trace(network, x: x, sharing: shared, isSlowAtGivenCodes: isSlowAtGivenCodes)
      names = outputs.map(\.name)
      return outputs.map(\.tensor)
    }
    let outputs = Outputs(names: names, values: program.run(rows))
    logPXGivenZ = outputs[.logPXGivenZ].doubles
    logPZ = outputs[.logPZ].doubles
    logQZGivenX = outputs[.logQZGivenX].doubles
    logQX = outputs[.logQX].doubles
    reconstructionError = outputs[.reconstructionError].doubles
    codes = outputs[.codes]
    means = outputs[.means]
    meanNoise = outputs.ifTraced(.meanNoise)
    reverseLogRatio = outputs.ifTraced(.reverseLogRatio)?.doubles
    priorMoments = outputs.priorMoments
    klPerUnit = outputs.ifTraced(.divergencePerUnit)
    knowsMarginal = !specification.marginal.component.isDataAnchor || density != nil
  }

  /// The variance of the posterior mean over items, per latent unit.
  var meanVariances: [Double] { means.columnVariances(beyond: meanNoise) }

  /// What is computed of each batch.
  private enum Output: Hashable {
    case logPXGivenZ, logPZ, logQZGivenX, logQX, reconstructionError, codes, means
    /// Where means were estimated by draws.
    case meanNoise
    /// None of these under a marginal prior.
    case reverseLogRatio, priorDraws, priorMean, priorDeviation
    /// Where there is a closed form.
    case divergencePerUnit
  }

  /// What was computed of all batches, by its name.
  private struct Outputs {
    let names: [Output]
    let values: [HostArray<Float>]

    subscript(_ name: Output) -> HostArray<Float> {
      guard let found = ifTraced(name) else { preconditionFailure("\(name) was not traced") }
      return found
    }

    func ifTraced(_ name: Output) -> HostArray<Float>? {
      names.firstIndex(of: name).map { values[$0] }
    }

    /// In closed form, or of the draws.
    var priorMoments: (mean: [Double], deviation: [Double])? {
      if let mean = ifTraced(.priorMean), let deviation = ifTraced(.priorDeviation) {
        return (mean.row(0).map(Double.init), deviation.row(0).map(Double.init))
      }
      guard let moments = ifTraced(.priorDraws)?.columnMoments else { return nil }
      return (moments.map(\.mean), moments.map(\.deviation))
    }
  }

  /// Of a density of items alone: log p(x), and nothing of codes, which no metric then asks for.
  private static func traceDensity(
    _ network: any LatentVariableModel, x: Tensor
  ) -> [(name: Output, tensor: Tensor)] {
    let none = x.graph.scalar(0).broadcast(to: [x.shape[0]])
    let density = network.likelihood(of: x).logDensity(of: x)
    return [
      (.logPXGivenZ, density), (.logPZ, none), (.logQZGivenX, none), (.logQX, density),
      (.reconstructionError, none), (.codes, x), (.means, x),
    ]
  }

  /// Of an encoder alone: codes and where they are drawn to, and nothing of densities or a decoder, which no metric then asks for.
  private static func traceEncoder(
    _ network: any LatentVariableModel, x: Tensor, sharing shared: SharedParts
  ) -> [(name: Output, tensor: Tensor)] {
    let none = x.graph.scalar(.nan).broadcast(to: [x.shape[0]])
    let codes = network.posterior(of: x, sharing: shared).draw(
      from: .evaluation(in: x.graph), stream: NoiseStream.posterior
    ).value
    let outputs: [(name: Output, tensor: Tensor)] = [
      (.logPXGivenZ, none), (.logPZ, none), (.logQZGivenX, none), (.logQX, none),
      (.reconstructionError, none), (.codes, codes), (.means, codes),
    ]
    guard let prior = network.prior(beside: x, sharing: shared), let mean = prior.mean,
      let deviation = prior.standardDeviation
    else { return outputs }
    return outputs + [(.priorMean, mean), (.priorDeviation, deviation)]
  }

  private static func trace(
    _ network: any LatentVariableModel, x rows: Tensor, sharing shared: SharedParts,
    isSlowAtGivenCodes: Bool
  ) -> [(name: Output, tensor: Tensor)] {
    let noise = NoiseSource.evaluation(in: rows.graph)
    let terms = network.encoderBranch(of: rows, noise: noise, sharing: shared)
    let (posterior, likelihood) = (terms.posterior, terms.likelihood)
    let reconstruction = likelihood.draw(from: noise, stream: NoiseStream.likelihood).value
    let error = (terms.x - reconstruction).square().sum(axes: [-1]).sqrt()
    let moments = posterior.moments(from: noise, stream: NoiseStream.posterior)
    var outputs: [(name: Output, tensor: Tensor)] = [
      (.logPXGivenZ, terms.logPXGivenZ), (.logPZ, terms.logPZ),
      (.logQZGivenX, terms.logQZGivenX), (.logQX, terms.logQX), (.reconstructionError, error),
      (.codes, terms.z), (.means, moments.mean),
    ]
    if let variance = moments.meanVariance { outputs.append((.meanNoise, variance)) }
    // Draws that take a pass for each unit would cost far more than all the rest.
    guard let prior = network.prior(beside: rows, sharing: shared), prior.drawsAtOnce else {
      return outputs
    }
    let drawn = prior.draw(from: noise, stream: NoiseStream.anchor).value
    if !isSlowAtGivenCodes {
      outputs.append(
        (.reverseLogRatio, prior.logDensity(of: drawn) - posterior.logDensity(of: drawn)))
    }
    // The lower levels of a prior have no closed form, and p(w|y) is another for each class.
    if prior.levels(at: drawn).count == 1, network.labelUnits == 0, let mean = prior.mean,
      let deviation = prior.standardDeviation
    {
      outputs += [(.priorMean, mean), (.priorDeviation, deviation)]
    } else {
      outputs.append((.priorDraws, drawn))
    }
    if let divergence = ClosedFormDivergence.perUnit(posterior, from: prior, at: terms.z) {
      outputs.append((.divergencePerUnit, divergence))
    }
    return outputs
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
