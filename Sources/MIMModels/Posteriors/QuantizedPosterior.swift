import MIMTensor

/// The nearest codes of a codebook: the posterior of a VQ-VAE.
struct QuantizedPosterior: PosteriorComponent {
  static let word = "vq"
  static let summary =
    "the nearest of K codes for each dim units, or at each place of the map of enc=conv or enc=residual (vqvae)"
  static let arguments = [
    ComponentArgument("K", .integer(2...4096), usual: .integer(64), "codes"),
    ComponentArgument(
      "dim", .integer(1...4096), usual: .integer(1), isNamed: true,
      "units of a code: z units are z/dim codes"),
    ComponentArgument(
      "commitment", .number(0...1e6), usual: .number(0.25), isNamed: true,
      "weight β of the distance that moves the encoder"),
    ComponentArgument(
      "codebook",
      .word([
        ArgumentWord(
          "ema",
          [
            ComponentArgument("decay", .number(0...0.99999), usual: .number(0.99), "γ of the means")
          ],
          "running means of the vectors that chose a code"),
        ArgumentWord("gradient", [], "by gradients of the distance"),
      ]), usual: .word("ema", ["decay": .number(0.99)]), isNamed: true, "what moves the codes"),
    ComponentArgument(
      "restart", .number(0...1e6), usual: .number(0), isNamed: true,
      "codes chosen less often than this a step start anew from a vector of the batch; 0: never"),
  ]
  static let extraLossNames = ["commitment", "codebook"]
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  /// What the arrays of the codebook begin with.
  private static let name = "codebook"

  var isQuantized: Bool { true }
  var unitsOfPlace: Int? { values.integer("dim") }
  var leastItems: Int { values.integer("K") }

  var codebook: Codebook {
    let word = values.word("codebook")
    return Codebook(
      name: Self.name, count: values.integer("K"), dim: values.integer("dim"),
      commitment: Float(values.number("commitment")),
      average: word.name == "ema"
        ? Codebook.Average(
          decay: Float(word.values.number("decay")), isSmoothed: true,
          restart: Float(values.number("restart"))) : nil)
  }

  func validate(beside specification: ModelSpecification) throws {
    func require(_ condition: Bool, _ reason: String) throws {
      try specification.require(condition, PosteriorSlot.option, text, reason)
    }
    let dim = values.integer("dim")
    try require(
      specification.objective.component.usualPosterior?.component.isQuantized == true,
      "codes of a codebook have no density that `\(specification.objective.word)` could use; use kind vqvae"
    )
    if let places = specification.codePlaces, specification.encoder.component.isConvolutional {
      try specification.require(
        specification.latentSize == places.units, "z", "\(specification.latentSize)",
        "`enc=\(specification.encoder)` makes \(places.height)×\(places.width) codes of \(dim), \(places.units) units; "
          + "leave z= out, or use z=\(places.units)")
    }
    try require(
      specification.latentSize.isMultiple(of: dim),
      "z=\(specification.latentSize) units are no whole codes of \(dim); use z=\(dim) or a multiple"
    )
    try require(
      values.number("restart") == 0 || values.word("codebook").name == "ema",
      "codes start anew where running means say how often they are chosen; use codebook=ema")
  }

  func head(
    name: String, inputs: Int, outputs: Int, minScale: Float
  ) -> any DistributionHead {
    QuantizedHead(
      location: Linear(name: "\(name).fc_loc", inputs: inputs, outputs: outputs), book: codebook)
  }
}

extension QuantizedPosterior {
  func mapEncoder(
    _ layers: LayerStack, of specification: ModelSpecification
  ) -> (any EncoderNetwork)? {
    layers.map.map { QuantizedMapEncoder(layers: layers, map: $0, book: codebook) }
  }
}

/// Where the codes of an item are: on the map that a convolutional encoder makes, else in one row.
public struct CodePlaces: Sendable, Hashable {
  /// Rows of the map.
  public let height: Int
  /// Columns of the map.
  public let width: Int
  /// Numbers of a code.
  public let dim: Int
  /// The codes of an item.
  public var count: Int { height * width }
  /// The units of all of them, place after place in row-major order.
  public var units: Int { count * dim }
}

extension ModelSpecification {
  /// Where an item's codes are; nil for codes without places. Precondition: the encoder fits the items.
  public var codePlaces: CodePlaces? {
    guard let dim = posterior.component.unitsOfPlace else { return nil }
    guard let map = mappingLayers?.map else {
      guard posterior.component.isQuantized else { return nil }
      return CodePlaces(height: 1, width: latentSize / dim, dim: dim)
    }
    return CodePlaces(height: map.height, width: map.width, dim: dim)
  }

  /// The units of codes that a convolutional encoder makes on its map, whatever `z=` says; nil where `z=` decides.
  public var mapUnits: Int? {
    guard encoder.component.isConvolutional, posterior.component.unitsOfPlace != nil,
      (try? encoder.component.validate(as: "enc", of: self)) != nil
    else { return nil }
    return codePlaces?.units
  }
}

private struct QuantizedHead: DistributionHead {
  let location: Linear
  let book: Codebook

  var layers: [Linear] { [location] }
  var parameters: [ParameterDeclaration] { location.parameters + book.parameters }

  func distribution(of features: Tensor) -> any Distribution {
    VectorQuantized(encoded: location.apply(features), book: book)
  }
}

extension PosteriorChoice {
  /// The nearest of `count` codes for each `dim` units; `decay` nil: gradients move the codes.
  public static func vq(
    _ count: Int = 64, dim: Int = 1, commitment: Double = 0.25, decay: Double? = 0.99,
    restart: Double = 0
  ) -> PosteriorChoice {
    PosteriorChoice(
      QuantizedPosterior([
        "K": .integer(count), "dim": .integer(dim), "commitment": .number(commitment),
        "codebook": decay.map { .word("ema", ["decay": .number($0)]) } ?? .word("gradient", [:]),
        "restart": .number(restart),
      ]))
  }
}
