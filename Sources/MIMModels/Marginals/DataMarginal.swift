import MIMTensor

/// The anchor: the known density of toy data.
struct DataMarginal: MarginalComponent {
  static let word = "data"
  static let summary = "the known density of toy data"
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var description: String { "anchor, the known density of the data" }
  var isDataAnchor: Bool { true }

  func validate(beside specification: ModelSpecification) throws {
    try requireRealFlat(specification)
  }

  func density(
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
