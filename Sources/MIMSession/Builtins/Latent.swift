import MIMModels
import MIMScript

extension HostFunction {
  /// `latent m dims=[1, 2] span=3 steps=30`.
  static let latent = HostFunction(
    "latent", group: .make, summary: "decode a grid over two latent dimensions",
    positional: [Parameter("MODEL", .object(["model"]), "the model")],
    options: [
      Parameter(
        "dims", .list(.integer(1...1_048_576)), default: .list([.number(1), .number(2)]),
        "the two dimensions to vary, counted from 1; the others are 0"),
      Parameter(
        "span", .number(1e-6...1e6), default: .number(3), "the grid runs from -span to span"),
      Parameter("steps", .integer(2...200), default: .number(20), "codes along each dimension"),
    ],
    result: "decoded items, row by row", resultType: "decoded items",
    example: "x = latent m dims=[1, 2] steps=9", seeAlso: ["interpolate", "sample", "plot"],
    infer: { try $0.decodedItems() }
  ) { call in
    let model = try call.model(at: 0)
    let size = model.specification.latentSize
    guard let dims = call.option("dims")?.asIntegers, dims.count == 2, dims[0] != dims[1],
      dims.allSatisfy({ (1...size).contains($0) })
    else {
      throw ScriptError(
        "E202", "`dims` takes two different dimensions from 1 to \(size)",
        at: call.span(of: "dims"),
        label: size < 2 ? "this model has \(size) latent unit" : nil,
        notes: size < 2 ? [] : ["try: dims=[1, 2]"])
    }
    let steps = call.integer("steps") ?? 20
    let decoding = try call.located {
      try model.model.latentGrid(
        dimensions: (dims[0] - 1, dims[1] - 1), span: call.number("span") ?? 3, steps: steps,
        threads: call.threads)
    }
    return .object(
      DecodedObject(decoding, .latent, by: model, source: model.shortText, columns: steps))
  }
}
