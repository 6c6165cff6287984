import MIMTensor

/// A diagonal Gaussian with learned mean and scale.
public struct LearnedPrior: PriorComponent {
  public static let word = "learned"
  public static let summary = "a learned diagonal Gaussian"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "learned normal" }

  public func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    LearnedMixture(prior: specification, components: nil)
  }
}

/// A learned mixture of diagonal Gaussians.
public struct MixturePrior: PriorComponent {
  public static let word = MixtureArguments.word
  public static let summary = MixtureArguments.summary
  public static let arguments = MixtureArguments.arguments
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "learned mixture of \(values.components) normals" }

  public func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    LearnedMixture(prior: specification, components: values.components)
  }
}

extension LearnedMixture: PriorDensity {
  static let priorName = "p_z"

  fileprivate init(prior specification: ModelSpecification, components: Int?) {
    self.init(
      name: Self.priorName, event: specification.topSize, components: components,
      minScale: Float(specification.minScale))
  }

  public var layers: [LayerDescription] { [layerDescription] }

  public func distribution(
    in graph: Graph, batch: Int, encode: (Tensor) -> DiagonalGaussian
  ) -> any Distribution { distribution(in: graph, batch: batch) }
}

extension PriorChoice {
  /// A diagonal Gaussian with learned mean and scale.
  public static var learned: PriorChoice { PriorChoice(LearnedPrior([:])) }

  /// A learned mixture of `count` diagonal Gaussians.
  public static func gmm(_ count: Int) -> PriorChoice {
    PriorChoice(MixturePrior(MixtureArguments.values(count)))
  }
}
