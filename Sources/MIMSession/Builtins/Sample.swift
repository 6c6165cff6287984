import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `sample m 64 seed=3`, `sample m 16 near=take(z, 1) radius=0.5`.
  static let sample = HostFunction(
    "sample", group: .make,
    summary: "draw new items: z ~ p(z), or z near given codes, then x ~ p(x|z)",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model"),
      Parameter("COUNT", .integer(1...1_000_000), default: .number(64), "how many"),
    ],
    options: [
      Parameter(
        "near", .object(["codes", "items"]),
        "draw around these codes in turn; items are encoded first"),
      Parameter(
        "radius", .number(0...1e6), defaultText: "1", "near: the largest distance from a code"),
      Parameter(
        "temperature", .number(0...10), defaultText: "1",
        "kind flow: codes are drawn from N(0, T² I); below 1 items are more usual"),
      Parameter(
        "data", .object(["items", "data set"]),
        "prior=marginal: the items whose codes are used in place of p(z)"),
      Parameter(
        "label", .string,
        "the class of what is drawn, by its name; for csvae and labels=yes, where any class is drawn otherwise"
      ),
    ],
    result: "decoded items", resultType: "decoded items",
    details: [
      "With near=, codes are drawn uniformly from the ball of that radius around each code."
    ],
    example: "x = sample m 64 seed=3", seeAlso: ["interpolate", "latent", "plot"],
    keywords: ["generate", "simulate"], isRandom: true,
    infer: { try $0.decodedItems() }
  ) { call in
    let model = try call.model(at: 0)
    let count = call.argument(1)?.asInteger ?? 64
    guard let near = call.option("near") else {
      if call.given.contains("radius") {
        throw ScriptError(
          "E220", "`radius=` has no effect without `near=`", at: call.span(of: "radius"),
          label: "add near=", notes: ["try: near=take(z, 1) radius=0.5"])
      }
      return try drawn(count, from: model, call)
    }
    if call.given.contains("label") {
      throw ScriptError(
        "E220", "`label=` and `near=` cannot be used together", at: call.span(of: "label"),
        label: "leave it out",
        notes: [
          "codes near others keep their class; decode gives another: decode m z label=\"NAME\""
        ])
    }
    if call.given.contains("temperature") {
      throw ScriptError(
        "E220", "`temperature=` has no effect beside `near=`", at: call.span(of: "temperature"),
        notes: ["leave it out; radius= says how far codes are drawn"])
    }
    let codes = try centres(near, model, call)
    let radius = call.number("radius") ?? 1
    let decoding = try call.located(at: "near") {
      try model.model.sample(
        count, near: codes.values, radius: radius, seed: call.seed, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .sample, by: model, source: "\(model.shortText) near \(codes.source)"))
  }

  private static func drawn(
    _ count: Int, from model: ModelObject, _ call: HostCall
  ) throws -> Value {
    let name = call.text("label")
    let decoding = try call.located(at: name == nil ? nil : "label") {
      try model.model.sample(
        count, items: try items(for: model, call), label: name,
        temperature: call.number("temperature") ?? 1, seed: call.seed, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .sample, by: model, source: model.shortText,
        labels: model.model.drawnLabels(of: decoding.codes, asked: name),
        classNames: model.specification.labelNames))
  }

  private static func centres(
    _ near: Value, _ model: ModelObject, _ call: HostCall
  ) throws -> CodesObject {
    if let items = near.asObject(ItemsObject.self) {
      let fitting = try call.fit(
        items, to: model, at: call.span(of: "near"), modelAt: call.span(at: 0))
      return try call.codes(of: fitting, by: model, useMeans: true)
    }
    guard let codes = near.asObject(CodesObject.self) else {
      throw ScriptError("E201", "`near=` takes codes or items", at: call.span(of: "near"))
    }
    try Fit.check(
      model.modelFacts, CodeFacts(width: codes.width), codesAt: call.span(of: "near"),
      kind: .failure)
    return codes
  }

  /// The items whose codes a marginal prior draws from.
  private static func items(
    for model: ModelObject, _ call: HostCall
  ) throws -> HostArray<Float>? {
    if let items = call.option("data")?.asObject(ItemsObject.self) {
      return try call.fit(
        items, to: model, at: call.span(of: "data"), modelAt: call.span(at: 0)
      ).items(seed: call.seed)
    }
    if let data = call.option("data")?.asObject(DatasetObject.self) {
      return try call.fit(
        data.items(data.dataset.train), to: model, at: call.span(of: "data"),
        modelAt: call.span(at: 0)
      ).items(seed: call.seed)
    }
    guard !model.specification.prior.component.hasDensity else { return nil }
    return try model.dataset?.train.items
  }
}
