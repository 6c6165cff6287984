/// The arguments of a call, each matched with its parameter: right types, defaults filled in, places kept.
struct BoundArguments<Outcome: BoundValue> {
  /// Those without a name in their order; optional ones may be missing at the end.
  var positional: [Outcome] = []
  /// The options by name, defaults filled in.
  var options: [String: Outcome] = [:]
  /// The options that were written.
  var given: Set<String> = []
  /// Where each was written: `positional[i]` under "#i", options under their name.
  var spans: [String: Span] = [:]
}

/// What an argument's text becomes: its value while the statement runs; before that, what is known of it.
protocol BoundValue {
  /// What a value is.
  static func known(_ value: Value) -> Self
  /// The value; nil where it is not known before the run.
  var value: Value? { get }
  /// The type of an object of which no more is known before the run.
  var objectType: String? { get }
  /// What a column place takes where this is the first argument; nil: not known.
  var columnNames: [String]? { get }
  /// What is made of several; not known where one of them isn't.
  static func combining(_ parts: [Self], _ make: ([Value]) throws -> Value) rethrows -> Self
}

extension Value: BoundValue {
  static func known(_ value: Value) -> Value { value }
  var value: Value? { self }
  var objectType: String? { nil }
  static func combining(_ parts: [Value], _ make: ([Value]) throws -> Value) rethrows -> Value {
    try make(parts)
  }
}

extension StaticValue: BoundValue {
  var value: Value? { if case .known(let value) = self { value } else { nil } }
  var objectType: String? { if case .object(let type, _) = self { type } else { nil } }

  /// The columns of a table: its own, or the fact `columns`, a list of their names.
  var columnNames: [String]? {
    switch self {
    case .known(let value): return value.columnNames
    case .object(_, let facts):
      guard case .list(let names)? = facts["columns"] else { return nil }
      return names.map(\.shortText)
    case .unknown: return nil
    }
  }

  static func combining(
    _ parts: [StaticValue], _ make: ([Value]) throws -> Value
  ) rethrows -> StaticValue {
    let values = parts.compactMap(\.value)
    return values.count == parts.count ? .known(try make(values)) : .unknown
  }
}
