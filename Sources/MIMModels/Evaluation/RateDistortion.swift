import Foundation
import MIMTensor

// A model as a lossy code (Alemi et al. 2018, "Fixing a broken ELBO", arXiv:1711.00464, equations 3
// to 5), with the rate split up as by Hoffman & Johnson (2016, "ELBO surgery"):
//
//     rate R = E_q(x)[KL(q(z|x) ‖ p(z))] = I_q(x; z) + KL(q(z) ‖ p(z)),     distortion D = −E[log p(x|z)]

extension ModelMetric {
  /// R = E[KL(q(z|x) ‖ p(z))].
  static let rate = meanOfDensities(
    "rate", summary: "rate E[KL(q(z|x) ‖ p(z))]",
    method: "closed form where both are diagonal Gaussians, else one draw per item"
  ) { terms, item in terms.divergence(item) }

  /// D = −E[log p(x|z)].
  static let distortion = meanOfDensities(
    "distortion", summary: "distortion −E[log p(x|z)]", method: "one draw z ~ q(z|x) per item"
  ) { terms, item in -terms.logPXGivenZ[item] }

  /// KL(q(z) ‖ p(z)).
  static let marginalDivergence = ofAggregate(
    "marginal_kl", summary: "KL(q(z) ‖ p(z)) of the aggregate posterior",
    missing: { terms in
      terms.specification.prior.component.hasDensity
        ? nil : "a marginal prior is the aggregate posterior itself"
    }
  ) { aggregate, terms, item in aggregate.logDensity[item] - terms.logPZ[item] }

  /// I_q(x; z).
  static let encodedInformation = ofAggregate(
    "mi_q", summary: "mutual information I_q(x; z) under the encoder, rate − marginal_kl"
  ) { aggregate, terms, item in terms.logQZGivenX[item] - aggregate.logDensity[item] }

  private static func ofAggregate(
    _ name: String, summary: String,
    missing: @escaping @Sendable (EvaluationTerms) -> String? = { _ in nil },
    _ item: @escaping @Sendable (AggregatePosterior, EvaluationTerms, Int) -> Double
  ) -> ModelMetric {
    ModelMetric(
      name: name, summary: summary, needsDensities: true,
      missing: { terms in
        terms.specification.posterior.component.hasDensity
          ? terms.reasonAgainstGivenCodes ?? missing(terms)
          : "an autoencoder's encoder has no density"
      },
      measure: { terms in
        let aggregate = try terms.aggregatePosterior()
        let count = aggregate.logDensity.count
        let ceiling = log(Double(count))
        let most = String(format: "%.2f", ceiling)
        var value = MetricValue.mean(
          (0..<count).map { item(aggregate, terms, $0) }, name: name,
          method: "q(z) = mean of q(z|x) over \(count) items; mi_q at most log \(count) = \(most)")
        let information = (0..<count).map { terms.logQZGivenX[$0] - aggregate.logDensity[$0] }
        if information.reduce(0, +) / Double(count) > ceiling - 1 {
          value.caveat =
            name == "mi_q"
            ? "near \(most), the largest value that \(count) items can show: a lower bound"
            : "mi_q is near \(most), the largest value that \(count) items can show: an upper bound"
        }
        return value
      })
  }
}

/// The aggregate posterior q(z) = E_q(x)[q(z|x)], estimated at the draws z_i ~ q(z|x_i) of the first
/// n items of a split by the mixture over these items:
///
///     log q(z_i) ≈ log( 1/n Σ_j q(z_i|x_j) )
///
/// The sum holds j = i, so the estimate is at least log q(z_i|x_i) − log n. In expectation I_q is
/// then a lower bound, at most log n, and KL(q(z) ‖ p(z)) an upper one (Poole et al. 2019,
/// arXiv:1905.06922, section 2.3: the contrastive bound with the true density as its critic).
struct AggregatePosterior: Sendable {
  /// log q(z_i) in nats.
  let logDensity: [Double]
}

extension EvaluationTerms {
  /// Items in a block, and codes that are held against a block in one pass of the encoder.
  private static var block: Int { 128 }
  private static var codesPerRun: Int { 32 }

  /// The aggregate posterior over at most 4,096 items; 1,024 where encoding takes convolutions.
  /// Cost: n²/32 encodings and n² densities.
  func aggregatePosterior() throws -> AggregatePosterior {
    try aggregate.value(estimatedAggregate)
  }

  private func estimatedAggregate() throws -> AggregatePosterior {
    let isPerceptron = !specification.encoder.component.isConvolutional
    let block = min(Self.block, count)
    let used = min(count, isPerceptron ? 4096 : 1024) / block * block
    let program = try PairedDensities(
      model, block: block, width: codes.rowSize, codesPerRun: min(Self.codesPerRun, block),
      threads: threads)
    var sums = [LogSum](repeating: LogSum(), count: used)
    for first in stride(from: 0, to: used, by: block) {
      program.setItems(rows, first: first)
      for codesFirst in stride(from: 0, to: used, by: block) {
        try StopRequest.check()
        program.addDensities(
          of: codes, first: codesFirst, at: first, own: logQZGivenX, to: &sums)
      }
    }
    return AggregatePosterior(logDensity: sums.map { $0.value - log(Double(used)) })
  }
}

/// log q(z_i|x_j) of every code of a block at every item of a block: codes are shifted past the
/// items, several shifts in one run, so that an item is encoded once for all of them.
private final class PairedDensities {
  private let plan: Plan
  private let items: Tensor
  private let codes: [Tensor]
  private let densities: [Tensor]
  private let block: Int

  init(_ model: Model, block: Int, width: Int, codesPerRun: Int, threads: Int) throws {
    let graph = Graph()
    let items = graph.input("items", shape: [block, model.specification.rowWidth])
    let posterior = model.specification.network().posterior(
      of: items, sharing: SharedParts())
    codes = (0..<codesPerRun).map { graph.input("codes \($0)", shape: [block, width]) }
    densities = codes.map { posterior.logDensity(of: $0) }
    plan = try Plan(
      graph: graph, outputs: densities, store: model.store(),
      options: PlanOptions(threads: threads))
    self.items = items
    self.block = block
  }

  func setItems(_ values: HostArray<Float>, first: Int) {
    plan.set(
      items,
      to: HostArray(
        Array(values.elements[first * values.rowSize..<(first + block) * values.rowSize]),
        shape: items.shape))
  }

  /// Adds the densities of the codes from `first` on at the items set, those from `itemsFirst` on. Far from its own item a code may
  /// have a density that is 0 within single precision, on the way to which an inverse flow overflows to NaN: it adds nothing. At its
  /// own item, `own` has what the draw said.
  func addDensities(
    of values: HostArray<Float>, first: Int, at itemsFirst: Int, own: [Double],
    to sums: inout [LogSum]
  ) {
    for begin in stride(from: 0, to: block, by: codes.count) {
      for (shift, input) in zip(begin..<block, codes) {
        let order = (0..<block).map { first + ($0 + shift) % block }
        plan.set(input, to: HostArray(values.rows(order).elements, shape: input.shape))
      }
      plan.run(step: 0)
      for (shift, output) in zip(begin..<block, densities) {
        for (item, density) in plan.value(of: output).elements.enumerated() {
          let code = first + (item + shift) % block
          if !density.isNaN {
            sums[code].add(Double(density))
          } else if code == itemsFirst + item {
            sums[code].add(own[code])
          }
        }
      }
    }
  }
}
