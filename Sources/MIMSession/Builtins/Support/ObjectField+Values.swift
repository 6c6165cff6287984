import MIMScript

extension StaticValue {
  /// A field that the facts of its object tell.
  static func known(fact name: String, of facts: [String: Value]) -> StaticValue {
    facts[name].map { .known($0) } ?? .unknown
  }

  /// A part of a data set, by its name behind the dot.
  static func items(_ part: String, of data: DataFacts) -> StaticValue {
    var facts = data
    facts.name = data.name.map { "\($0).\(part)" }
    return .object(type: "items", facts: facts.values)
  }
}

extension Value {
  /// A list of whole numbers; none where there are none.
  static func numbers(_ labels: [Int32]?) -> Value {
    labels.map { .list($0.map { .number(Double($0)) }) } ?? Value.none
  }

  /// A list of texts; none where there are none.
  static func texts(_ names: [String]?) -> Value {
    names.map { .list($0.map(Value.string)) } ?? Value.none
  }
}
