import MIMTensor

/// Deep InfoMax (Hjelm et al. 2019, arXiv:1808.06670): an encoder whose codes tell the features of their own item from those of others, and whose
/// codes together are matched to a prior. There is no decoder.
struct DeepInfoMax: ObjectiveComponent {
  static let word = "dim"
  static let summary = "Deep InfoMax: an encoder alone, whose codes know the features of their item"
  static let method: MethodNote? = MethodNote(
    "Deep InfoMax", words: "model dim(infonce, local=1, global=0, prior=0.1) DATA z=64 enc=conv",
    source: "Hjelm et al. 2019, arXiv:1808.06670, equations 2, 4, 5, 7 and 8",
    use: "codes for classifiers, without a decoder: nothing is drawn or reconstructed",
    cost: "an encoder, two score networks on each place, and batch² · places dot products")
  static let arguments = [
    ComponentArgument(
      "bound", .word(PairBound.words), usual: .word(PairBound.jsd.rawValue, [:]),
      "what is maximised between codes and features"),
    ComponentArgument(
      "local", .number(0...1e6), usual: .number(1), isNamed: true,
      "weight β of the places of the feature map; with enc=mlp the item is the only place"),
    ComponentArgument(
      "global", .number(0...1e6), usual: .number(0), isNamed: true,
      "weight α of the whole feature map; with enc=mlp, of the item"),
    ComponentArgument(
      "prior", .number(0...1e6), usual: .number(0.1), isNamed: true,
      "weight γ of matching σ(code) to uniform draws; 0: codes go where they like"),
    ComponentArgument(
      "units", .integer(1...8192), usual: .integer(256), isNamed: true,
      "units of the networks whose dot products are the scores"),
    ComponentArgument(
      "hidden", .integer(1...8192), usual: .integer(200), isNamed: true,
      "units of both hidden layers of the discriminator that matches the prior"),
    ComponentArgument(
      "rate", .number(1e-3...1e3), usual: .number(1), isNamed: true,
      "learning rate of the discriminator in multiples of lr"),
  ]
  static let extraLossNames = [CodeComparison.localName, CodeComparison.globalName]
  static var encodesAlone: Bool { true }
  let values: ArgumentValues
  init(_ values: ArgumentValues) { self.values = values }

  var needsDensities: Bool { false }
  var flipProblem: String { "an encoder alone has no entropy term; leave out the option" }

  private var bound: PairBound { PairBound(rawValue: values.word("bound").name) ?? .jsd }
  private var matching: Double { values.number("prior") }

  func objective(_ entropy: EntropyTreatment) -> Objective? {
    guard entropy == .keep else { return nil }
    let weight = Float(matching)
    return Objective(
      formula: formula, hasDecoderBranch: false, isPairwise: true,
      sampling: BranchSampling(drawsPrior: matching > 0)
    ) { branch, _ in
      // What comparing with features costs comes with the codes themselves.
      branch.adversary.map { $0 * weight } ?? (branch.z * 0).sum(axes: [-1])
    }
  }

  private var formula: String {
    let parts = [
      (values.number("local"), "\(bound.text)(C(x)_ij; z)"),
      (values.number("global"), "\(bound.text)(C(x); z)"),
      (matching, "E_q(x)[log D(σ(z))]"),
    ]
    return parts.filter { $0.0 > 0 }.map { "− \(ComponentText.text($0.0)) \($0.1)" }
      .joined(separator: " ") + ", z = E(x)"
  }

  func comparison(for specification: ModelSpecification) -> CodeComparison? {
    CodeComparison(
      bound: bound, localWeight: values.number("local"), globalWeight: values.number("global"),
      units: values.integer("units"))
  }

  func adversary(for specification: ModelSpecification) -> (any Adversary)? {
    guard matching > 0 else { return nil }
    let hidden = values.integer("hidden")
    let widths = [specification.latentSize, hidden, hidden, 1]
    return PriorMatching(
      network: (0..<3).map {
        Linear(name: "prior.\(2 * $0)", inputs: widths[$0], outputs: widths[$0 + 1])
      }, rate: Float(values.number("rate")))
  }

  func validate(beside specification: ModelSpecification) throws {
    try specification.require(
      values.number("local") + values.number("global") > 0, ObjectiveSlot.option, text,
      "codes are compared with nothing; use local=1 or global=1")
    try specification.require(
      specification.levels == 1, "levels", "\(specification.levels)",
      "an encoder alone has one level of codes; use levels=1")
    try specification.require(
      !specification.posterior.component.hasDensity, PosteriorSlot.option,
      specification.posterior.description,
      "the codes of an encoder alone are points; leave out the option")
    guard specification.encoder.component.isConvolutional else { return }
    // Before the layers are made, which need an image.
    try specification.encoder.component.validate(as: "enc", of: specification)
    try specification.require(
      specification.mappingLayers?.mapBeforeLast != nil, "enc", specification.encoder.description,
      "its last layer but one gives no feature map; use enc=conv or enc=mlp(300)")
  }
}

extension ObjectiveChoice {
  /// Deep InfoMax by a bound (`jsd`, `infonce`, `dv`), with weights of the places of a feature map, the whole of it, and prior matching.
  public static func dim(
    _ bound: String = "jsd", local: Double = 1, global: Double = 0, prior: Double = 0.1,
    units: Int = 256, hidden: Int = 200, rate: Double = 1
  ) -> ObjectiveChoice {
    ObjectiveChoice(
      DeepInfoMax([
        "bound": .word(bound, [:]), "local": .number(local), "global": .number(global),
        "prior": .number(prior), "units": .integer(units), "hidden": .integer(hidden),
        "rate": .number(rate),
      ]))
  }
}
