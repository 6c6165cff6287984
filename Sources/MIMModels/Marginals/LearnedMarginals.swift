import MIMTensor

/// A diagonal Gaussian with learned mean and scale.
public struct LearnedMarginal: MarginalComponent {
  public static let word = "learned"
  public static let summary = "a learned diagonal Gaussian"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "learned normal" }

  public func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  public func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { LearnedMixture(marginal: specification, components: nil) }
}

/// A learned mixture of diagonal Gaussians.
public struct MixtureMarginal: MarginalComponent {
  public static let word = MixtureArguments.word
  public static let summary = MixtureArguments.summary
  public static let arguments = MixtureArguments.arguments
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "learned mixture of \(values.components) normals" }

  public func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  public func density(
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

  public func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor {
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
