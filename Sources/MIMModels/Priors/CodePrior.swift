import Foundation
import MIMTensor

/// All codes of a codebook alike: the prior of a VQ-VAE in training.
struct CodePrior: PriorComponent {
  static let word = "codes"
  static let summary = "all codes of the codebook alike (vqvae)"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "uniform over the codes" }
  var isDiscrete: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      specification.posterior.component is QuantizedPosterior, PriorSlot.option, text,
      "there is no codebook to draw codes from; use prior=normal, or kind vqvae")
  }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    guard let posterior = specification.posterior.component as? QuantizedPosterior else {
      return nil
    }
    return UniformCodes(book: posterior.codebook, units: specification.topSize)
  }
}

private struct UniformCodes: PriorDensity {
  let book: Codebook
  let units: Int

  /// The codebook is the posterior's.
  var parameters: [ParameterDeclaration] { [] }
  var layers: [LayerDescription] { [] }

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    CodeDistribution(
      book: book, rows: graph.constant(HostArray(repeating: 0, shape: [batch, units])))
  }
}

/// Every combination of codes with the same probability.
private struct CodeDistribution: Distribution {
  let book: Codebook
  /// Zeros, `[batch, units]`.
  let rows: Tensor

  var mean: Tensor? { nil }
  var standardDeviation: Tensor? { nil }
  var parts: [Tensor] { [rows] }

  func rebuilt(from parts: [Tensor]) -> any Distribution {
    CodeDistribution(book: book, rows: parts[0])
  }

  private var vectors: Int { rows.shape[1] / book.dim }

  /// −log K for each code.
  func logDensity(of value: Tensor) -> Tensor {
    value.graph.scalar(Float(-Double(vectors) * log(Double(book.count))))
      .broadcast(to: [value.shape[0]])
  }

  var entropy: Tensor? { -logDensity(of: rows) }

  func draw(from noise: NoiseSource, stream: String) -> Draw {
    let numbers = noise.indices(rows.shape[0] * vectors, book.count, stream)
    return Draw(
      book.codes(in: rows.graph).gather(rows: numbers).reshape(rows.shape).stopGradient())
  }
}

extension PriorChoice {
  /// All codes of the codebook alike.
  public static var codes: PriorChoice { PriorChoice(CodePrior([:])) }
}
