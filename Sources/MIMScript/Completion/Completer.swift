/// What Tab can insert.
public struct Completion: Sendable {
  /// One text that can be inserted.
  public struct Candidate: Hashable, Sendable {
    /// The kind of candidate, for colours and help.
    public enum Kind: String, Sendable {
      case verb, keyword, option, word, name, field, column
    }
    /// The text that replaces the part already typed; options end in `=`.
    public let text: String
    /// The kind of candidate.
    public let kind: Kind
    /// One line that describes it.
    public let detail: String
  }

  /// The UTF-8 offset of the text before the cursor from which a candidate replaces.
  public let start: Int
  /// The candidates, in the order to offer them.
  public let candidates: [Candidate]
  /// A file name is allowed here: the prompt adds names from the disk for `pathPrefix`.
  public let wantsPath: Bool
  /// The part of the file name typed so far, without its quote.
  public let pathPrefix: String
  /// Whether the file name follows an opening quote.
  public let isQuoted: Bool
}

/// Completes verbs, options valid at that place, words, names, fields, columns. Pure: it never
/// touches the disk.
public struct Completer: Sendable {
  /// The verbs.
  public let table: HostTable
  /// The names defined and what is known of them.
  let names: [String: KnownName]

  /// `names` are those bound in the session (`Interpreter.bindings`), whose values tell their fields.
  public init(table: HostTable, names: [String: Value]) {
    self.table = table
    self.names = names.mapValues(KnownName.value)
  }

  /// For a text of which nothing has run: `names` are what the checks know of it (`Checker.names`).
  package init(table: HostTable, expecting names: [String: StaticValue]) {
    self.table = table
    self.names = names.mapValues(KnownName.expected)
  }

  /// The completions of `text`, the input up to the cursor (all lines of a multi-line entry).
  public func complete(_ text: String) -> Completion {
    let lexed = Lexer.tokens(of: Source(name: "", text: text))
    let end = text.utf8.count
    if let quote = Self.openQuote(lexed, in: text) {
      let context = CompletionContext(lexed.tokens.filter { $0.range.upperBound <= quote })
      let typed = Span(Source(name: "", text: text), min(quote + 1, end)..<end).text
      let candidates = Self.matching(quotedWords(context), typed)
      return Completion(
        start: quote + 1, candidates: candidates, wantsPath: takesPath(context),
        pathPrefix: typed, isQuoted: true)
    }
    if Self.endsInComment(lexed.tokens, text) { return Self.nothing(at: end) }
    var before = lexed.tokens.filter { $0.kind != .end }
    var typed = ""
    var start = end
    if let last = before.last, last.range.upperBound == end, case .name(let word) = last.kind {
      typed = word
      start = last.range.lowerBound
      before.removeLast()
    } else if let last = before.last, last.range.upperBound == end, case .number = last.kind {
      return Self.nothing(at: end)
    }
    let context = CompletionContext(before)
    let candidates = candidates(context, hasPrefix: !typed.isEmpty)
    return Completion(
      start: start, candidates: Self.matching(candidates, typed),
      wantsPath: takesPath(context), pathPrefix: typed, isQuoted: false)
  }

  private static func nothing(at end: Int) -> Completion {
    Completion(start: end, candidates: [], wantsPath: false, pathPrefix: "", isQuoted: false)
  }

  /// The offset of a quote that is still open at the end.
  private static func openQuote(_ lexed: Lexer.Result, in text: String) -> Int? {
    guard let error = lexed.errors.last(where: { $0.code == "E002" }),
      let offset = error.span?.range.lowerBound
    else { return nil }
    let rest = text.utf8.dropFirst(offset)
    return rest.contains(UInt8(ascii: "\n")) ? nil : offset
  }

  private static func endsInComment(_ tokens: [Token], _ text: String) -> Bool {
    let lastEnd = tokens.last { $0.kind != .end }?.range.upperBound ?? 0
    let rest = text.utf8.dropFirst(lastEnd)
    guard let hash = rest.lastIndex(of: UInt8(ascii: "#")) else { return false }
    return !rest[hash...].contains(UInt8(ascii: "\n"))
  }

  /// Those that begin with what is typed, each once.
  private static func matching(
    _ candidates: [Completion.Candidate], _ typed: String
  ) -> [Completion.Candidate] {
    var seen: Set<String> = []
    return candidates.filter { $0.text.hasPrefix(typed) && seen.insert($0.text).inserted }
  }
}
