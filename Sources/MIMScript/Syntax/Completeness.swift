extension Parser {
  /// Whether a prompt entry is a whole input: no bracket, brace or block header is still open.
  /// An entry that ends with two newlines counts as whole, so that a forgotten block can be left.
  static func isComplete(_ lexed: Lexer.Result, _ text: String) -> Bool {
    if !lexed.errors.isEmpty { return true }
    if !lexed.open.isEmpty { return false }
    return !endsInHeader(lexed.tokens) || endsWithEmptyLine(text)
  }

  /// Whether the last statement is a `sweep` or `figure` whose block has not begun.
  private static func endsInHeader(_ tokens: [Token]) -> Bool {
    var isInHeader = false
    var depth = 0
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .symbol(.openBrace): isInHeader = false
      case .symbol(.openParenthesis), .symbol(.openBracket): depth += 1
      case .symbol(.closeParenthesis), .symbol(.closeBracket): depth -= 1
      case .symbol(.semicolon): isInHeader = false
      case .name("sweep") where depth == 0 && isHead(index, in: tokens): isInHeader = true
      case .name("figure") where depth == 0 && isHead(index, in: tokens):
        isInHeader = isOptionsOnly(tokens[(index + 1)...])
      default: break
      }
    }
    return isInHeader
  }

  private static func isHead(_ index: Int, in tokens: [Token]) -> Bool {
    guard index > 0 else { return true }
    switch tokens[index - 1].kind {
    case .newline, .symbol(.semicolon), .symbol(.openBrace), .symbol(.assign), .name("time"):
      return tokens[min(index + 1, tokens.count - 1)].kind != .symbol(.assign)
    default: return false
    }
  }

  /// Whether only `name=value` pairs follow: `figure a b` is a command without a block.
  private static func isOptionsOnly(_ rest: ArraySlice<Token>) -> Bool {
    guard let first = rest.first else { return true }
    switch first.kind {
    case .newline, .end: return true
    case .name: return rest.dropFirst().first?.kind == .symbol(.assign)
    case .symbol(.openParenthesis):
      return rest.dropFirst(2).first?.kind == .symbol(.assign)
    default: return false
    }
  }

  private static func endsWithEmptyLine(_ text: String) -> Bool {
    var newlines = 0
    for character in text.reversed() where character != " " && character != "\t" {
      guard character.isNewline else { return false }
      newlines += 1
      if newlines == 2 { return true }
    }
    return false
  }
}

extension Source {
  /// Whether a block in braces is open at its end.
  package var endsInBlock: Bool {
    Lexer.tokens(of: self).open.contains { $0.symbol == .openBrace }
  }

  /// The names that statements seem to bind, by how they begin: `NAME =`, `param NAME`, `for NAME`. For text that cannot be read;
  /// there a bracket that is never closed may hide where lines end.
  package var boundAtHeads: Set<String> {
    let lexed = Lexer.tokens(of: self)
    let (tokens, bytes) = (lexed.tokens, Array(text.utf8))
    func isHead(_ place: Int) -> Bool {
      guard place > 0 else { return true }
      switch tokens[place - 1].kind {
      case .newline, .symbol(.semicolon), .symbol(.openBrace), .symbol(.closeBrace): return true
      default:
        let (before, here) = (tokens[place - 1].range.upperBound, tokens[place].range.lowerBound)
        return !lexed.open.isEmpty && before <= here && here <= bytes.count
          && bytes[before..<here].contains(UInt8(ascii: "\n"))
      }
    }
    var names: Set<String> = []
    for place in tokens.indices.dropLast() where isHead(place) {
      guard case .name(let name) = tokens[place].kind else { continue }
      if tokens[place + 1].kind == .symbol(.assign) {
        names.insert(name)
      } else if ["param", "for"].contains(name), case .name(let name) = tokens[place + 1].kind {
        names.insert(name)
      }
    }
    return names
  }
}

extension Statement {
  /// The text without comments and with single blanks: equal for programs that differ in their
  /// layout only.
  public var normalisedText: String {
    let source = Source(name: "", text: span.text)
    let bytes = Array(source.text.utf8)
    var parts: [String] = []
    for token in Lexer.tokens(of: source).tokens {
      guard token.kind != .newline else {
        // Empty lines, comments, and the lines of the braces say nothing; `;` does: it hides.
        if let last = parts.last, !["\n", ";", "{"].contains(last) { parts.append("\n") }
        continue
      }
      let text = String(decoding: bytes[token.range], as: UTF8.self)
      if text == "}" || text.isEmpty, parts.last == "\n" { parts.removeLast() }
      if !text.isEmpty { parts.append(text) }
    }
    return parts.joined(separator: " ")
  }
}
