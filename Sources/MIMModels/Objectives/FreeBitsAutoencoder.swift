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
        ArgumentWord("channels", [], "lambda nats for each channel of posterior=iaf_map"),
      ]), usual: .word("units", [:]), isNamed: true, "what the free nats are given to"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var groups: FreeBitsGroups {
    FreeBitsGroups(rawValue: values.word("groups").name) ?? .units
  }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    return .freeBits(values.number("lambda"), of: groups)
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.prior.component.hasDensity, PriorSlot.option,
      specification.prior.description,
      "free bits are nats of KL(q(z|x) ‖ p(z)), which needs a density p(z); use prior=normal")
    guard groups != .all else { return }
    let lambda = ComponentText.text(values.number("lambda"))
    guard groups == .units else {
      try specification.require(
        specification.posterior.component.knowsChannels, PosteriorSlot.option,
        specification.posterior.description,
        "its codes have no channels; use posterior=iaf_map(2), or freebits(\(lambda), groups=all)")
      return try specification.require(
        specification.prior.component.hasIndependentUnits, PriorSlot.option,
        specification.prior.description,
        "units that depend on each other give no channel a KL term; use freebits(\(lambda), groups=all) or prior=normal"
      )
    }
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
        "units that depend on each other have no KL term each; use freebits(\(lambda), groups=all) or \(option)=normal"
      )
    }
  }
}

/// What free nats are given to.
package enum FreeBitsGroups: String, Sendable {
  /// Each unit.
  case units
  /// All units together.
  case all
  /// Each channel of codes on a map: the units at all its places together.
  case channels

  fileprivate var terms: String {
    switch self {
    case .units: "Σ_d max(λ, KL(q(z_d|x) ‖ p(z_d)))"
    case .all: "max(λ, KL(q(z|x) ‖ p(z)))"
    case .channels: "Σ_c max(λ, KL(q(z_c|x, z before c) ‖ p(z_c)))"
    }
  }
}

extension Objective {
  /// −log p(x|z) + β Σ_g max(λ, E_batch[KL_g]), the groups g being the units or all units together.
  package static func freeBits(_ lambda: Double, perUnit: Bool) -> Objective {
    freeBits(lambda, of: perUnit ? .units : .all)
  }

  /// −log p(x|z) + β Σ_g max(λ, E_batch[KL_g]) of groups g. The KL terms are in closed form where there is one, else at the draw.
  package static func freeBits(_ lambda: Double, of kind: FreeBitsGroups) -> Objective {
    return Objective(
      formula: "E_q(x,z)[−log p(x|z)] + β \(kind.terms), λ = \(ComponentText.text(lambda))",
      hasDecoderBranch: false, isPairwise: true
    ) { branch, beta in
      // The closed form of codes in levels lacks those levels that have none.
      let units =
        kind == .units || branch.posterior.levels(at: branch.z).count == 1
        ? branch.divergencePerUnit : nil
      let groups: Tensor
      switch kind {
      case .units:
        guard let units else {
          preconditionFailure("free bits of dependent units: validation saw to it")
        }
        groups = units.mean(axes: [0])
      case .channels:
        guard let channels = branch.divergencePerChannel else {
          preconditionFailure("free bits of codes without channels: validation saw to it")
        }
        groups = channels.mean(axes: [0])
      case .all:
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
    freeBits(lambda, of: perUnit ? .units : .all)
  }

  /// The VAE with λ free nats for each group.
  package static func freeBits(_ lambda: Double, of groups: FreeBitsGroups) -> ObjectiveChoice {
    ObjectiveChoice(
      FreeBitsAutoencoder([
        "lambda": .number(lambda), "groups": .word(groups.rawValue, [:]),
      ]))
  }
}
