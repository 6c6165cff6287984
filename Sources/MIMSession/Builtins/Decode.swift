import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `x = decode m z`.
  static let decode = HostFunction(
    "decode", group: .model, summary: "turn codes into items",
    positional: [
      Parameter("MODEL", .object(["model"]), "the model"),
      Parameter("CODES", .object(["codes"]), "the codes"),
    ],
    options: [
      Parameter(
        "w", .list(.number(-1e6...1e6)),
        "csvae and labels=yes: numbers for the units that hold the class, in the place of the codes' own"
      ),
      Parameter(
        "label", .string,
        "the same by the name of a class: for csvae the mean of p(w|y), for labels=yes the class itself"
      ),
    ],
    result: "decoded items, one per code: the mean of p(x|z) and a draw from it",
    resultType: "decoded items", example: "x = decode m take(z, 8)",
    seeAlso: ["encode", "reconstruct", "plot"], isRandom: true,
    infer: { call in
      try Fit.check(
        call.model(at: 0), call.codes(at: 1), codesAt: call.span(at: 1), kind: .check)
      return try call.decodedItems()
    }
  ) { call in
    let model = try call.model(at: 0)
    guard let codes: CodesObject = call.object(1) else {
      throw ScriptError("E201", "`decode` needs codes", at: call.span(at: 1))
    }
    try Fit.check(
      model.modelFacts, CodeFacts(width: codes.width), codesAt: call.span(at: 1), kind: .failure)
    let (values, labels) = try call.codesWithClass(codes, of: model)
    let decoding = try call.located(at: "#1") {
      try model.model.decode(values, seed: call.seed, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .decoding, by: model, source: codes.source, labels: labels,
        classNames: codes.classNames))
  }
}

extension HostCall {
  /// The codes with the class that `w=` or `label=` gives them, and the labels that are then theirs.
  fileprivate func codesWithClass(
    _ codes: CodesObject, of model: ModelObject
  ) throws -> (values: HostArray<Float>, labels: [Int32]?) {
    if given.contains("w"), given.contains("label") {
      throw ScriptError(
        "E220", "`w=` and `label=` cannot be used together", at: span(of: "label"),
        label: "use only one of them")
    }
    if let name = text("label") {
      return try located(at: "label") {
        let place = model.specification.labelNames?.firstIndex(of: name)
        return (
          try model.model.settingLabelUnits(
            of: codes.values, to: try model.model.labelMeans(of: name)),
          place.map { [Int32](repeating: Int32($0), count: codes.count) }
        )
      }
    }
    guard let numbers = option("w")?.asElements.compactMap(\.asNumber), given.contains("w") else {
      return (codes.values, codes.labels)
    }
    return try located(at: "w") {
      (try model.model.settingLabelUnits(of: codes.values, to: numbers.map { Float($0) }), nil)
    }
  }
}

extension StaticCall {
  /// Decoded items of the model at position 0. Throws where that is an encoder alone.
  func decodedItems() throws -> StaticValue {
    let model = model(at: 0)
    guard !model.encodesAlone else {
      throw ScriptError(
        "E222",
        "kind `\(model.objective ?? "")` is an encoder alone, so nothing can be decoded, drawn or reconstructed",
        kind: .check, at: span(at: 0),
        notes: [
          "use kind vae or mim for that, and encode, probe, tsne, or evaluate with knn, nmi and mi here"
        ])
    }
    var facts = DataFacts()
    facts.width = model.width
    facts.kind = model.kind
    return .object(type: "decoded items", facts: facts.values)
  }
}

extension DecodedObject {
  /// What a model decoded, with all that a picture of it needs.
  init(
    _ decoding: Decoding, _ origin: Origin, by model: ModelObject, source: String,
    originals: HostArray<Float>? = nil, labels: [Int32]? = nil, classNames: [String]? = nil,
    columns: Int? = nil, pictureShape: Shape? = nil
  ) {
    let specification = model.specification
    self.init(
      decoding: DecodedArrays(decoding), origin: origin, originals: originals, labels: labels,
      classNames: classNames, valueKind: specification.valueKind,
      transform: specification.transform, pictureShape: pictureShape ?? model.pictureShape,
      tableColumns: model.tableColumns, columns: columns, source: source)
  }
}
