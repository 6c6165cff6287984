import MIMTensor

/// N(0, I); in a model of one level N(0, (1 + min_scale)² I), as the authors have it.
public struct NormalPrior: PriorComponent {
  public static let word = "normal"
  public static let summary = "N(0, I)"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "N(0, I)" }

  public func density(for specification: ModelSpecification) -> (any PriorDensity)? {
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
    in graph: Graph, batch: Int, encode: (Tensor) -> DiagonalGaussian
  ) -> any Distribution {
    StandardNormal(in: graph, shape: [batch, size], scale: scale)
  }
}

extension PriorChoice {
  /// N(0, I).
  public static var normal: PriorChoice { PriorChoice(NormalPrior([:])) }
}
