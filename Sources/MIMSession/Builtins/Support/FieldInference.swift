import MIMScript

/// What is known before the run of a field of an object.
let builtinFieldInference: HostTable.FieldInference = { type, facts, field in
  switch (type, field) {
  case ("data set", "train"), ("data set", "val"), ("data set", "test"):
    return try FieldInference.split(field, of: DataFacts(facts))
  case ("data set", "all"):
    return try FieldInference.split(field, of: DataFacts(facts))
  case ("data set", _) where DatasetObject.mayHaveVariable(field, facts): return .unknown
  case ("data set", "width"), ("model", "width"), ("model", "z"), ("codes", "z"):
    return facts[field].map { .known($0) } ?? .unknown
  case ("model", "history"): return .object(type: "history", facts: [:])
  case ("codes", "means"): return .object(type: "codes", facts: facts)
  default:
    try FieldInference.requireField(field, of: type)
    return .unknown
  }
}

enum FieldInference {
  /// The fields of the types whose fields do not depend on what they hold.
  private static let fields: [String: [String]] = [
    "data set": ["train", "val", "test", "all", "name", "width", "classes", "kind"],
    "items": ["labels", "n", "width", "role", "classes"],
    "codes": ["labels", "n", "z", "means", "classes"],
    "decoded items": ["n", "width", "labels"],
    "embedding": ["labels", "n", "kl", "iterations", "explained", "classes"],
    "model": [
      "kind", "z", "parameters", "width", "history", "epochs", "best", "val_loss", "seed", "data",
      "frames",
    ],
    "information": InformationObject.fields,
    "information table": InformationTableObject.fields,
    "array": ["n", "width", "values"],
    "neighbors": ["indices", "distances", "n", "k", "agreement"],
    "figure": ["panels", "width"],
  ]

  static func split(_ role: String, of data: DataFacts) throws -> StaticValue {
    let isThere = role == "val" ? data.hasVal : role == "test" ? data.hasTest : true
    guard isThere != false else {
      throw ScriptError(
        "E222", "\(data.name ?? "this data set") has no \(role) split", kind: .check,
        notes: ["try: load it with split=[.8, .1, .1], or with val=1000 if the source takes val="])
    }
    var facts = data
    facts.name = data.name.map { "\($0).\(role)" }
    return .object(type: "items", facts: facts.values)
  }

  static func requireField(_ field: String, of type: String) throws {
    guard let known = fields[type], !known.contains(field) else { return }
    throw ScriptError(
      "E108", "\(type.withArticle) \(type.isPlural ? "have" : "has") no field `\(field)`",
      kind: .check,
      notes: ["fields: " + known.joined(separator: " ")])
  }
}
