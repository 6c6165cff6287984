extension Parser {
  /// A number, text, name, call, list or parenthesis, and the fields behind it.
  mutating func primary(inCommand: Bool) throws -> Expression {
    let start = index
    var primary = try primaryHead(inCommand: inCommand)
    var fields = 0
    while at(.dot), !current.followsBlank {
      advance()
      guard case .name(let field) = current.kind, !current.followsBlank else {
        throw expected("a field name after the dot")
      }
      fields += 1
      guard fields <= Self.deepestNesting else {
        throw mistake("E008", "too many fields in a row", at: span(current))
      }
      let name = Name(field, at: span(current))
      advance()
      primary = Expression(.field(primary, name), at: span(from: start))
    }
    if at(.openBracket), !current.followsBlank {
      throw mistake(
        "E017", "there is no indexing with [ ]", at: span(current),
        label: "use `take(x, n)`, `where=( … )` or a field")
    }
    return primary
  }

  private mutating func primaryHead(inCommand: Bool) throws -> Expression {
    let start = index
    switch current.kind {
    case .number(let number): return literal(.number(number))
    case .string(let text): return literal(.string(text))
    case .name(let word): return try named(word, inCommand: inCommand)
    case .symbol(.openBracket): return try list()
    case .symbol(.openParenthesis):
      advance()
      let inner = try expression()
      guard at(.closeParenthesis) else { throw expected("`)`") }
      advance()
      return Expression(.group(inner), at: span(from: start))
    case .invalid:
      return literal(.invalid)
    case .symbol(.openBrace):
      throw mistake(
        "E009", "a block is not allowed here", at: span(current),
        label: "only for, if, else, sweep and figure take a block")
    default:
      throw mistake(
        "E009", "expected a value, found \(description(current))", at: visibleSpan,
        label: adviceOnOperator, fixes: powerOfPython)
    }
  }

  /// `2**3`
  private var powerOfPython: [ScriptError.Fix] {
    guard index > 0, !current.followsBlank, at(.times), tokens[index - 1].kind == .symbol(.times)
    else { return [] }
    return [ScriptError.Fix("^", at: span(tokens[index - 1]).through(span(current)))]
  }

  /// What to write for an operator that stands where a value should: those of other languages, and paths.
  private var adviceOnOperator: String? {
    let before = index > 0 && !current.followsBlank ? tokens[index - 1].kind : nil
    return switch (before, current.kind) {
    case (.symbol(.times), .symbol(.times)): "write powers with `^`"
    case (.symbol(.divide), .symbol(.divide)):
      "there is no whole division; write `round(a / b)`"
    case (.symbol(.plus), .symbol(.plus)), (.symbol(.minus), .symbol(.assign)),
      (.symbol(.plus), .symbol(.assign)), (.symbol(.times), .symbol(.assign)),
      (.symbol(.divide), .symbol(.assign)):
      "write it out: `x = x + 1`"
    case (_, .symbol(.dot)), (_, .symbol(.range)), (_, .symbol(.divide)): "put file names in quotes"
    default: nil
    }
  }

  private mutating func literal(_ kind: Expression.Kind) -> Expression {
    defer { advance() }
    return Expression(kind, at: span(current))
  }

  private mutating func named(_ word: String, inCommand: Bool) throws -> Expression {
    let start = index
    switch word {
    case "true": return literal(.bool(true))
    case "false": return literal(.bool(false))
    case "none": return literal(.none)
    default: break
    }
    if next.kind == .symbol(.openParenthesis) {
      if !next.followsBlank { return try call() }
      let isCallable = [vocabulary.callableWords, vocabulary.verbs, vocabulary.functions]
        .contains { $0.contains(word) }
      if isCallable || !inCommand { throw mustTouch(word, at: span(current)) }
    }
    if Self.keywords.contains(word) {
      throw mistake(
        "E009", "expected a value, found the word `\(word)`", at: span(current),
        label: word == "sweep" || word == "figure"
          ? "write it after `name =` or on a line of its own" : nil)
    }
    if !inCommand, let command = commandInsideLine(word) { throw command }
    advance()
    return Expression(.name(word), at: span(from: start))
  }

  private mutating func call() throws -> Expression {
    let start = index
    let verb = Name(span(current).text, at: span(current))
    advance()
    let arguments = try callArguments(of: verb.text)
    return Expression(.call(Call(verb, arguments)), at: span(from: start))
  }

  /// `( … , name=… )`, standing at its parenthesis.
  mutating func callArguments(of verb: String) throws -> [Argument] {
    advance()
    var arguments: [Argument] = []
    while !at(.closeParenthesis) {
      arguments.append(try callArgument(of: verb))
      if at(.comma) {
        advance()
      } else if !at(.closeParenthesis) {
        throw expected("`,` or `)`", label: "put commas between the arguments inside ( )")
      }
    }
    advance()
    return arguments
  }

  private mutating func callArgument(of verb: String) throws -> Argument {
    if case .name(let word) = current.kind, next.kind == .symbol(.assign) {
      let name = Name(word, at: span(current))
      advance()
      advance()
      return Argument(name: name, value: try expression())
    }
    if verb == "help", case .name(let word) = current.kind {
      return Argument(value: literal(.string(word)))
    }
    return Argument(value: try expression())
  }

  private mutating func list() throws -> Expression {
    let start = index
    advance()
    var elements: [Expression] = []
    while !at(.closeBracket) {
      elements.append(try expression())
      if at(.comma) {
        advance()
      } else if !at(.closeBracket) {
        throw expected("`,` or `]`")
      }
    }
    advance()
    return Expression(.list(elements), at: span(from: start))
  }
}
