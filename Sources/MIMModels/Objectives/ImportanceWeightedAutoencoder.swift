import Foundation
import MIMTensor

/// The importance-weighted autoencoder (Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519): a bound on log p(x) from K draws, the
/// tighter the larger K.
struct ImportanceWeightedAutoencoder: ObjectiveComponent {
  static let word = "iwae"
  static let summary = "importance-weighted autoencoder: a bound from K draws"
  static let method: MethodNote? = MethodNote(
    "IWAE", words: "model iwae(5, gradient=doubly) DATA",
    source: "Burda et al. 2016, arXiv:1509.00519; Tucker et al. 2018, arXiv:1810.04152",
    use: "a tighter bound on the likelihood", cost: "K decoders; doubly: about twice that")
  static let arguments = [
    ComponentArgument("K", .integer(1...1000), usual: .integer(5), "draws of each item"),
    ComponentArgument(
      "gradient",
      .word([
        ArgumentWord("path", [], "that of the bound, through the draws and their densities"),
        ArgumentWord(
          "doubly", [],
          "doubly reparameterised: the same in expectation, with less noise in the encoder's part"),
      ]), usual: .word("path", [:]), isNamed: true, "the estimate of the gradient"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var isDoubly: Bool { values.word("gradient").name == "doubly" }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .importanceWeighted(draws: values.integer("K"), isDoublyReparameterised: isDoubly)
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.prior.component.hasDensity, PriorSlot.option,
      specification.prior.description,
      "the weights p(x|z) p(z)/q(z|x) need a density p(z); use prior=normal")
    guard isDoubly else { return }
    try specification.require(
      specification.posterior.component.isDiagonalGaussian, PosteriorSlot.option,
      specification.posterior.description,
      "gradient=doubly needs the density of given codes with a path to them; "
        + "use posterior=normal or gradient=path")
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "gradient=doubly is for one level of codes; use levels=1 or gradient=path")
  }
}

extension Objective {
  /// −log 1/K Σ_k w_k with w = p(x|z) (p(z)/q(z|x))^β, z_k ~ q(z|x): the bound of equation 8 for β = 1.
  ///
  /// Doubly reparameterised (Tucker et al. 2018, arXiv:1810.04152, equation 8), the encoder's gradient is Σ_k c_k ∂log w_k/∂z ∂z_k/∂φ
  /// with c = w̃², and for other β (1 − β) w̃ + β w̃², w̃ = w/Σ w; that of everything else stays Σ_k w̃_k ∂log w_k.
  package static func importanceWeighted(
    draws: Int, isDoublyReparameterised: Bool = false
  ) -> Objective {
    Objective(
      formula: "−E_q(x)[log 1/\(draws) Σ_k p(x|z_k) (p(z_k)/q(z_k|x))^β], z_k ~ q(z|x)",
      hasDecoderBranch: false,
      sampling: BranchSampling(draws: draws, detachesCodes: isDoublyReparameterised)
    ) { branch, beta in
      let items = branch.batch / draws
      let logWeights =
        (branch.logPXGivenZ + beta * (branch.logPZ - branch.logQZGivenX)).reshape([items, draws])
      let loss = Float(log(Double(draws))) - logWeights.logSumExp(axis: 1)
      guard let path = branch.path else { return loss }
      return loss - pathTerm(logWeights, branch.z, path, beta)
    }
  }

  /// A term of value 0 whose gradient by the path is Σ_k c_k ∂log w_k/∂z of each item.
  private static func pathTerm(
    _ logWeights: Tensor, _ z: Tensor, _ path: Tensor, _ beta: Tensor
  ) -> Tensor {
    guard let slope = try? z.graph.gradients(of: logWeights.sum(), withRespectTo: [z])[0] else {
      preconditionFailure("the log-weights have a gradient at each draw")
    }
    let weights = logWeights.softmax(axis: 1)
    let factors = (1 - beta) * weights + beta * weights.square()
    let rows = factors.reshape([z.shape[0], 1]) * slope
    let moved = rows.stopGradient() * (path - path.stopGradient())
    return moved.sum(axes: [1]).sumOfRows(logWeights.shape[1])
  }
}

extension ObjectiveChoice {
  /// The importance-weighted autoencoder with so many draws of each item.
  public static func iwae(
    _ draws: Int, isDoublyReparameterised: Bool = false
  ) -> ObjectiveChoice {
    ObjectiveChoice(
      ImportanceWeightedAutoencoder([
        "K": .integer(draws),
        "gradient": .word(isDoublyReparameterised ? "doubly" : "path", [:]),
      ]))
  }
}
