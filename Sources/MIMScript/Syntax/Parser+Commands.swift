extension Parser {
  /// What may stand behind `name =`, or alone: sweep, figure, command, expression.
  mutating func value() throws -> Expression {
    if case .name(let word) = current.kind {
      let touches = next.kind == .symbol(.openParenthesis) && !next.followsBlank
      if word == "sweep" { return try sweep() }
      if word == "figure", let block = try figureBlock() { return block }
      if vocabulary.verbs.contains(word), !touches { return try command() }
      if let unknown = unknownVerb(word) { throw unknown }
    }
    return try expression()
  }

  private mutating func command() throws -> Expression {
    let start = index
    let verb = Name(span(current).text, at: span(current))
    advance()
    var arguments: [Argument] = []
    while !isAtStatementEnd {
      if verb.text == "help", let word = helpWord() {
        arguments.append(word)
      } else {
        arguments.append(try commandArgument(of: verb, isFirst: arguments.isEmpty))
      }
    }
    return Expression(.call(Call(verb, arguments)), at: span(from: start))
  }

  /// Any word may follow `help`.
  private mutating func helpWord() -> Argument? {
    guard case .name(let word) = current.kind, next.kind != .symbol(.assign) else { return nil }
    defer { advance() }
    return Argument(value: Expression(.string(word), at: span(current)))
  }

  private mutating func commandArgument(of verb: Name, isFirst: Bool) throws -> Argument {
    if case .name(let word) = current.kind, next.kind == .symbol(.assign) {
      let name = Name(word, at: span(current))
      advance()
      advance()
      return Argument(name: name, value: try operand(of: name))
    }
    if at(.comma) {
      throw mistake(
        "E007", "the arguments of a command have no commas between them", at: span(current),
        label: "use a space, or write `\(verb.text)(a, b)`",
        fixes: [ScriptError.Fix(next.followsBlank ? "" : " ")])
    }
    if isFirst, at(.openParenthesis), hasCommaInParentheses {
      throw mustTouch(verb.text, at: verb.span)
    }
    return Argument(value: try operand(of: nil))
  }

  /// Whether the parenthesis that opens here holds a comma of its own: then it is a call.
  private var hasCommaInParentheses: Bool {
    var level = 0
    for token in tokens[index...] {
      guard case .symbol(let symbol) = token.kind else { continue }
      if symbol == .openParenthesis || symbol == .openBracket { level += 1 }
      if symbol == .closeParenthesis || symbol == .closeBracket { level -= 1 }
      if level == 0 { return false }
      if level == 1, symbol == .comma { return true }
    }
    return false
  }

  // MARK: Operands

  /// An argument of a command: an atom or a range of atoms, arithmetic only in parentheses.
  mutating func operand(of name: Name?) throws -> Expression {
    let start = index
    let first = try atom(of: name)
    var operand = first
    if at(.range) {
      advance()
      let last = try atom(of: name)
      var step: Expression?
      if at(word: "by") {
        advance()
        step = try atom(of: name)
      }
      operand = Expression(.range(first: first, last: last, step: step), at: span(from: start))
    }
    return isAtOperator ? arithmetic(from: start, option: name) : operand
  }

  private mutating func atom(of option: Name?) throws -> Expression {
    let start = index
    guard at(.minus) else {
      if at(word: "not") { return arithmetic(from: start, option: option) }
      return try primary(inCommand: true)
    }
    guard !next.followsBlank else {
      throw mistake(
        "E014", "arithmetic in a command needs parentheses", at: span(current),
        label: "no space after a sign: write -5, or (n - 5)")
    }
    advance()
    let operand = try primary(inCommand: true)
    return Expression(.unary(.negate, operand), at: span(from: start))
  }

  /// Whether an operator follows the operand; a `-` behind a blank and before none is the sign of
  /// the next operand.
  private var isAtOperator: Bool {
    if at(word: "and") || at(word: "or") { return true }
    guard case .symbol(let symbol) = current.kind, symbol.binaryOperator != nil else {
      return false
    }
    return !(symbol == .minus && current.followsBlank && !next.followsBlank)
  }

  /// Reports arithmetic without parentheses, with the line that would do, and reads it as meant.
  private mutating func arithmetic(from start: Int, option: Name?) -> Expression {
    let place = span(current)
    index = start
    let prefix = option.map { $0.text + "=" } ?? ""
    let known = errors.count
    guard let meant = try? expression(), errors.count == known else {
      index = max(index, start + 1)
      errors.append(
        mistake(
          "E014", "arithmetic in a command needs parentheses", at: place,
          label: "write \(prefix)( … )"))
      return Expression(.invalid, at: place)
    }
    let text = meant.span.text
    let looksLikeFile = place.text == "/" && !text.contains { $0 == " " || $0 == "(" }
    errors.append(
      mistake(
        "E014", "arithmetic in a command needs parentheses", at: place,
        label: looksLikeFile
          ? "write \(prefix)\"\(text)\" for a file, or \(prefix)(\(text)) for a division"
          : "write \(prefix)(\(text))",
        fixes: (looksLikeFile ? ["\"\(text)\"", "(\(text))"] : ["(\(text))"])
          .map { ScriptError.Fix($0, at: meant.span) }))
    return meant
  }

  // MARK: Blocks that are values

  private mutating func sweep() throws -> Expression {
    let start = index
    let keyword = Name("sweep", at: span(current))
    advance()
    let options = try blockOptions(of: keyword)
    skipNewlines()
    var axes: [Argument] = []
    while case .name = current.kind, next.kind == .symbol(.assign) {
      let name = try bindableName()
      advance()
      axes.append(Argument(name: name, value: try operand(of: name)))
      skipNewlines()
    }
    if axes.isEmpty {
      throw expected("an axis", label: "write `sweep seed=1..5 { … }`")
    }
    let body = try block(of: "sweep")
    let sweep = Sweep(keyword: keyword, options: options, axes: axes, body: body)
    return Expression(.sweep(sweep), at: span(from: start))
  }

  /// A `figure … { }` block; nil, with nothing consumed, for an ordinary call or command.
  private mutating func figureBlock() throws -> Expression? {
    let start = index
    guard figureHasBlock else { return nil }
    let keyword = Name("figure", at: span(current))
    advance()
    var options = try blockOptions(of: keyword)
    skipNewlines()
    while case .name(let word) = current.kind, next.kind == .symbol(.assign) {
      let name = Name(word, at: span(current))
      advance()
      advance()
      options.append(Argument(name: name, value: try operand(of: name)))
      skipNewlines()
    }
    let body = try block(of: "figure")
    let figure = FigureBlock(keyword: keyword, options: options, body: body)
    return Expression(.figure(figure), at: span(from: start))
  }

  /// Looks ahead for the brace: newlines count as blanks only as long as options follow.
  private var figureHasBlock: Bool {
    var ahead = index + 1
    var level = 0
    while ahead < tokens.count {
      switch tokens[ahead].kind {
      case .symbol(.openBrace) where level == 0: return true
      case .symbol(.openParenthesis), .symbol(.openBracket): level += 1
      case .symbol(.closeParenthesis), .symbol(.closeBracket): level -= 1
      case .symbol(.semicolon), .symbol(.closeBrace), .end: return false
      case .name("sweep"), .name("figure"), .name("for"), .name("if"):
        if tokens[min(ahead + 1, tokens.count - 1)].kind != .symbol(.assign) { return false }
      case .newline:
        let after = tokens[min(ahead + 1, tokens.count - 1)].kind
        let second = tokens[min(ahead + 2, tokens.count - 1)].kind
        let continues: Bool =
          switch after {
          case .newline, .symbol(.openBrace): true
          case .name: second == .symbol(.assign)
          default: false
          }
        if !continues { return false }
      default: break
      }
      ahead += 1
    }
    return false
  }

  private mutating func blockOptions(of keyword: Name) throws -> [Argument] {
    guard at(.openParenthesis) else { return [] }
    if current.followsBlank { throw mustTouch(keyword.text, at: keyword.span) }
    return try callArguments(of: keyword.text)
  }
}
