import MIMModels
import MIMScript

/// Turns the options of a `model` statement, before the run or at it, into a specification.
struct SpecificationReader {
  /// `mim`, `vae`, …
  let kind: String?
  /// The options that were written.
  let options: [String: Value]
  /// Where they stand.
  let spans: [String: Span]
  /// Where the statement stands.
  let span: Span
  /// Whether mistakes are found before the run.
  let errorKind: ScriptError.Kind

  /// The specification with every part checked.
  func specification(
    itemDimensions: [Int], valueKind: ValueKind, transform: DataTransform?
  ) throws -> ModelSpecification {
    try refuseLater()
    guard let kind = kind.flatMap(ObjectiveKind.init(rawValue:)) else {
      throw error("E201", "a model is mim, amim, vae or ae", at: "#0")
    }
    var specification = ModelSpecification(
      objective: kind, itemDimensions: itemDimensions, valueKind: valueKind,
      latentSize: options["z"]?.asInteger ?? 2)
    specification.transform = transform
    try readArchitecture(into: &specification)
    try readDensities(into: &specification)
    do {
      try specification.validate()
    } catch let problem as ModelError {
      var failure = ScriptError(problem, at: span, options: spans)
      failure.kind = errorKind
      throw failure
    }
    return specification
  }

  private func error(
    _ code: String, _ message: String, at place: String, label: String? = nil,
    notes: [String] = []
  ) -> ScriptError {
    ScriptError(
      code, message, kind: errorKind, at: spans[place] ?? span, label: label, notes: notes)
  }

  /// Throws for architectures that are known by name but come later.
  func refuseLater() throws {
    for name in ["enc", "dec", "prior"] {
      guard let word = options[name]?.asWord,
        ["conv", "pixelcnn", "vampprior"].contains(word.name)
      else { continue }
      throw notInThisVersion(
        "`\(name)=\(word.name)`", at: spans[name] ?? span,
        instead: name == "prior" ? "prior=gmm(10)" : "\(name)=mlp(300, 300)")
    }
    if options["levels"]?.asInteger == 2 {
      throw notInThisVersion("`levels=2`", at: spans["levels"] ?? span, instead: "levels=1")
    }
  }

  private func readArchitecture(into specification: inout ModelSpecification) throws {
    if let hidden = options["hidden"] {
      if let other = ["enc", "dec"].first(where: { options[$0] != nil }) {
        throw error(
          "E220", "`hidden=` and `\(other)=` say the same thing", at: "hidden",
          label: "give one of them",
          notes: ["hidden=[H1, H2] is short for enc=mlp(H1, H2) dec=mlp(H2, H1)"])
      }
      guard let widths = hidden.asIntegers else {
        throw error("E201", "hidden= takes whole numbers", at: "hidden")
      }
      specification.encoder = .mlp(widths)
      specification.decoder = .mlp(widths.reversed())
    }
    if let encoder = try network("enc") { specification.encoder = encoder }
    if let decoder = try network("dec") { specification.decoder = decoder }
    if let activation = word("act").flatMap(ActivationKind.init(rawValue:)) {
      specification.activation = activation
    }
    if let floor = options["min_scale"]?.asNumber { specification.minScale = floor }
  }

  private func network(_ option: String) throws -> NetworkArchitecture? {
    guard let word = options[option]?.asWord else { return nil }
    let widths = Value.list(word.positional.flatMap(\.asElements)).asIntegers
    guard word.name == "mlp", let widths else {
      throw error("E201", "\(option)= takes mlp(widths)", at: option)
    }
    return .mlp(widths)
  }

  private func readDensities(into specification: inout ModelSpecification) throws {
    if let beta = options["beta"]?.asNumber {
      if specification.objective == .ae {
        throw error(
          "E220", "an autoencoder has no KL term to weigh", at: "beta", label: "leave it out",
          notes: ["try: kind vae"])
      }
      specification.beta = beta
    }
    if let word = word("entropy").flatMap(EntropyTreatment.init(rawValue:)) {
      specification.entropy = word
    }
    if let word = word("prior").flatMap(PriorKind.init(rawValue:)) { specification.prior = word }
    if let word = word("qx").flatMap(MarginalKind.init(rawValue:)) {
      specification.marginal = word
    }
    if let word = word("posterior").flatMap(PosteriorKind.init(rawValue:)) {
      specification.posterior = word
    }
    if let word = word("likelihood").flatMap(LikelihoodKind.init(rawValue:)) {
      specification.likelihood = word
    }
    if let word = word("anchor").flatMap(AnchorKind.init(rawValue:)) {
      specification.anchor = word
    }
  }

  /// A word as the engine writes it, `gmm(3)`; nil when the option was left out.
  private func word(_ option: String) -> String? {
    guard let word = options[option]?.asWord else { return nil }
    guard word.name == "gmm" else { return word.name }
    return "gmm(\((word.positional.first ?? word.named["K"])?.asInteger ?? 0))"
  }
}
