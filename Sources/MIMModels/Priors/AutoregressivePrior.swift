import Foundation
import MIMTensor

/// The prior of a δ-VAE of sequences (Razavi et al. 2019, arXiv:1901.03416): each dimension of the codes is an AR(1) process over steps, from
/// which a posterior with independent steps keeps δ nats.
struct AutoregressivePrior: PriorComponent {
  static let word = "ar1"
  static let summary = "δ-VAE: an AR(1) process over the units, which independent units can't equal"
  static let method: MethodNote? = MethodNote(
    "δ-VAE, AR(1) prior", words: "model vae DATA z=16 prior=ar1(0.9, dims=2)",
    equation: "z_t = α z_{t−1} + √(1 − α²) ε; KL ≥ ½ Σ_k [(n − 2) ln(1 + α²) − ln(1 − α²)]",
    source: "Razavi et al. 2019, arXiv:1901.03416",
    use: "against collapse; smooth sequences of codes",
    cost: "as a VAE")
  static let arguments = [
    ComponentArgument(
      "alpha", .number(0...0.9999), usual: .number(0.9), "correlation of a step with the one before"
    ),
    ComponentArgument(
      "dims", .integer(1...1_048_576), usual: .integer(1), isNamed: true,
      "dimensions of a step: z units are z/dims steps"),
  ]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String {
    let alpha = ComponentText.text(values.number("alpha"))
    let dims = values.integer("dims")
    return "AR(1) with α = \(alpha) over steps of \(dims) unit\(dims == 1 ? "" : "s"); "
      + "independent units stay at least ½[(n − 2) ln(1 + α²) − ln(1 − α²)] nats from it, n steps"
  }

  func validate(beside specification: ModelSpecification) throws {
    let (size, dims) = (specification.topSize, values.integer("dims"))
    try specification.require(
      size.isMultiple(of: dims) && size / dims >= 2, PriorSlot.option, text,
      "z=\(size) units are not two or more steps of \(dims); use z=\(2 * dims) or another multiple")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    ProcessPrior(
      alpha: [Double](repeating: values.number("alpha"), count: values.integer("dims")),
      size: specification.topSize)
  }
}

private struct ProcessPrior: PriorDensity {
  let alpha: [Double]
  let size: Int

  var parameters: [ParameterDeclaration] { [] }
  var layers: [LayerDescription] { [] }

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    let rows = graph.constant(HostArray(alpha.map(Float.init), shape: [1, alpha.count]))
    return AutoregressiveNormal(
      alpha: rows.broadcast(to: [batch, alpha.count]), steps: size / alpha.count)
  }
}

extension PriorChoice {
  /// An AR(1) process over steps of `dims` units.
  public static func ar1(_ alpha: Double, dims: Int = 1) -> PriorChoice {
    PriorChoice(AutoregressivePrior(["alpha": .number(alpha), "dims": .integer(dims)]))
  }
}
