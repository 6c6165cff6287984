extension Parser {
  /// `knn (5)`: the parenthesis of a call touches its name.
  func mustTouch(_ word: String, at span: Span) -> ScriptError {
    mistake(
      "E010", "there must be no space between a call's name and its parenthesis", at: span,
      label: "write `\(word)(`", fixes: touching(span).map { [ScriptError.Fix("", at: $0)] } ?? [])
  }

  /// The blanks between a call's name and its parenthesis.
  private func touching(_ name: Span) -> Span? {
    guard
      let parenthesis = tokens.first(where: { $0.range.lowerBound >= name.range.upperBound }),
      parenthesis.kind == .symbol(.openParenthesis)
    else { return nil }
    return Span(source, name.range.upperBound..<parenthesis.range.lowerBound)
  }

  /// A name at the start of a line that is followed by something only a verb could take.
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
    if vocabulary.functions.contains(word) {
      return mistake(
        "E016", "`\(word)` is only written as a call", at: span(current),
        label: "write `\(word)(…)`")
    }
    return mistake(
      "E103", "there is no verb `\(word)`", at: span(current),
      label: Suggestions.label(for: word, in: vocabulary.verbs),
      notes: [verbHelp(word)], fixes: Suggestions.fixes(for: word, in: vocabulary.verbs))
  }

  /// `x <- 3` assigns in R; here it would compare x with −3 and drop the answer.
  var arrowOfR: ScriptError? {
    guard case .name(let word) = current.kind, next.kind == .symbol(.less),
      token(2).kind == .symbol(.minus), !token(2).followsBlank
    else { return nil }
    return mistake(
      "E018", "`<-` is not part of the language", at: span(next), label: "write `\(word) = …`",
      fixes: [
        ScriptError.Fix(
          token(3).followsBlank ? "=" : "= ", at: span(next).through(span(token(2))))
      ])
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
      "E016", "inside a line, a verb must be written as a call", at: span(current),
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
    "def": "functions cannot be defined", "function": "functions cannot be defined",
    "fn": "functions cannot be defined", "func": "functions cannot be defined",
    "class": "there are no classes", "import": "nothing needs to be imported",
    "from": "nothing needs to be imported", "library": "nothing needs to be imported",
    "using": "nothing needs to be imported", "let": "write `name = …`",
    "var": "write `name = …`", "const": "write `name = …`",
    "return": "a block's result is its last value",
    "print": "write `show x`, or just `x`", "repeat": "write `for i in 1..10 { … }`",
    "elif": "write `} else if … {`", "elseif": "write `} else if … {`",
    "ls": "write `who`", "dir": "write `who`", "c": "write lists as `[1, 2, 3]`",
    "type": "write `show x`", "str": "write `show x`", "summary": "write `show x`",
    "head": "write `take(x, 5)`", "describe": "write `show x`",
    "hist": "write `plot d.age`", "scatter": "write `plot d.age d.height`",
    "corr": "write `cor(d.age, d.height)`; `mi` sees more than straight lines",
    "range": "write `1..10`, or `0..9 by 3`", "len": "tables, items and codes have the field `.n`",
  ]

  /// What stands behind a whole statement on the same line.
  func unexpectedRest(after statement: Statement) -> ScriptError {
    let label: String =
      switch current.kind {
      case .symbol(.assign): "`=` assigns at the start of a line; compare with `==`"
      case .symbol(.question): "write `?name` or `name?` on a line of its own"
      case .symbol(.openParenthesis) where current.followsBlank: "write `f(` without a space"
      case .symbol(.openParenthesis): "values have no methods: write `verb(value, …)`"
      case .name("if"): "write `if … { … } else { … }` on lines of their own"
      case .symbol(.comma): "write lists in [ ]"
      case .name("else"): "`else` must follow the closing brace of an `if`"
      default: "a new statement needs a new line or `;`"
      }
    return mistake(
      "E015", "the statement ends before \(description(current))", at: visibleSpan, label: label,
      fixes: at(.assign) ? [ScriptError.Fix("==")] : [])
  }
}
