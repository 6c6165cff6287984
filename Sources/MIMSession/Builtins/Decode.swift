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
    result: "decoded items, one per code: the mean of p(x|z) and a draw from it",
    resultType: "decoded items", example: "x = decode m take(z, 8)",
    seeAlso: ["encode", "reconstruct", "plot"], isRandom: true,
    infer: { call in
      try Fit.check(
        call.model(at: 0), call.codes(at: 1), codesAt: call.span(at: 1), kind: .check)
      return call.decodedItems
    }
  ) { call in
    let model = try call.model(at: 0)
    guard let codes: CodesObject = call.object(1) else {
      throw ScriptError("E201", "`decode` needs codes", at: call.span(at: 1))
    }
    try Fit.check(
      model.modelFacts, CodeFacts(width: codes.width), codesAt: call.span(at: 1), kind: .failure)
    let decoding = try call.located(at: "#1") {
      try model.model.decode(codes.values, seed: call.seed, threads: call.threads)
    }
    return .object(
      DecodedObject(
        decoding, .decoding, by: model, source: codes.source, labels: codes.labels,
        classNames: codes.classNames))
  }
}

extension StaticCall {
  /// Decoded items of the model at position 0.
  var decodedItems: StaticValue {
    var facts = DataFacts()
    facts.width = model(at: 0).width
    facts.kind = model(at: 0).kind
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
      columns: columns, source: source)
  }
}
