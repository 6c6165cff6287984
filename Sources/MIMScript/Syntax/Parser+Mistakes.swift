extension Parser {
  /// `knn (5)`: the parenthesis of a call touches its name.
  func mustTouch(_ word: String, at span: Span) -> ScriptError {
    mistake(
      "E010", "the parenthesis of a call must touch its name", at: span,
      label: "write `\(word)(` without the blank")
  }

  /// A name at the head of a line that is followed by something only a verb could take.
  func unknownVerb(_ word: String) -> ScriptError? {
    guard !Self.keywords.contains(word), isOperandStart(next), next.followsBlank else { return nil }
    if next.kind == .symbol(.openParenthesis) || next.kind == .symbol(.openBracket),
      Suggestions.near(word, in: vocabulary.verbs).isEmpty
    {
      return nil
    }
    if let advice = Self.foreignWords[word] {
      return mistake(
        "E018", "`\(word)` is not part of the language", at: span(current), label: advice)
    }
    return mistake(
      "E103", "there is no verb `\(word)`", at: span(current),
      label: Suggestions.label(for: word, in: vocabulary.verbs),
      notes: ["help lists the verbs"])
  }

  /// `(load toy)`: inside a line a verb is written as a call.
  func commandInsideLine(_ word: String) -> ScriptError? {
    guard vocabulary.verbs.contains(word), next.followsBlank else { return nil }
    switch next.kind {
    case .name(let after) where !["and", "or", "by"].contains(after): break
    case .number, .string: break
    default: return nil
    }
    return mistake(
      "E016", "inside a line a verb is written as a call", at: span(current),
      label: "write `\(word)(a, b, option=value)`")
  }

  private func isOperandStart(_ token: Token) -> Bool {
    switch token.kind {
    case .name(let word): !["and", "or", "by", "in", "else", "not"].contains(word)
    case .number, .string, .symbol(.openParenthesis), .symbol(.openBracket): true
    default: false
    }
  }

  /// What users of other languages try, and what to write here.
  static let foreignWords: [String: String] = [
    "while": "there is no while; `for i in 1..10 { … }` repeats",
    "def": "there are no functions to define", "function": "there are no functions to define",
    "fn": "there are no functions to define", "func": "there are no functions to define",
    "class": "there are no classes", "import": "everything is there without import",
    "from": "everything is there without import", "library": "everything is there without library",
    "using": "everything is there without using", "let": "write `name = …`",
    "var": "write `name = …`", "const": "write `name = …`", "return": "the last value counts",
    "print": "write `show x`, or just `x`", "repeat": "write `for i in 1..10 { … }`",
    "elif": "write `} else if … {`", "elseif": "write `} else if … {`",
    "range": "write `1..10`, or `0..9 by 3`", "len": "tables, items and codes have the field `.n`",
  ]

  /// What stands behind a whole statement on the same line.
  func unexpectedRest(after statement: Statement) -> ScriptError {
    let label: String =
      switch current.kind {
      case .symbol(.assign): "`=` binds a name at the head of a line; compare with `==`"
      case .symbol(.question): "`?name` and `name?` are lines of their own"
      case .symbol(.openParenthesis) where current.followsBlank: "`f(` must touch"
      case .symbol(.openParenthesis): "values have no methods: write `verb(value, …)`"
      case .name("if"): "write `if … { … } else { … }` on lines of their own"
      case .symbol(.comma): "a list stands in [ ]"
      case .name("else"): "`else` follows the closing brace of an if"
      default: "a new statement needs a new line or `;`"
      }
    return mistake(
      "E015", "the statement is over before \(description(current))", at: visibleSpan, label: label)
  }
}
