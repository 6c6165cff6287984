/// A value given from outside for a `param` line: `-P epochs=5`, or a line of a parameter file.
public enum ParameterOverride: Sendable {
  /// Text of the command line, read as the type of the parameter's default.
  case text(String)
  /// A value.
  case value(Value)

  /// The value for a parameter.
  /// - Parameters:
  ///   - initial: its default, which says the type; `none` takes any.
  ///   - domain: its choices, or a range within whose ends it must lie (with `by`: on a step).
  /// - Throws: E209, without a place.
  public func value(for name: String, initial: Value, domain: Value?) throws -> Value {
    let value: Value
    switch self {
    case .text(let text): value = try Self.read(text, like: initial, name: name)
    case .value(let given): value = given
    }
    guard Self.isSameType(value, initial) else {
      throw ScriptError(
        "E209",
        "parameter `\(name)` is \(initial.typeName.withArticle), not \(value.typeName.withArticle)",
        kind: .check, notes: ["given: \(value.quotedText)"])
    }
    if let domain, !Self.contains(domain, value) {
      throw ScriptError(
        "E209", "parameter `\(name)` cannot be \(value.quotedText)", kind: .check,
        notes: ["choices: \(domain.shortText)"])
    }
    return value
  }

  private static func read(_ text: String, like initial: Value, name: String) throws -> Value {
    if case .string = initial, literal(text).map(isText) != true { return .string(text) }
    if let value = literal(text) { return value }
    if initial.isNone { return .string(text) }
    throw ScriptError(
      "E209",
      "parameter `\(name)` is \(initial.typeName.withArticle); `\(text)` cannot be read as one",
      kind: .check)
  }

  private static func isText(_ value: Value) -> Bool {
    if case .string = value { return true }
    return false
  }

  /// A number, text in quotes, true, false, none, list or range.
  private static func literal(_ text: String) -> Value? {
    let source = Source(name: "-P", text: "x = (\(text))")
    let parsed = Parser.parse(source, vocabulary: Vocabulary(verbs: []))
    guard parsed.errors.isEmpty, parsed.program.statements.count == 1,
      case .evaluate(_, let expression)? = parsed.program.statements.first?.kind
    else { return nil }
    let failure = ScriptError("E209", "not a plain value")
    let evaluator = ExpressionEvaluator(
      lookup: { _, _ in throw failure }, perform: { _ in throw failure })
    return try? evaluator.evaluate(expression)
  }

  private static func isSameType(_ value: Value, _ initial: Value) -> Bool {
    switch (value, initial) {
    case (_, .none), (.bool, .bool), (.number, .number), (.string, .string), (.list, .list),
      (.range, .range), (.list, .range), (.range, .list):
      true
    default: false
    }
  }

  /// Whether a value is one of the choices, or lies within a range.
  static func contains(_ domain: Value, _ value: Value) -> Bool {
    switch (domain, value) {
    case (.list(let choices), _):
      return choices.contains { (try? Arithmetic.equal($0, value)) == true }
    case (.range(let range), .number(let number)):
      let low = min(range.first, range.last)
      guard number >= low, number <= max(range.first, range.last) else { return false }
      if range.step == 1 { return true }
      let steps = (number - range.first) / range.step
      return abs(steps - steps.rounded()) < 1e-9
    default: return (try? Arithmetic.equal(domain, value)) == true
    }
  }
}
