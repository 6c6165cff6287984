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
    result: "decoded items together with the originals", resultType: "decoded items",
    example: "x = reconstruct m take(toy.test, 32)", seeAlso: ["encode", "plot", "evaluate"],
    isRandom: true,
    infer: { call in
      try Fit.check(
        call.model(at: 0), call.data(at: 1), modelAt: call.span(at: 0), dataAt: call.span(at: 1),
        kind: .check)
      return try call.decodedItems()
    }
  ) { call in
    let model = try call.model(at: 0)
    let items = try call.items(at: 1, for: model)
    let originals = items.items(seed: call.seed)
    let decoding = try call.located(at: "#1") {
      try model.model.reconstruct(
        originals, labels: items.split.labels, seed: call.seed, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .reconstruction, by: model, source: items.name, originals: originals,
        labels: items.split.labels, classNames: items.split.classNames,
        pictureShape: items.pictureShape))
  }
}
