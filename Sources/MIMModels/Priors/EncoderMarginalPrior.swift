/// The encoder's marginal: p(z) by its equation in each branch (see `MarginalPrior`).
struct EncoderMarginalPrior: PriorComponent {
  static let word = "marginal"
  static let summary = "the encoder's marginal"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "marginal of the encoder" }
  var hasDensity: Bool { false }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.levels == 1, PriorSlot.option, text,
      "two levels need their own p(z2); use prior=normal or prior=vampprior(500)")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? { nil }
}

extension PriorChoice {
  /// The encoder's marginal.
  public static var marginal: PriorChoice { PriorChoice(EncoderMarginalPrior([:])) }
}
