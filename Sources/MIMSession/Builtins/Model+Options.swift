import MIMModels
import MIMScript

/// Turns the options of a `model` statement, before the run or at it, into a specification.
struct SpecificationReader {
  /// The components that there are.
  let catalog: Catalog
  /// `mim`, `vae`, …
  let kind: WordCall?
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
    itemDimensions: [Int], valueKind: ValueKind, transform: DataTransform?,
    labelNames: [String]?
  ) throws -> ModelSpecification {
    guard let kind, let objective: ObjectiveChoice = try choice(kind, at: "#0") else {
      throw error(
        "E201",
        "the kind of a model must be one of "
          + catalog.objectives.map { $0.word }.joined(separator: ", "),
        at: "#0")
    }
    var specification = ModelSpecification(
      objective: objective, itemDimensions: itemDimensions, valueKind: valueKind,
      latentSize: 1)
    specification.transform = transform
    if objective.component.modelsItemsAlone {
      try readFlow(into: &specification)
      return specification
    }
    if specification.encodesAlone { try refuseBesideEncoder(objective.word) }
    specification.flow = try choice(FlowSlot.option)
    try readLevels(into: &specification)
    try readArchitecture(into: &specification)
    try readLabels(labelNames, into: &specification)
    try readDensities(into: &specification)
    // Of codes on a map the encoder says how many there are.
    if options["z"] == nil, let units = specification.mapUnits { specification.latentSize = units }
    try located { try specification.validate() }
    return specification
  }

  /// A density of items alone goes by `flow=` and its seed, and by nothing else.
  private func readFlow(into specification: inout ModelSpecification) throws {
    if let stranger = options.keys.sorted().first(where: {
      $0 != FlowSlot.option && $0 != "seed"
    }) {
      throw error(
        "E220",
        "`\(stranger)=` has no effect here: kind flow is a density of items alone, without encoder, decoder and prior",
        at: stranger, label: "leave it out",
        notes: ["try: model flow DATA flow=maf(5, hidden=64)"])
    }
    if let flow: FlowChoice = try choice(FlowSlot.option) { specification.flow = flow }
    try located { try specification.validate() }
  }

  /// An encoder alone goes by the options of an encoder, and by nothing else.
  private func refuseBesideEncoder(_ kind: String) throws {
    let own = ["z", "enc", "hidden", "act", "seed"]
    guard let stranger = options.keys.sorted().first(where: { !own.contains($0) }) else { return }
    throw error(
      "E220",
      "`\(stranger)=` has no effect here: kind \(kind) is an encoder alone, without decoder and densities",
      at: stranger, label: "leave it out",
      notes: ["it takes " + own.map { "\($0)=" }.joined(separator: " ")])
  }

  /// A component chosen by a word; nil for a word that the slot doesn't have.
  private func choice<Slot: ComponentSlot>(
    _ word: WordCall, at place: String
  ) throws -> Choice<Slot>? {
    guard let type = Slot.types(in: catalog).first(where: { $0.word == word.name }) else {
      return nil
    }
    return try located {
      try Choice<Slot>(word.name, ArgumentValues(word, type.arguments), in: catalog)
    }
  }

  /// The component that an option chooses; nil where it was left out.
  private func choice<Slot: ComponentSlot>(_ option: String) throws -> Choice<Slot>? {
    guard let word = options[option]?.asWord else { return nil }
    return try choice(word, at: option)
  }

  /// Gives errors of the engine their place.
  private func located<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let problem as ModelError {
      var failure = ScriptError(problem, at: span, options: spans)
      failure.kind = errorKind
      throw failure
    }
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

  /// A model that sees classes has units for them in front of those that `z=` gives.
  private func readLabels(
    _ names: [String]?, into specification: inout ModelSpecification
  ) throws {
    guard specification.needsLabels else { return }
    guard let names else {
      let isKind = type(of: specification.objective.component).needsLabels
      throw error(
        "E224",
        (isKind
          ? "a model of kind `\(specification.objective.word)`" : "`dec=\(specification.decoder)`")
          + " needs class labels, and these items have none",
        at: "#1", label: "unlabelled",
        notes: [
          "try: load a table with label=COLUMN, or use \(isKind ? "kind vae" : "labels=no")"
        ])
    }
    specification.labelNames = names
    if let first = specification.latentSizes.first {
      specification.latentSizes[0] = first + specification.labelUnits
    }
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
    let (encoder, decoder): (NetworkChoice?, NetworkChoice?) = (
      try choice("enc"), try choice("dec")
    )
    if specification.levels == 2, options["hidden"] == nil {
      (specification.encoder, specification.decoder) = (.mlp([300, 300]), .mlp([300]))
    }
    if let companion = encoder?.component.companion, decoder == nil {
      specification.decoder = companion
    }
    if let companion = decoder?.component.companion { specification.encoder = companion }
    if let encoder { specification.encoder = encoder }
    if let decoder { specification.decoder = decoder }
  }

  /// Throws for options that nothing in gated networks goes by.
  private func refuseForGated(_ specification: ModelSpecification) throws {
    let networks = [specification.encoder, specification.decoder]
    let areGated = networks.allSatisfy {
      specification.levels > 1 || $0.component.isConvolutional
    }
    guard areGated else { return }
    for (name, why) in [
      ("act", "gated layers have no other non-linearity"),
      ("min_scale", "gated networks bound their log-variances instead"),
    ] where options[name] != nil {
      throw error("E220", "`\(name)=` has no effect here: \(why)", at: name, label: "leave it out")
    }
  }

  private func readDensities(into specification: inout ModelSpecification) throws {
    if let beta = options["beta"]?.asNumber {
      if !specification.objective.component.needsDensities {
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
    if let prior: PriorChoice = try choice("prior") { specification.prior = prior }
    if let marginal: MarginalChoice = try choice("qx") { specification.marginal = marginal }
    if let posterior: PosteriorChoice = try choice("posterior") {
      specification.posterior = posterior
    }
    if let likelihood: LikelihoodChoice = try choice("likelihood") {
      specification.likelihood = likelihood
    }
    if let word = word("anchor").flatMap(AnchorKind.init(rawValue:)) {
      specification.anchor = word
    }
  }

  /// A bare word; nil when the option was left out.
  private func word(_ option: String) -> String? { options[option]?.asWord?.name }
}
