import MIMTensor

/// The anchor: the known density of toy data.
public struct DataMarginal: MarginalComponent {
  public static let word = "data"
  public static let summary = "the known density of toy data"
  public let values: ArgumentValues
  public init(_ values: ArgumentValues) { self.values = values }

  public var description: String { "anchor, the known density of the data" }
  public var isDataAnchor: Bool { true }

  public func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  public func density(
    for specification: ModelSpecification, known: MixtureDensity?
  ) -> (any MarginalDensity)? { known.map(KnownDensity.init) }
}

private struct KnownDensity: MarginalDensity {
  let density: MixtureDensity

  var parameters: [ParameterDeclaration] { [] }
  var layers: [LayerDescription] { [] }

  func logDensity(of x: Tensor, decode: (Tensor) -> any Distribution) -> Tensor {
    MarginalEstimators.dataAnchor(density, of: x)
  }
}

extension MarginalChoice {
  /// The known density of toy data.
  public static var data: MarginalChoice { MarginalChoice(DataMarginal([:])) }
}
