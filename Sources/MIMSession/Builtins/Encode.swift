import MIMModels
import MIMScript

extension HostFunction {
  /// `z = encode m mnist.test`.
  static let encode = HostFunction(
    "encode", group: .model, summary: "turn items into latent codes, with their labels",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model"),
      Parameter(
        "ITEMS", .object(["items", "data set", "decoded items"]),
        "what to encode (of a data set, its test split)"),
    ],
    options: [codesOption],
    result: "codes, one per item; z.means are the posterior means", resultType: "codes",
    details: [
      "A draw depends only on the seed and the position of the item. Of decoded items, draws x ~ p(x|z)",
      "are encoded, of gray pictures the means: another model can judge samples by codes of real items.",
    ],
    example: "z = encode m toy.test", seeAlso: ["decode", "tsne", "evaluate"],
    keywords: ["embed", "latents", "representation", "features"], isRandom: true,
    infer: { call in
      try Fit.check(
        call.model(at: 0), call.data(at: 1), modelAt: call.span(at: 0), dataAt: call.span(at: 1),
        kind: .check)
      return .object(
        type: "codes",
        facts: CodeFacts(
          width: call.model(at: 0).latentSize, isLabelled: call.data(at: 1).isLabelled
        ).values)
    }
  ) { call in
    let model = try call.model(at: 0)
    let items: ItemsObject
    if let decoded: DecodedObject = call.object(1) {
      items = try call.fit(
        decoded.comparedItems, to: model, at: call.span(at: 1), modelAt: call.span(at: 0))
    } else {
      items = try call.items(at: 1, for: model)
    }
    return .object(try call.codes(of: items, by: model, useMeans: call.text("codes") == "mean"))
  }

  static let codesOption = Parameter(
    "codes",
    .word([
      WordSpec("draw", "one seeded draw z ~ q(z|x) per item"), WordSpec("mean", "posterior means"),
    ]), default: .string("draw"), "the code of an item")
}

extension HostCall {
  /// Codes of items by a model.
  func codes(of items: ItemsObject, by model: ModelObject, useMeans: Bool) throws -> CodesObject {
    let encoding = try located(at: "#1") {
      try model.model.encode(
        items.items(seed: seed), labels: items.split.labels, seed: seed, threads: threads)
    }
    if useMeans, let draws = encoding.drawsForMoments {
      host.message(
        "\(title): this q(z|x) has no mean in closed form; means are those of \(draws) draws per item"
      )
    }
    return CodesObject(
      values: useMeans ? encoding.means : encoding.draws, means: encoding.means,
      scales: encoding.scales, labels: items.split.labels, classNames: items.split.classNames,
      source: items.name, areDraws: !useMeans, provenance: Provenance(self),
      items: HeldItems(items), labelUnits: model.specification.labelUnits,
      labelField: items.labelField)
  }
}
