import MIMTensor

/// A diagonal Gaussian with learned mean and scale.
struct LearnedPrior: PriorComponent {
  static let word = "learned"
  static let summary = "a learned diagonal Gaussian"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "learned normal" }
  var hasIndependentUnits: Bool { true }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    LearnedMixture(prior: specification, components: nil)
  }
}

/// A learned mixture of diagonal Gaussians.
struct MixturePrior: PriorComponent {
  static let word = MixtureArguments.word
  static let summary = MixtureArguments.summary
  static let method: MethodNote? = MethodNote(
    "mixture prior", words: "model vae DATA prior=gmm(10)", equation: "p(z) = Σ_k π_k N(μ_k, σ_k)",
    source: "–", use: "codes in clusters", cost: "K densities of z")
  static let arguments = MixtureArguments.arguments
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "learned mixture of \(values.components) normals" }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
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

  package var layers: [LayerDescription] { [layerDescription] }

  package func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
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
