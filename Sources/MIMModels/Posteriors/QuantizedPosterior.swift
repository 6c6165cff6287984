import MIMTensor

/// The nearest codes of a codebook: the posterior of a VQ-VAE.
struct QuantizedPosterior: PosteriorComponent {
  static let word = "vq"
  static let summary = "the nearest of K codes for each dim units (vqvae)"
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
