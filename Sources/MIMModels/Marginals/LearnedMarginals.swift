import MIMTensor

/// A diagonal Gaussian with learned mean and scale.
struct LearnedMarginal: MarginalComponent {
  static let word = "learned"
  static let summary = "a learned diagonal Gaussian"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "learned normal" }

  func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { LearnedMixture(marginal: specification, components: nil) }
}

/// A learned mixture of diagonal Gaussians.
struct MixtureMarginal: MarginalComponent {
  static let word = MixtureArguments.word
  static let summary = MixtureArguments.summary
  static let arguments = MixtureArguments.arguments
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "learned mixture of \(values.components) normals" }

  func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? {
    LearnedMixture(marginal: specification, components: values.components)
  }
}

extension LearnedMixture: MarginalDensity {
  static let marginalName = "q_x"

  fileprivate init(marginal specification: ModelSpecification, components: Int?) {
    self.init(
      name: Self.marginalName, event: specification.itemSize, components: components,
      minScale: Float(specification.minScale))
  }

  package func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor {
    distribution(in: x.graph, batch: x.shape[0]).logDensity(of: x)
  }
}

extension MarginalChoice {
  /// A diagonal Gaussian with learned mean and scale.
  public static var learned: MarginalChoice { MarginalChoice(LearnedMarginal([:])) }

  /// A learned mixture of `count` diagonal Gaussians.
  public static func gmm(_ count: Int) -> MarginalChoice {
    MarginalChoice(MixtureMarginal(MixtureArguments.values(count)))
  }
}
