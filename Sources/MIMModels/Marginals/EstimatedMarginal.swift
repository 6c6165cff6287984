/// The importance-sampled marginal of the decoder (see `MarginalEstimators`).
struct EstimatedMarginal: MarginalComponent {
  static let word = "marginal"
  static let summary = "importance-sampled marginal of the decoder"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String {
    "importance-sampled marginal, log p(x|z) + log p(z) − log q(z|x)"
  }
  var isEstimated: Bool { true }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { nil }
}

extension MarginalChoice {
  /// The importance-sampled marginal of the decoder.
  public static var marginal: MarginalChoice { MarginalChoice(EstimatedMarginal([:])) }
}
