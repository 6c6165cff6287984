import MIMTensor

/// A mixture of the decoder over K learned codes (`MarginalEstimators.pseudoInputMixture`): the VampPrior's form on the side of x.
struct PseudoCodeMarginal: MarginalComponent {
  static let word = "vampprior"
  static let summary = "a mixture of the decoder over K learned codes"
  static let arguments = [PseudoInputs.countArgument]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  private var count: Int { values.integer("K") }

  var description: String { "mixture of the decoder over \(count) pseudo-inputs" }

  func validate(beside specification: ModelSpecification) throws {
    func require(_ condition: Bool, _ reason: String) throws {
      try specification.require(condition, MarginalSlot.option, text, reason)
    }
    try require(
      specification.objective.component.needsDensities,
      "an autoencoder has no q(x); leave out qx=")
    try require(
      !specification.decoder.component.isAutoregressive,
      "a PixelCNN would have to run for every pair of image and pseudo-input; use qx=marginal")
    try require(
      specification.likelihood.component.hasFastPairs,
      "it needs likelihood=bernoulli or likelihood=normal; use qx=marginal")
  }

  func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { PseudoCodes(count: count, latent: specification.latentSize) }
}

extension PseudoCodes: MarginalDensity {
  package var layers: [LayerDescription] { [layerDescription] }

  package func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor {
    MarginalEstimators.pseudoInputMixture(decode(codes(in: x.graph)), of: x)
  }
}

extension MarginalChoice {
  /// A mixture of the decoder over `count` learned codes.
  public static func vampprior(_ count: Int) -> MarginalChoice {
    MarginalChoice(PseudoCodeMarginal(["K": .integer(count)]))
  }
}
