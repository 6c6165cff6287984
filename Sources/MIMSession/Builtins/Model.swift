import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `model mim mnist z=20 enc=mlp(300, 300) dec=mlp(300, 300)`.
  static func model(_ catalog: Catalog) -> HostFunction {
    HostFunction(
      "model", group: .model, summary: "create an untrained model for a data set",
      positional: [
        Parameter(
          "KIND", .word(catalog.objectives.map(WordSpec.init(component:))),
          "what training minimises"),
        Parameter("DATA", .object(["data set", "items"]), "the data that the model is for"),
      ],
      options: architectureOptions(catalog) + densityOptions(catalog),
      result: "a model with random weights",
      details: [
        "hidden=[H1, H2] is short for enc=mlp(H1, H2) dec=mlp(H2, H1).",
        "p(z) is the prior of the codes. q(x) is the density that MIM uses for the data.",
        "levels=2 gives codes [z1, z2]: q(z2|x) q(z1|x, z2), p(z2) p(z1|z2), p(x|z1, z2). z=40 is",
        "then short for z=[40, 40].",
        "enc=conv needs images with height and width divisible by 4 and 1 or 3 channels.",
        "dec=conv or dec=pixelcnn alone implies enc=conv.",
        "Beside enc=conv or enc=residual, posterior=vq(K, dim=D) makes a map of codes; z= is then left out.",
        "kind flow is a density p(x) alone: flow= chooses it, and no other option has an effect.",
        "kind dim is an encoder alone: z=, enc=, hidden= and act= choose it, and nothing can be decoded.",
        "Pseudo-inputs start from training items (init=mnist.train) or from noise.",
      ],
      example: "m0 = model mim toy z=2 hidden=[50]", seeAlso: ["train", "show", "priors"],
      keywords: ["network", "architecture", "autoencoder"],
      isRandom: true, depends: .processor, infer: { try inferModel($0, catalog) }
    ) { call in
      let data = try call.modelData(at: 1)
      let specification = try call.specification(for: data, catalog: catalog)
      let items = try call.pseudoInputItems(catalog: catalog)
      let model = try call.located(at: "prior") {
        try Model(specification: specification, seed: call.seed, items: items)
      }
      return .object(
        ModelObject(
          model, held: data.held, pictureShape: data.pictureShape,
          provenance: Provenance(call)))
    }
  }

  @Sendable private static func inferModel(
    _ call: StaticCall, _ catalog: Catalog
  ) throws -> StaticValue {
    let data = call.data(at: 1)
    let reader = SpecificationReader(
      catalog: catalog, kind: call.known(at: 0)?.asWord, options: call.knownOptions,
      spans: call.argumentSpans,
      span: call.span, errorKind: .check)
    let objective = catalog.objectives.first { $0.word == call.known(at: 0)?.asWord?.name }
    let seesLabels = objective?.needsLabels ?? false
    // Networks may add units for a class, or say themselves how many codes there are.
    let others = ["z", "levels", "enc", "dec"]
    var latentSize = others.allSatisfy { call.options[$0] == nil } && !seesLabels ? 2 : nil
    var goesByPixel: Bool? = call.options["dec"] == nil ? false : nil
    if reader.kind != nil, reader.options.count == call.options.count, let width = data.width,
      let kind = data.kind.flatMap(ValueKind.init(rawValue:))
    {
      let specification = try reader.specification(
        itemDimensions: data.shape ?? [width], valueKind: kind, transform: nil,
        // How many classes there are shows only when the items are read; two are the fewest.
        labelNames: data.isLabelled == false ? nil : ["0", "1"])
      latentSize = specification.labelNames == nil ? specification.latentSize : nil
      goesByPixel = specification.decoder.component.isAutoregressive
    }
    var facts = ModelFacts()
    facts.width = data.width
    facts.kind = data.kind
    facts.objective = call.known(at: 0)?.asWord?.name
    facts.latentSize = latentSize
    facts.encodesAlone = objective?.encodesAlone ?? false
    facts.goesByPixel = goesByPixel
    facts.extraLosses = catalog.extraLossNames
    facts.made = Provenance.text(call.span.text, line: call.span.line)
    return .object(type: "model", facts: facts.values)
  }
}
