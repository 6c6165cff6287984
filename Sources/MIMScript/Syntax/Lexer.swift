/// Cuts program text into tokens. Newlines inside ( ) and [ ] are blanks; comments vanish.
struct Lexer {
  /// What lexing gives.
  struct Result {
    var tokens: [Token] = []
    var errors: [ScriptError] = []
    /// Brackets still open at the end, outermost first.
    var open: [(symbol: Symbol, range: Range<Int>)] = []
  }

  let source: Source
  let bytes: [UInt8]
  var position = 0
  var result = Result()
  private var followsBlank = true

  /// Cuts a whole source.
  static func tokens(of source: Source) -> Result {
    var lexer = Lexer(source: source, bytes: Array(source.text.utf8))
    lexer.run()
    return lexer.result
  }

  private init(source: Source, bytes: [UInt8]) {
    self.source = source
    self.bytes = bytes
  }

  private mutating func run() {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    while position < bytes.count { nextToken() }
    add(.end, from: position)
  }

  private mutating func nextToken() {
    let start = position
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
      position += 1
      followsBlank = true
    case UInt8(ascii: "\n"):
      position += 1
      if isNewlineSignificant { add(.newline, from: start) }
      followsBlank = true
    case UInt8(ascii: "#"):
      while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
      followsBlank = true
    case UInt8(ascii: "\""), UInt8(ascii: "'"): string(quote: byte)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: ".") where startsFraction: number()
    default: nameOrSymbol()
    }
  }

  private var isNewlineSignificant: Bool {
    guard let innermost = result.open.last else { return true }
    return innermost.symbol == .openBrace
  }

  private mutating func nameOrSymbol() {
    let start = position
    let scalar = scalar(at: position)
    if scalar.properties.isXIDStart {
      while position < bytes.count, isNamePart(at: position) {
        position += scalarWidth(at: position)
      }
      add(.name(text(start..<position)), from: start)
    } else if let symbol = symbol() {
      position += symbol.rawValue.utf8.count
      track(symbol, start..<position)
      add(.symbol(symbol), from: start)
    } else {
      position += scalarWidth(at: position)
      unexpected(scalar, start..<position)
    }
  }

  private func symbol() -> Symbol? {
    let rest = bytes[position..<min(position + 2, bytes.count)]
    let two = String(decoding: rest, as: UTF8.self)
    return (rest.count == 2 ? Symbol(rawValue: two) : nil)
      ?? Symbol(rawValue: String(two.prefix(1)))
  }

  private mutating func unexpected(_ scalar: Unicode.Scalar, _ range: Range<Int>) {
    if scalar.properties.isWhitespace {
      followsBlank = true
      return
    }
    let advice: String? =
      switch scalar {
      case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2018}", "\u{2019}", "\u{00AB}", "\u{00BB}":
        "write a plain \" or '"
      case "\u{2212}", "\u{2013}", "\u{2014}": "write a plain -"
      case "\u{00D7}": "write *"
      case "_": "a name begins with a letter"
      case "~": "put file names in quotes"
      case "!": "write `not`"
      case "&": "write `and`"
      case "|": "write `or`"
      case ":": "assign with =, write ranges as 1..10 and blocks in { }"
      case "`": "write a plain \" or '"
      case "$", "@": "write the name alone"
      case "%": "there is no remainder operator; for magics, use the verbs `time` and `help`"
      default: nil
      }
    let shown =
      scalar.properties.generalCategory == .control
      ? "U+" + String(scalar.value, radix: 16, uppercase: true) : String(scalar)
    report(
      "E001", "the character `\(shown)` has no meaning here", range, label: advice,
      fixes: Self.plain(scalar).map { [ScriptError.Fix($0)] } ?? [])
    add(.invalid, from: range.lowerBound)
  }

  /// The plain character for one that a text processor puts in its place. Quotes that lean to either side are left: their partner would
  /// stay.
  private static func plain(_ scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\u{2212}", "\u{2013}", "\u{2014}": "-"
    case "\u{00D7}": "*"
    default: nil
    }
  }

  // MARK: Brackets

  private mutating func track(_ symbol: Symbol, _ range: Range<Int>) {
    if symbol.closing != nil {
      result.open.append((symbol, range))
    } else if symbol.isClosing {
      close(symbol, range)
    }
  }

  /// A brace closes what is still open inside it; another wrong bracket closes the innermost.
  private mutating func close(_ symbol: Symbol, _ range: Range<Int>) {
    guard let innermost = result.open.last else {
      report(
        "E006", "there is no open bracket for `\(symbol.rawValue)` to close", range,
        label: "remove it")
      return
    }
    if innermost.symbol.closing == symbol {
      result.open.removeLast()
    } else if symbol == .closeBrace {
      while let top = result.open.last, top.symbol != .openBrace {
        reportUnclosed(result.open.removeLast())
      }
      if !result.open.isEmpty { result.open.removeLast() }
    } else if innermost.symbol == .openBrace {
      report(
        "E006", "there is no open bracket for `\(symbol.rawValue)` to close", range,
        label: "remove it")
    } else {
      let wanted = innermost.symbol.closing?.rawValue ?? ""
      report(
        "E006", "`\(symbol.rawValue)` does not close `\(innermost.symbol.rawValue)`", range,
        label: "write `\(wanted)`")
      result.open.removeLast()
    }
  }

  mutating func reportUnclosed(_ bracket: (symbol: Symbol, range: Range<Int>)) {
    result.errors.append(Self.unclosed(bracket, in: source))
  }

  static func unclosed(
    _ bracket: (symbol: Symbol, range: Range<Int>), in source: Source
  ) -> ScriptError {
    let closing = bracket.symbol.closing?.rawValue ?? ""
    return ScriptError(
      "E005", "`\(bracket.symbol.rawValue)` is never closed", kind: .check,
      at: Span(source, bracket.range), label: "add the missing `\(closing)`")
  }

  // MARK: Reading

  mutating func add(_ kind: Token.Kind, from start: Int) {
    result.tokens.append(Token(kind: kind, range: start..<position, followsBlank: followsBlank))
    followsBlank = false
  }

  mutating func report(
    _ code: String, _ message: String, _ range: Range<Int>, label: String? = nil,
    fixes: [ScriptError.Fix] = []
  ) {
    result.errors.append(
      ScriptError(
        code, message, kind: .check, at: Span(source, range), label: label, fixes: fixes))
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func isNamePart(at offset: Int) -> Bool {
    scalar(at: offset).properties.isXIDContinue
  }

  func scalarWidth(at offset: Int) -> Int {
    let lead = bytes[offset]
    let width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    return min(width, bytes.count - offset)
  }

  func scalar(at offset: Int) -> Unicode.Scalar {
    text(offset..<offset + scalarWidth(at: offset)).unicodeScalars.first ?? "\u{FFFD}"
  }
}
