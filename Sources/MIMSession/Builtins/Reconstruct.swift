import MIMModels
import MIMScript

extension HostFunction {
  /// `x = reconstruct m take(mnist.test, 32)`.
  static let reconstruct = HostFunction(
    "reconstruct", group: .make, summary: "encode and decode items: x̂ ~ p(x|z), z ~ q(z|x)",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model"),
      Parameter(
        "ITEMS", .object(["items", "data set"]), "the items (of a data set, its test split)"),
    ],
    options: [
      Parameter(
        "condition",
        .optional(
          .word([
            WordSpec("earlier", "for each pixel the earlier ones of the item (teacher forcing)"),
            WordSpec(
              "rows", parameters: [Parameter("n", .integer(1...4096), "rows from the top")],
              "the first n rows of the image; the rest is drawn"),
          ])), default: Value.none,
        "what a decoder that goes pixel by pixel is told of an item beside its code")
    ],
    result: "decoded items together with the originals", resultType: "decoded items",
    example: "x = reconstruct m take(toy.test, 32)", seeAlso: ["encode", "plot", "evaluate"],
    isRandom: true,
    infer: { call in
      let model = call.model(at: 0)
      try Fit.check(
        model, call.data(at: 1), modelAt: call.span(at: 0), dataAt: call.span(at: 1), kind: .check)
      let decoded = try call.decodedItems()
      if model.goesByPixel == false, call.known("condition")?.asWord != nil {
        throw ScriptError(
          "E222", "`condition=` can't be used here", kind: .check, at: call.span(of: "condition"),
          notes: [ModelSpecification.conditionProblem])
      }
      return decoded
    }
  ) { call in
    let model = try call.model(at: 0)
    let items = try call.items(at: 1, for: model)
    let originals = items.items(seed: call.seed)
    let condition = call.itemCondition
    let decoding = try call.located(at: condition == .none ? "#1" : "condition") {
      try model.model.reconstruct(
        originals, labels: items.split.labels, condition: condition, seed: call.seed,
        threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .reconstruction, by: model, source: items.name, originals: originals,
        labels: items.split.labels, classNames: items.split.classNames,
        pictureShape: items.pictureShape))
  }
}

extension HostCall {
  /// What `condition=` says.
  fileprivate var itemCondition: ItemCondition {
    guard let word = word("condition") else { return .none }
    return word.name == "rows"
      ? .rows(word.value("n", at: 0)?.asInteger ?? 1) : .earlierPixels
  }
}
