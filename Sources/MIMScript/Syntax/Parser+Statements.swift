extension Parser {
  /// Words that can never be bound, beside the verbs.
  static let keywords: Set<String> = [
    "param", "for", "if", "else", "in", "by", "and", "or", "not", "true", "false", "none", "time",
    "sweep", "figure",
  ]

  /// Reads statements up to the end of the text or of the block.
  mutating func statements(untilBrace: Bool) -> [Statement] {
    var statements: [Statement] = []
    while true {
      while current.kind == .newline || at(.semicolon) { advance() }
      if current.kind == .end { return statements }
      if at(.closeBrace) {
        if untilBrace { return statements }
        advance()
        continue
      }
      if let statement = recoveringStatement() { statements.append(statement) }
    }
  }

  /// One statement with its end; nil when it could not be read.
  private mutating func recoveringStatement() -> Statement? {
    let start = index
    let known = errors.count
    defer { if isSpoilt(since: start) { errors.removeSubrange(known...) } }
    do {
      var statement = try statement()
      guard isAtStatementEnd else { throw unexpectedRest(after: statement) }
      if at(.semicolon) { statement = statement.hidden }
      return statement
    } catch {
      if let error = error as? ScriptError { errors.append(error) }
      skipStatement()
      return nil
    }
  }

  /// Whether the statement holds something that is reported already; what else was found in it
  /// may only follow from that. Blocks keep their mistakes.
  private func isSpoilt(since start: Int) -> Bool {
    let tokens = tokens[start..<index]
    return tokens.contains { $0.kind == .invalid }
      && !tokens.contains { $0.kind == .symbol(.openBrace) }
  }

  /// Goes to the end of the statement; a block that begins in it is skipped as a whole.
  private mutating func skipStatement() {
    var braces = 0
    while current.kind != .end {
      if at(.openBrace) { braces += 1 }
      if at(.closeBrace) {
        if braces == 0 { return }
        braces -= 1
      } else if braces == 0, isAtStatementEnd {
        return
      }
      advance()
    }
  }

  mutating func statement() throws -> Statement {
    try nested { parser in
      if let wholeLine = parser.wholeLine() { return wholeLine }
      guard case .name(let word) = parser.current.kind else { return try parser.evaluation() }
      if parser.next.kind == .symbol(.assign) { return try parser.binding() }
      if let mistake = parser.arrowOfR { throw mistake }
      switch word {
      case "param": return try parser.parameter()
      case "for": return try parser.loop()
      case "if": return try parser.conditional()
      case "time": return try parser.timed()
      case "else":
        throw parser.mistake(
          "E011", "`else` must be on the same line as the closing brace",
          at: parser.span(parser.current),
          label: "write `} else {`")
      default: return try parser.evaluation()
      }
    }
  }

  private mutating func binding() throws -> Statement {
    let start = index
    let target = try bindableName()
    advance()
    let value = try value()
    return Statement(.evaluate(target: target, value), at: span(from: start))
  }

  private mutating func evaluation() throws -> Statement {
    let start = index
    let value = try value()
    return Statement(.evaluate(target: nil, value), at: span(from: start))
  }

  /// A name that may be bound; a reserved one is reported with a fresh name and read on.
  mutating func bindableName() throws -> Name {
    guard case .name(let text) = current.kind else { throw expected("a name") }
    let name = Name(text, at: span(current))
    if Self.keywords.contains(text) || vocabulary.verbs.contains(text) {
      let what = vocabulary.verbs.contains(text) ? "a verb" : "a word of the language"
      errors.append(
        mistake(
          "E012", "`\(text)` is \(what) and cannot be used as a name", at: name.span,
          label: "choose another name, such as `\(text)1`"))
    }
    advance()
    return name
  }

  // MARK: The kinds

  private mutating func parameter() throws -> Statement {
    let start = index
    advance()
    let name = try bindableName()
    guard at(.assign) else { throw expected("`=` and the default of `\(name.text)`") }
    advance()
    let initial = try operand(of: name)
    var domain: Expression?
    if at(word: "in") {
      advance()
      domain = try operand(of: nil)
    }
    return Statement(
      .parameter(name, initial: initial, domain: domain), at: span(from: start))
  }

  private mutating func loop() throws -> Statement {
    let start = index
    advance()
    let name = try bindableName()
    guard at(word: "in") else {
      throw expected("`in`", label: "write `for \(name.text) in 1..10 {`")
    }
    advance()
    let values = try operand(of: nil)
    let body = try block(of: "for")
    return Statement(.loop(name, values: values, body: body), at: span(from: start))
  }

  private mutating func conditional() throws -> Statement {
    let start = index
    advance()
    let condition = try expression()
    if at(.assign) {
      throw mistake(
        "E013", "`=` gives a name to a value; a comparison is written `==`", at: visibleSpan,
        label: "write ==")
    }
    let then = try block(of: "if")
    var otherwise: [Statement]?
    if at(word: "else") {
      advance()
      otherwise =
        at(word: "if") ? [try nested { try $0.conditional() }] : try block(of: "else")
    }
    return Statement(
      .conditional(condition, then: then, otherwise: otherwise), at: span(from: start))
  }

  private mutating func timed() throws -> Statement {
    let start = index
    advance()
    guard !isAtStatementEnd else { throw expected("the statement to time") }
    let inner = try statement()
    return Statement(.timed(inner), at: span(from: start))
  }

  /// `{ … }` on the line of its head.
  mutating func block(of head: String) throws -> [Statement] {
    guard at(.openBrace) else {
      throw mistake(
        "E013", "`\(head)` needs a block", at: visibleSpan,
        label: "write `{` on this line and `}` after the block")
    }
    advance()
    let body = try nested { $0.statements(untilBrace: true) }
    if at(.closeBrace) { advance() }
    return body
  }

  // MARK: Whole lines

  /// `?x`, `?`, `x?`, `exit`, `exit()`, `q()`: spellings of other languages, taken as whole lines.
  private mutating func wholeLine() -> Statement? {
    let start = index
    func ends(_ distance: Int) -> Bool {
      switch token(distance).kind {
      case .newline, .end, .symbol(.semicolon), .symbol(.closeBrace): true
      default: false
      }
    }
    switch current.kind {
    case .symbol(.question) where ends(1): return wholeLine("help", [], length: 1)
    case .symbol(.question) where ends(2): return wholeLine("help", [tokens[start + 1]], length: 2)
    case .name where next.kind == .symbol(.question) && ends(2):
      return wholeLine("help", [tokens[start]], length: 2)
    case .name("exit") where ends(1): return wholeLine("quit", [], length: 1)
    case .name(let word)
    where ["q", "exit"].contains(word) && next.kind == .symbol(.openParenthesis)
      && token(2).kind == .symbol(.closeParenthesis) && ends(3):
      return wholeLine("quit", [], length: 3)
    default: return nil
    }
  }

  private mutating func wholeLine(_ verb: String, _ words: [Token], length: Int) -> Statement {
    let start = index
    for _ in 0..<length { advance() }
    let place = span(from: start)
    let arguments = words.map { token in
      Argument(value: Expression(.string(span(token).text), at: span(token)))
    }
    let call = Expression(.call(Call(Name(verb, at: place), arguments)), at: place)
    return Statement(.evaluate(target: nil, call), at: place)
  }
}

extension Statement {
  /// The statement with its value hidden, also inside `time`.
  fileprivate var hidden: Statement {
    if case .timed(let inner) = kind {
      return Statement(.timed(inner.hidden), at: span, isHidden: true)
    }
    return Statement(kind, at: span, isHidden: true)
  }
}
