import MIMModels
import MIMScript
import MIMTensor

/// What a model is made for.
struct ModelData {
  let dataset: Dataset?
  let itemShape: Shape
  let valueKind: ValueKind
  let transform: DataTransform?
  let pictureShape: Shape
}

extension HostCall {
  /// The data set or items at a position, as far as a model cares.
  func modelData(at index: Int) throws -> ModelData {
    if let data = object(index, DatasetObject.self) {
      return ModelData(
        dataset: data.dataset, itemShape: data.dataset.itemShape,
        valueKind: data.dataset.valueKind, transform: data.dataset.transform,
        pictureShape: data.pictureShape)
    }
    guard let items = object(index, ItemsObject.self) else {
      throw ScriptError("E201", "`\(verb)` needs a data set", at: span(at: index))
    }
    return ModelData(
      dataset: items.source, itemShape: items.split.itemShape, valueKind: items.valueKind,
      transform: items.transform, pictureShape: items.pictureShape)
  }

  /// The specification that the options of `model` amount to, with every part checked.
  func specification(for data: ModelData) throws -> ModelSpecification {
    try HostFunction.refuseLaterWords(of: options, spans: argumentSpans, at: span)
    guard let kind = argument(0)?.asText.flatMap(ObjectiveKind.init(rawValue:)) else {
      throw ScriptError("E201", "a model is mim, amim, vae or ae", at: span(at: 0))
    }
    var specification = ModelSpecification(
      objective: kind, itemDimensions: data.itemShape.dimensions, valueKind: data.valueKind,
      latentSize: integer("z") ?? 2)
    specification.transform = data.transform
    try readArchitecture(into: &specification)
    try readDensities(into: &specification)
    try located { try specification.validate() }
    return specification
  }

  private func readArchitecture(into specification: inout ModelSpecification) throws {
    if let hidden = option("hidden") {
      if let other = ["enc", "dec"].first(where: given.contains) {
        throw HostFunction.hiddenAndNetwork(other, at: span(of: "hidden"), kind: .failure)
      }
      guard let widths = hidden.asIntegers else {
        throw ScriptError("E201", "hidden= takes whole numbers", at: span(of: "hidden"))
      }
      specification.encoder = .mlp(widths)
      specification.decoder = .mlp(widths.reversed())
    }
    if let encoder = try network("enc") { specification.encoder = encoder }
    if let decoder = try network("dec") { specification.decoder = decoder }
    if let activation = text("act").flatMap(ActivationKind.init(rawValue:)) {
      specification.activation = activation
    }
    if let floor = number("min_scale") { specification.minScale = floor }
  }

  private func network(_ option: String) throws -> NetworkArchitecture? {
    guard let word = word(option) else { return nil }
    let widths = word.positional.flatMap(\.asElements).compactMap(\.asInteger)
    guard word.name == "mlp", widths.count == word.positional.flatMap(\.asElements).count else {
      throw ScriptError("E201", "\(option)= takes mlp(widths)", at: span(of: option))
    }
    return .mlp(widths)
  }

  private func readDensities(into specification: inout ModelSpecification) throws {
    if given.contains("beta") {
      if specification.objective == .ae {
        throw ScriptError(
          "E220", "an autoencoder has no KL term to weigh", at: span(of: "beta"),
          label: "leave it out", notes: ["try: kind vae"])
      }
      specification.beta = number("beta") ?? 1
    }
    if let word = text("entropy").flatMap(EntropyTreatment.init(rawValue:)) {
      specification.entropy = word
    }
    if let word = densityWord("prior").flatMap(PriorKind.init(rawValue:)) {
      specification.prior = word
    }
    if let word = densityWord("qx").flatMap(MarginalKind.init(rawValue:)) {
      specification.marginal = word
    }
    if let word = densityWord("posterior").flatMap(PosteriorKind.init(rawValue:)) {
      specification.posterior = word
    }
    if let word = densityWord("likelihood").flatMap(LikelihoodKind.init(rawValue:)) {
      specification.likelihood = word
    }
    if let word = text("anchor").flatMap(AnchorKind.init(rawValue:)) {
      specification.anchor = word
    }
  }

  /// `gmm(3)` as the engine writes it; nil when the option was left out.
  private func densityWord(_ option: String) -> String? {
    guard let word = word(option) else { return nil }
    guard word.name == "gmm" else { return word.name }
    let count = (word.positional.first ?? word.named["K"])?.asInteger
    return "gmm(\(count ?? 0))"
  }
}
