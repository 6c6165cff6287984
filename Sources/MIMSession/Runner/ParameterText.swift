import MIMScript

/// Reads values written outside the language: `-P epochs=5`, plain YAML scalars.
enum ParameterText {
  /// A number as the language writes it: `10_000`, `5e-4`, `.5`, perhaps with a sign.
  static func number(_ text: String) -> Double? {
    let isNumeric = text.utf8.allSatisfy { "0123456789+-._eE".utf8.contains($0) }
    guard isNumeric, text.utf8.contains(where: { (48...57).contains($0) }),
      let first = text.first, first != "_", first != "e", first != "E"
    else { return nil }
    return Double(text.filter { $0 != "_" }).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Text read as the type that a parameter's default has; nil: it is of another type.
  static func value(_ text: String, like value: Value) -> Value? {
    switch value {
    case .number: return number(text).map { .number($0) }
    case .bool: return text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    case .string: return .string(unquoted(text))
    case .list(let elements): return list(text, like: elements.first ?? .none)
    default: return free(text)
    }
  }

  /// What a value is called in messages.
  static func typeName(_ value: Value) -> String {
    switch value {
    case .number: "a number"
    case .bool: "true or false"
    case .string: "text"
    case .list: "a list"
    default: "a value"
    }
  }

  /// Whether a value given in a file may stand for a default.
  static func fits(_ value: Value, like other: Value) -> Bool {
    switch (value, other) {
    case (.number, .number), (.bool, .bool), (.string, .string), (.list, .list), (_, .none): true
    default: false
    }
  }

  private static func list(_ text: String, like element: Value) -> Value? {
    var body = text[...]
    if body.hasPrefix("["), body.hasSuffix("]") { body = body.dropFirst().dropLast() }
    let parts = body.split(separator: ",").map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    let values = parts.compactMap { value($0, like: element) }
    return values.count == parts.count ? .list(values) : nil
  }

  private static func free(_ text: String) -> Value {
    if let number = number(text) { return .number(number) }
    return text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(unquoted(text))
  }

  private static func unquoted(_ text: String) -> String {
    guard text.utf8.count >= 2, text.first == text.last, text.first == "\"" || text.first == "'"
    else { return text }
    return String(text.dropFirst().dropLast())
  }
}
