import MIMModels
import MIMScript

/// Turns the options of a `model` statement, before the run or at it, into a specification.
struct SpecificationReader {
  /// `mim`, `vae`, …
  let kind: String?
  /// The options that were written.
  let options: [String: Value]
  /// Their positions.
  let spans: [String: Span]
  /// The position of the statement.
  let span: Span
  /// Whether mistakes are found before the run.
  let errorKind: ScriptError.Kind

  /// The specification with every part checked.
  func specification(
    itemDimensions: [Int], valueKind: ValueKind, transform: DataTransform?
  ) throws -> ModelSpecification {
    guard let kind = kind.flatMap(ObjectiveKind.init(rawValue:)) else {
      throw error("E201", "the kind of a model must be mim, amim, vae or ae", at: "#0")
    }
    var specification = ModelSpecification(
      objective: kind, itemDimensions: itemDimensions, valueKind: valueKind,
      latentSize: 1)
    specification.transform = transform
    try readLevels(into: &specification)
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

  private func readLevels(into specification: inout ModelSpecification) throws {
    let levels = options["levels"]?.asInteger ?? 1
    let sizes = try options["z"].map { value in
      guard let sizes = value.asIntegers, sizes.count == 1 || sizes.count == levels else {
        throw error(
          "E220",
          "`z=` gives \(value.asElements.count) sizes, but the model has \(levels) "
            + "level\(levels == 1 ? "" : "s")", at: "z",
          notes: ["try: z=40 levels=2, z=[40, 20] levels=2, or z=40"])
      }
      return sizes
    }
    let size = sizes?.first ?? 2
    specification.latentSizes = levels == 2 ? [size, sizes?.last ?? size] : [size]
    if levels == 2 { specification.anchor = .learned }
  }

  private func readArchitecture(into specification: inout ModelSpecification) throws {
    if let hidden = options["hidden"] {
      if let other = ["enc", "dec"].first(where: { options[$0] != nil }) {
        throw error(
          "E220", "`hidden=` and `\(other)=` cannot be used together", at: "hidden",
          label: "use only one of them",
          notes: ["hidden=[H1, H2] is short for enc=mlp(H1, H2) dec=mlp(H2, H1)"])
      }
      guard let widths = hidden.asIntegers else {
        throw error("E201", "`hidden=` takes whole numbers", at: "hidden")
      }
      specification.encoder = .mlp(widths)
      specification.decoder = .mlp(widths.reversed())
    }
    try readNetworks(into: &specification)
    try refuseForGated(specification)
    if let activation = word("act").flatMap(ActivationKind.init(rawValue:)) {
      specification.activation = activation
    }
    if let floor = options["min_scale"]?.asNumber { specification.minScale = floor }
  }

  /// What isn't given goes by what is: convolutions beside convolutions, wide gated layers in two
  /// levels.
  private func readNetworks(into specification: inout ModelSpecification) throws {
    let (encoder, decoder) = (try network("enc"), try network("dec"))
    if specification.levels == 2, options["hidden"] == nil {
      (specification.encoder, specification.decoder) = (.mlp([300, 300]), .mlp([300]))
    }
    if encoder == .conv, decoder == nil { specification.decoder = .conv }
    switch decoder {
    case .conv, .pixelcnn: specification.encoder = .conv
    case .mlp, nil: break
    }
    if let encoder { specification.encoder = encoder }
    if let decoder { specification.decoder = decoder }
  }

  /// Throws for options that nothing in gated networks goes by.
  private func refuseForGated(_ specification: ModelSpecification) throws {
    func isPlain(_ network: NetworkArchitecture) -> Bool {
      if case .mlp = network { specification.levels == 1 } else { false }
    }
    guard !isPlain(specification.encoder), !isPlain(specification.decoder) else { return }
    for (name, why) in [
      ("act", "gated layers have no other non-linearity"),
      ("min_scale", "gated networks bound their log-variances instead"),
    ] where options[name] != nil {
      throw error("E220", "`\(name)=` has no effect here: \(why)", at: name, label: "leave it out")
    }
  }

  private func network(_ option: String) throws -> NetworkArchitecture? {
    guard let word = options[option]?.asWord else { return nil }
    if word.name == "conv" { return .conv }
    if word.name == "pixelcnn" {
      func number(_ index: Int, _ name: String, _ usual: Int) -> Int {
        (word.positional.dropFirst(index).first ?? word.named[name])?.asInteger ?? usual
      }
      return .pixelcnn(layers: number(0, "layers", 8), channels: number(1, "channels", 64))
    }
    let widths = Value.list(word.positional.flatMap(\.asElements)).asIntegers
    guard word.name == "mlp", let widths else {
      throw error("E201", "`\(option)=` takes mlp(widths) or conv", at: option)
    }
    return .mlp(widths)
  }

  private func readDensities(into specification: inout ModelSpecification) throws {
    if let beta = options["beta"]?.asNumber {
      if specification.objective == .ae {
        throw error(
          "E220", "an autoencoder has no KL term for beta to weight", at: "beta",
          label: "leave it out",
          notes: ["try: model vae …"])
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
    let count = (word.positional.first ?? word.named["K"])?.asInteger ?? 0
    switch word.name {
    case "gmm": return "gmm(\(count))"
    case "vampprior" where option == "prior":
      return PseudoInputs(count, start: start(of: word)).rawValue
    case "vampprior": return "vampprior(\(count))"
    default: return word.name
    }
  }

  /// What pseudo-inputs start from: items, or noise.
  private func start(of word: WordCall) -> PseudoInputs.Start {
    guard let given = word.start else { return PseudoInputs(1).start }
    guard let noise = given.asWord, case .word = given else { return .data }
    func number(_ index: Int, _ name: String, _ usual: Double) -> Double {
      (noise.positional.dropFirst(index).first ?? noise.named[name])?.asNumber ?? usual
    }
    return .normal(mean: number(0, "mean", 0.05), deviation: number(1, "deviation", 0.01))
  }
}

extension WordCall {
  /// The `init=` of `vampprior`.
  var start: Value? { positional.dropFirst().first ?? named["init"] }
}
