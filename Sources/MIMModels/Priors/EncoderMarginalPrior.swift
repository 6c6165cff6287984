/// The encoder's marginal: p(z) by its equation in each branch (see `MarginalPrior`).
public struct EncoderMarginalPrior: PriorComponent {
  public static let word = "marginal"
  public static let summary = "the encoder's marginal"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "marginal of the encoder" }
  public var hasDensity: Bool { false }

  public func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.levels == 1, PriorSlot.option, text,
      "two levels need their own p(z2); use prior=normal or prior=vampprior(500)")
  }

  public func density(for specification: ModelSpecification) -> (any PriorDensity)? { nil }
}

extension PriorChoice {
  /// The encoder's marginal.
  public static var marginal: PriorChoice { PriorChoice(EncoderMarginalPrior([:])) }
}
