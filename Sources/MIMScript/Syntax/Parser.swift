/// What parsing gives: the program as far as it could be read, and every mistake found.
public struct ParseResult: Sendable {
  /// The text.
  public let source: Source
  /// The statements that could be read.
  public let program: Program
  /// The mistakes in the order of the text; empty: the text is well formed.
  public let errors: [ScriptError]
}

/// Reads program text by recursive descent over the grammar of `docs/language.md`.
///
/// A mistake ends its statement; reading continues with the next one, so that one text reports
/// several mistakes at once.
public struct Parser {
  /// How deep brackets and blocks may nest, and how long a chain of operators may be: so that no
  /// input exhausts the stack of whatever thread runs the parser or the interpreter.
  static let deepestNesting = 100
  static let longestChain = 400
  /// Text that is no program at all should not bury its reader.
  static let mostErrors = 50

  let source: Source
  let vocabulary: Vocabulary
  let tokens: [Token]
  var index = 0
  var depth = 0
  var errors: [ScriptError]

  /// Parses a text. Never throws or traps: all mistakes are in the result.
  public static func parse(_ source: Source, vocabulary: Vocabulary) -> ParseResult {
    parse(Lexer.tokens(of: source), source, vocabulary)
  }

  /// Parses a prompt entry once it is whole; nil: more lines are needed.
  public static func parse(entry source: Source, vocabulary: Vocabulary) -> ParseResult? {
    let lexed = Lexer.tokens(of: source)
    return isComplete(lexed, source.text) ? parse(lexed, source, vocabulary) : nil
  }

  private static func parse(
    _ lexed: Lexer.Result, _ source: Source, _ vocabulary: Vocabulary
  ) -> ParseResult {
    var parser = Parser(
      source: source, vocabulary: vocabulary, tokens: lexed.tokens, errors: lexed.errors)
    let statements = parser.statements(untilBrace: false)
    parser.reportUnclosed(lexed.open)
    return ParseResult(
      source: source, program: Program(statements: statements), errors: parser.orderedErrors)
  }

  private init(source: Source, vocabulary: Vocabulary, tokens: [Token], errors: [ScriptError]) {
    self.source = source
    self.vocabulary = vocabulary
    self.tokens = tokens
    self.errors = errors
  }

  /// Behind a bracket that is never closed everything reads wrong; only the bracket is reported.
  private mutating func reportUnclosed(_ open: [(symbol: Symbol, range: Range<Int>)]) {
    guard let outermost = open.first else { return }
    let start = open.first { $0.symbol != .openBrace }?.range.lowerBound ?? source.text.utf8.count
    errors.removeAll { ($0.span?.range.lowerBound ?? 0) >= start || $0.code == "E005" }
    errors.append(Lexer.unclosed(open.first { $0.symbol != .openBrace } ?? outermost, in: source))
  }

  private var orderedErrors: [ScriptError] {
    var seen: Set<Int> = []
    let ordered = errors.sorted {
      ($0.span?.range.lowerBound ?? 0) < ($1.span?.range.lowerBound ?? 0)
    }
    let first = ordered.filter { seen.insert($0.span?.range.lowerBound ?? -1).inserted }
    return Array(first.prefix(Self.mostErrors))
  }

  // MARK: Tokens

  var current: Token { tokens[index] }
  var next: Token { tokens[min(index + 1, tokens.count - 1)] }

  func token(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  func at(_ symbol: Symbol) -> Bool { current.kind == .symbol(symbol) }

  /// Whether the word stands here as itself and not as an option's name.
  func at(word: String) -> Bool { current.kind == .name(word) && next.kind != .symbol(.assign) }

  /// Whether nothing can follow in this statement.
  var isAtStatementEnd: Bool {
    switch current.kind {
    case .newline, .end, .symbol(.semicolon), .symbol(.closeBrace): true
    default: false
    }
  }

  mutating func skipNewlines() {
    while current.kind == .newline { advance() }
  }

  func span(_ token: Token) -> Span { Span(source, token.range) }

  /// From a token to the last one consumed.
  func span(from start: Int) -> Span {
    let last = tokens[max(start, index - 1)]
    return Span(source, tokens[start].range.lowerBound..<last.range.upperBound)
  }

  // MARK: Mistakes

  func mistake(
    _ code: String, _ message: String, at span: Span, label: String? = nil, notes: [String] = [],
    fixes: [ScriptError.Fix] = []
  ) -> ScriptError {
    ScriptError(code, message, kind: .check, at: span, label: label, notes: notes, fixes: fixes)
  }

  /// What stands here instead of what was needed.
  func expected(_ what: String, label: String? = nil) -> ScriptError {
    mistake(
      "E007", "expected \(what), found \(description(current))", at: visibleSpan,
      label: label ?? (at(.assign) ? "to compare, write ==" : nil))
  }

  /// A place to put the caret: behind the last token when the line is over.
  var visibleSpan: Span {
    switch current.kind {
    case .newline, .end:
      let before = tokens[..<index].last { $0.kind != .newline }
      let offset = before?.range.upperBound ?? current.range.lowerBound
      return Span(source, offset..<offset)
    default: return span(current)
    }
  }

  func description(_ token: Token) -> String {
    switch token.kind {
    case .newline: "the end of the line"
    case .end: "the end"
    default: "`\(span(token).text)`"
    }
  }

  /// Runs one level deeper, or reports that the text nests too deeply.
  mutating func nested<Result>(
    _ body: (inout Parser) throws -> Result
  ) throws -> Result {
    guard depth < Self.deepestNesting else {
      throw mistake(
        "E008", "this is nested more than \(Self.deepestNesting) levels deep", at: visibleSpan,
        label: "assign part of it to a name first")
    }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }
}
