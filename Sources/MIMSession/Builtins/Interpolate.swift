import MIMModels
import MIMScript

extension HostFunction {
  /// `interpolate m take(mnist.test, 4) steps=10`.
  static let interpolate = HostFunction(
    "interpolate", group: .make, summary: "decode codes between the codes of given items",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model"),
      Parameter(
        "ITEMS", .object(["items"]), "four items (the corners of a grid), or pairs of items"),
    ],
    options: [
      Parameter(
        "steps", .integer(2...1000), default: .number(10), "codes along a line, including its ends")
    ],
    result: "decoded items, row by row", resultType: "decoded items",
    details: [
      "The items' codes are posterior means. Four items give a bilinear grid of steps × steps;",
      "any other even number of items gives one row of `steps` items for each pair.",
    ],
    example: "x = interpolate m take(toy.test, 4) steps=5", seeAlso: ["latent", "sample", "plot"],
    infer: { call in
      try Fit.check(
        call.model(at: 0), call.data(at: 1), modelAt: call.span(at: 0), dataAt: call.span(at: 1),
        kind: .check)
      return try call.decodedItems()
    }
  ) { call in
    let model = try call.model(at: 0)
    let items = try call.items(at: 1, for: model)
    let steps = call.integer("steps") ?? 10
    guard items.split.count >= 2, items.split.count.isMultiple(of: 2) else {
      throw ScriptError(
        "E221", "interpolate needs 4 items, or pairs of items, not \(items.split.count)",
        at: call.span(at: 1), notes: ["try: take(\(items.name), 4)"])
    }
    let (rows, labels) = (items.items(seed: call.seed), items.split.labels)
    let decoding = try call.located(at: "#1") {
      items.split.count == 4
        ? try model.model.interpolateCorners(
          rows, labels: labels, steps: steps, threads: call.threads)
        : try model.model.interpolatePairs(
          rows, labels: labels, steps: steps, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .interpolation, by: model, source: items.name, columns: steps,
        pictureShape: items.pictureShape))
  }
}
