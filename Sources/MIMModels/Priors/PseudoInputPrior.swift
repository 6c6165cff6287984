import MIMTensor

/// A VampPrior: the mixture of the encoder over learned pseudo-inputs (Tomczak and Welling 2018, arXiv:1705.07120, equation 9).
struct PseudoInputPrior: PriorComponent {
  static let word = "vampprior"
  static let summary = "a mixture of the encoder over K pseudo-inputs"
  static let method: MethodNote? = MethodNote(
    "VampPrior", words: "model vae DATA prior=vampprior(500)", equation: "p(z) = 1/K Σ_k q(z|u_k)",
    source: "Tomczak and Welling 2018, arXiv:1705.07120",
    use: "a prior that goes where the codes are",
    cost: "K further items through the encoder in each step")
  static let arguments = [
    PseudoInputs.countArgument,
    ComponentArgument(
      "init", .trainingItems(or: [noise]),
      usual: .word("normal", ["mean": .number(0.05), "deviation": .number(0.01)]), isNamed: true,
      "initial values: training items (the first K are used), or normal(0.05, 0.01)"),
  ]

  private static let noise = ArgumentWord(
    "normal",
    [
      ComponentArgument(
        "mean", .number(-1e6...1e6), usual: .number(0.05), "mean of the initial values"),
      ComponentArgument(
        "deviation", .number(0...1e6), usual: .number(0.01),
        "standard deviation of the initial values"),
    ], "N(mean, deviation²)")

  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// How many there are, and what they start from.
  var inputs: PseudoInputs { PseudoInputs(values) }

  var description: String { "mixture of the encoder over \(inputs.count) pseudo-inputs" }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.posterior.component.isDiagonalGaussian, PriorSlot.option, text,
      "a VampPrior is a mixture of normal encodings; use posterior=normal")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    VampPrior(
      inputs: inputs, item: specification.itemSize, latent: specification.topSize,
      clamps: specification.valueKind != .real)
  }
}

extension VampPrior: PriorDensity {
  /// The pseudo-inputs.
  public var layers: [LayerDescription] { [layerDescription] }
  /// These.
  public var pseudoInputs: VampPrior? { self }

  /// The mixture of the encoder over the pseudo-inputs.
  public func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    guard let components = pseudoInputs else {
      preconditionFailure("a VampPrior without its encoded pseudo-inputs")
    }
    return UniformMixture(
      means: components.location, logScales: components.logScale, minScale: components.minScale,
      batch: batch)
  }
}

extension PriorChoice {
  /// A mixture of the encoder over pseudo-inputs.
  public static func vampprior(_ inputs: PseudoInputs) -> PriorChoice {
    PriorChoice(PseudoInputPrior(inputs.values))
  }
}
