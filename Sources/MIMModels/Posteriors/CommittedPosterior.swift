import Foundation
import MIMTensor

/// The posterior of a δ-VAE (Razavi et al. 2019, arXiv:1901.03416): each unit keeps δ nats from N(0, 1), whatever the encoder gives.
struct CommittedPosterior: PosteriorComponent {
  static let word = "deltavae"
  static let summary = "δ-VAE: normal units, each at least delta nats from N(0, 1)"
  static let method: MethodNote? = MethodNote(
    "δ-VAE, one Gaussian a unit", words: "model vae DATA posterior=deltavae(0.15)",
    equation: "σ ∈ [σ_l, σ_u], μ² = 2δ + 1 + ln σ² − σ² + max(0, m): KL ≥ δ for each unit",
    source: "Razavi et al. 2019, arXiv:1901.03416",
    use: "against collapse: a rate that is held at every step",
    cost: "as a VAE")
  static let arguments = [
    ComponentArgument(
      "delta", .number(1e-4...10), usual: .number(0.15), "nats that each unit holds at least")
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var hasIndependentUnits: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.prior.component.isStandardNormal, PriorSlot.option,
      specification.prior.description,
      "delta nats are held against N(0, 1); use prior=normal, or posterior=normal prior=ar1(0.9)")
    let lowest = CommittedRate(delta: values.number("delta")).lower
    let floor = specification.minScale
    try specification.require(
      lowest >= floor, PosteriorSlot.option, text,
      "its σ reaches down to \(String(format: "%.3g", lowest)), below min_scale; use a delta of at most "
        + String(format: "%.3g", (floor * floor - 1) / 2 - log(floor)))
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    CommittedHead(
      rate: CommittedRate(delta: values.number("delta")),
      mean: Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs),
      scale: Linear(name: "\(name).fc_scale", inputs: inputs, outputs: outputs))
  }
}

/// The family of normals at least δ nats from N(0, 1): σ in [σ_l, σ_u], the roots of ln σ² − σ² + 2δ + 1 = 0, and
/// μ² = 2δ + 1 + ln σ² − σ² + max(0, m). Then KL = δ + ½ max(0, m).
struct CommittedRate: Sendable {
  /// δ in nats.
  let delta: Double
  /// σ_l and σ_u.
  let lower: Double
  let upper: Double

  /// Precondition: δ > 0.
  init(delta: Double) {
    self.delta = delta
    func excess(_ logVariance: Double) -> Double {
      logVariance - exp(logVariance) + 2 * delta + 1
    }
    // The excess is 2δ at 0, and below 0 at these ends.
    func root(outer: Double) -> Double {
      var (inside, outside) = (0.0, outer)
      for _ in 0..<200 {
        let middle = (inside + outside) / 2
        if excess(middle) > 0 { inside = middle } else { outside = middle }
      }
      return exp(inside / 2)
    }
    lower = root(outer: -(2 * delta + 1))
    upper = root(outer: log(4 * delta + 6))
  }

  /// The distribution for an encoder's numbers m and s, `[batch, event]` each: σ = σ_l + (σ_u − σ_l) sigmoid(s).
  func distribution(mean: Tensor, scale: Tensor) -> DiagonalGaussian {
    let sigma = scale.sigmoid() * Float(upper - lower) + Float(lower)
    let logSigma = sigma.log()
    // At the ends of the interval the sum is 0 in exact arithmetic; 1e-6 keeps the root's slope finite.
    let square = (logSigma * 2 - sigma.square() + Float(2 * delta + 1)).relu()
    return DiagonalGaussian(
      mean: (square + mean.relu() + 1e-6).sqrt(), logScale: logSigma, minScale: 0)
  }
}

private struct CommittedHead: DistributionHead {
  let rate: CommittedRate
  let mean: Linear
  let scale: Linear

  var layers: [Linear] { [mean, scale] }

  func distribution(of features: Tensor) -> any Distribution {
    rate.distribution(mean: mean.apply(features), scale: scale.apply(features))
  }
}

extension PosteriorChoice {
  /// Normal units, each at least `delta` nats from N(0, 1).
  public static func committed(_ delta: Double) -> PosteriorChoice {
    PosteriorChoice(CommittedPosterior(["delta": .number(delta)]))
  }
}
