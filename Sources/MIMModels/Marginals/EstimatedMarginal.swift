/// The importance-sampled marginal of the decoder (see `MarginalEstimators`).
public struct EstimatedMarginal: MarginalComponent {
  public static let word = "marginal"
  public static let summary = "importance-sampled marginal of the decoder"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String {
    "importance-sampled marginal, log p(x|z) + log p(z) − log q(z|x)"
  }
  public var isEstimated: Bool { true }

  public func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { nil }
}

extension MarginalChoice {
  /// The importance-sampled marginal of the decoder.
  public static var marginal: MarginalChoice { MarginalChoice(EstimatedMarginal([:])) }
}
