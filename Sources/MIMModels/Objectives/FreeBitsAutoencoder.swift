import MIMTensor

/// The VAE with free bits (Kingma et al. 2016, arXiv:1606.04934): KL terms below λ nats cost nothing, so that no unit is pulled onto the
/// prior before it has held λ nats.
struct FreeBitsAutoencoder: ObjectiveComponent {
  static let word = "freebits"
  static let summary = "VAE in which each unit may hold lambda nats for free"
  static let method: MethodNote? = MethodNote(
    "free bits", words: "model freebits(0.5) DATA", source: "Kingma et al. 2016, arXiv:1606.04934",
    use: "against collapse: no unit is pulled onto the prior before it holds λ nats",
    cost: "as a VAE")
  static let arguments = [
    ComponentArgument(
      "lambda", .number(0...1e6), usual: .number(0.5), "nats that cost nothing, in each group"),
    ComponentArgument(
      "groups",
      .word([
        ArgumentWord("units", [], "lambda nats for each unit"),
        ArgumentWord("all", [], "lambda nats for all units together"),
      ]), usual: .word("units", [:]), isNamed: true, "what the free nats are given to"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var isPerUnit: Bool { values.word("groups").name == "units" }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .freeBits(values.number("lambda"), perUnit: isPerUnit)
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.prior.component.hasDensity, PriorSlot.option,
      specification.prior.description,
      "free bits are nats of KL(q(z|x) ‖ p(z)), which needs a density p(z); use prior=normal")
    guard isPerUnit else { return }
    for (isIndependent, option, value) in [
      (
        specification.posterior.component.hasIndependentUnits, PosteriorSlot.option,
        specification.posterior.description
      ),
      (
        specification.prior.component.hasIndependentUnits, PriorSlot.option,
        specification.prior.description
      ),
    ] {
      try specification.require(
        isIndependent, option, value,
        "units that depend on each other have no KL term each; use freebits(\(ComponentText.text(values.number("lambda"))), groups=all) or \(option)=normal"
      )
    }
  }
}

extension Objective {
  /// −log p(x|z) + β Σ_g max(λ, E_batch[KL_g]), the groups g being the units or all units together. The KL terms are in closed form where
  /// there is one, else at the draw.
  package static func freeBits(_ lambda: Double, perUnit: Bool) -> Objective {
    let terms =
      perUnit ? "Σ_d max(λ, KL(q(z_d|x) ‖ p(z_d)))" : "max(λ, KL(q(z|x) ‖ p(z)))"
    return Objective(
      formula: "E_q(x,z)[−log p(x|z)] + β \(terms), λ = \(ComponentText.text(lambda))",
      hasDecoderBranch: false, isPairwise: true
    ) { branch, beta in
      // The closed form of codes in levels lacks those levels that have none.
      let units =
        perUnit || branch.posterior.levels(at: branch.z).count == 1
        ? branch.divergencePerUnit : nil
      let groups: Tensor
      if perUnit {
        guard let units else {
          preconditionFailure("free bits of dependent units: validation saw to it")
        }
        groups = units.mean(axes: [0])
      } else {
        groups = (units?.sum(axes: [1]) ?? branch.logQZGivenX - branch.logPZ).mean()
      }
      return beta * cost(of: groups, free: lambda) - branch.logPXGivenZ
    }
  }

  /// Σ_g max(λ, KL_g).
  static func cost(of groups: Tensor, free lambda: Double) -> Tensor {
    groups.maximum(groups.graph.scalar(Float(lambda))).sum()
  }
}

extension ObjectiveChoice {
  /// The VAE with λ free nats for each unit, or for all together.
  public static func freeBits(_ lambda: Double, perUnit: Bool = true) -> ObjectiveChoice {
    ObjectiveChoice(
      FreeBitsAutoencoder([
        "lambda": .number(lambda), "groups": .word(perUnit ? "units" : "all", [:]),
      ]))
  }
}
