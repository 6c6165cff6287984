/// A word with its arguments written as text, `"vampprior(50)"`, so that an axis of a sweep or a parameter can say it. The
/// arguments are plain values: nothing else has a name here.
struct WordText: ArgumentReader {
  /// The word that a text stands for; nil where it isn't one of `words`, perhaps with arguments in parentheses. Throws the
  /// mistake in its arguments.
  static func read(_ text: String, _ words: [WordSpec]) throws -> Value? {
    let source = Source(name: "text", text: "x = (\(text))")
    let parsed = Parser.parse(source, vocabulary: Vocabulary(verbs: []))
    guard parsed.errors.isEmpty, parsed.program.statements.count == 1,
      case .evaluate(_, let expression)? = parsed.program.statements.first?.kind,
      let name = name(of: expression), words.contains(where: { $0.name == name })
    else { return nil }
    var reader = WordText()
    let parameter = Parameter("word", .word(words), "")
    let bound = try reader.read(
      [Argument(value: expression.ungrouped)], for: Signature(parameter), at: expression.span)
    return bound.positional.first
  }

  private static func name(of expression: Expression) -> String? {
    switch expression.ungrouped.kind {
    case .name(let name): name
    case .call(let call): call.verb.text
    default: nil
    }
  }

  func isBound(_ name: String) -> Bool { false }
  func isVerb(_ name: String) -> Bool { false }
  func mistake(_ error: ScriptError) throws -> Value { throw error }

  func outcome(of expression: Expression) throws -> Value {
    let failure = ScriptError("E209", "in quotes, arguments are plain values")
    return try ExpressionEvaluator(
      lookup: { _, _ in throw failure }, perform: { _ in throw failure }
    ).evaluate(expression)
  }

  func rowCondition(_ expression: Expression, at place: Place) throws -> Value {
    try outcome(of: expression)
  }
}

extension Expression {
  /// Without parentheses around it.
  fileprivate var ungrouped: Expression {
    if case .group(let inner) = kind { inner.ungrouped } else { self }
  }
}
