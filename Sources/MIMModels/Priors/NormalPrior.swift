import MIMTensor

/// N(0, I); in a model of one level N(0, (1 + min_scale)² I), as the authors have it.
struct NormalPrior: PriorComponent {
  static let word = "normal"
  static let summary = "N(0, I)"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "N(0, I)" }
  var hasIndependentUnits: Bool { true }
  var isStandardNormal: Bool { true }

  func density(for specification: ModelSpecification) -> (any PriorDensity)? {
    FixedNormal(
      size: specification.topSize,
      scale: specification.levels == 1 ? 1 + Float(specification.minScale) : 1)
  }
}

private struct FixedNormal: PriorDensity {
  let size: Int
  let scale: Float

  var parameters: [ParameterDeclaration] { [] }
  var layers: [LayerDescription] { [] }

  func distribution(
    in graph: Graph, batch: Int, pseudoInputs: DiagonalGaussian?
  ) -> any Distribution {
    StandardNormal(in: graph, shape: [batch, size], scale: scale)
  }
}

extension PriorChoice {
  /// N(0, I).
  public static var normal: PriorChoice { PriorChoice(NormalPrior([:])) }
}
