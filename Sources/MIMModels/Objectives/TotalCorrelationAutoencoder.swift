import Foundation
import MIMTensor

/// The β-TC-VAE (Chen, Li, Grosse and Duvenaud 2018, arXiv:1802.04942): the VAE's KL term in three parts, of which β weighs the total
/// correlation of the codes.
struct TotalCorrelationAutoencoder: ObjectiveComponent {
  static let word = "tcvae"
  static let summary = "β-TC-VAE: beta weights the total correlation of the codes"
  static let method: MethodNote? = MethodNote(
    "β-TC-VAE", words: "model tcvae(alpha=1, gamma=1) DATA beta=6",
    source: "Chen et al. 2018, arXiv:1802.04942", use: "independent units of codes",
    cost: "as a VAE, and batch² · z densities")
  static let arguments = [
    ComponentArgument(
      "alpha", .number(0...1e6), usual: .number(1), isNamed: true,
      "weight of the mutual information of x and z"),
    ComponentArgument(
      "gamma", .number(0...1e6), usual: .number(1), isNamed: true,
      "weight of the divergence of each unit from the prior"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .totalCorrelation(alpha: values.number("alpha"), gamma: values.number("gamma"))
  }

  func validate(beside specification: ModelSpecification) throws {
    func require(_ condition: Bool, _ name: String, _ value: String, _ reason: String) throws {
      try specification.require(condition, name, value, reason)
    }
    try require(
      specification.posterior.component.hasIndependentUnits, PosteriorSlot.option,
      specification.posterior.description,
      "the total correlation needs independent units; use posterior=normal")
    try require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "the total correlation is defined for one level of codes; use levels=1")
    try require(
      specification.prior.component.hasDensity, PriorSlot.option,
      specification.prior.description,
      "the divergence of each unit needs a density p(z); use prior=normal")
  }
}

extension Objective {
  /// −log p(x|z) + α (log q(z|x) − log q(z)) + β (log q(z) − Σ_d log q(z_d)) + γ (Σ_d log q(z_d) − log p(z)), equation 4, with the
  /// minibatch-weighted estimates of section 4.1: log q(z_i) ≈ log 1/(N·M) Σ_j q(z_i|x_j) over the M items of the batch, N those of
  /// the data set, and the same for each unit.
  package static func totalCorrelation(alpha: Double = 1, gamma: Double = 1) -> Objective {
    Objective(
      formula: "E_q(x,z)[−log p(x|z)] + α I_q(x; z) + β TC(z) + γ Σ_d KL(q(z_d) ‖ p(z_d))",
      hasDecoderBranch: false, isPairwise: true
    ) { branch, beta in
      guard let perUnit = branch.logQZGivenXOfPairsPerUnit else {
        preconditionFailure("the total correlation of dependent units: validation saw to it")
      }
      let scale = Float(log(Double(branch.dataCount) * Double(branch.batch)))
      // log q(z_i|x_j) of all pairs is the sum over units.
      let joint = perUnit.sum(axes: [2]).logSumExp(axis: 1) - scale
      let product = (perUnit.logSumExp(axis: 1) - scale).sum(axes: [-1])
      let information = (branch.logQZGivenX - joint) * Float(alpha)
      let divergence = (product - branch.logPZ) * Float(gamma)
      return information + beta * (joint - product) + divergence - branch.logPXGivenZ
    }
  }
}

extension ObjectiveChoice {
  /// β-TC-VAE.
  public static func tcvae(alpha: Double = 1, gamma: Double = 1) -> ObjectiveChoice {
    ObjectiveChoice(
      TotalCorrelationAutoencoder(["alpha": .number(alpha), "gamma": .number(gamma)]))
  }
}
