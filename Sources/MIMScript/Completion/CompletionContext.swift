/// The context of the cursor: the start of a statement, after a dot, or among the arguments of a
/// verb or word.
struct CompletionContext {
  /// A call or list that is open at the cursor.
  struct Frame {
    /// The verb or word, nil for a plain parenthesis or list.
    var callee: String?
    var isList = false
    /// What stands in it so far; a closed bracket counts as one token, a call as its name.
    var tokens: [Token] = []
  }

  /// The statement at the bottom, the innermost open bracket last.
  private(set) var frames = [Frame()]

  /// Reads the tokens before the word at the cursor.
  init(_ tokens: [Token]) {
    for (index, token) in tokens.enumerated() {
      switch token.kind {
      case .newline, .symbol(.semicolon), .symbol(.openBrace), .symbol(.closeBrace):
        frames = [Frame()]
      case .symbol(.openParenthesis):
        var callee: String?
        if index > 0, !token.followsBlank, case .name(let name) = tokens[index - 1].kind {
          callee = name
        }
        frames.append(Frame(callee: callee))
      case .symbol(.openBracket): frames.append(Frame(isList: true))
      case .symbol(.closeParenthesis), .symbol(.closeBracket):
        let closed = frames.count > 1 ? frames.removeLast() : Frame()
        if closed.callee == nil {
          append(Token(kind: .invalid, range: token.range, followsBlank: true))
        }
      default: append(token)
      }
    }
  }

  private mutating func append(_ token: Token) { frames[frames.count - 1].tokens.append(token) }

  /// The names before a dot at the cursor: `a.history.` gives `a`, `history`.
  var pathBeforeDot: [String]? {
    var rest = frames[frames.count - 1].tokens[...]
    guard rest.last?.kind == .symbol(.dot) else { return nil }
    var path: [String] = []
    while rest.popLast()?.kind == .symbol(.dot) {
      guard case .name(let name)? = rest.popLast()?.kind else { return nil }
      path.insert(name, at: 0)
      guard rest.last?.kind == .symbol(.dot) else { break }
    }
    return path
  }

  /// The statement's tokens without `name =` and `time`.
  var statement: ArraySlice<Token> {
    var rest = frames[0].tokens[...].drop { $0.kind == .name("time") }
    if rest.count >= 2, case .name = rest.first?.kind,
      rest.dropFirst().first?.kind == .symbol(.assign)
    {
      rest = rest.dropFirst(2)
    }
    while rest.first?.kind == .name("time") { rest = rest.dropFirst() }
    return rest
  }

  /// Whether a verb may begin at the cursor.
  var isAtHead: Bool { frames.count == 1 && statement.isEmpty }

  /// The verb or word whose arguments surround the cursor, and what was given before the cursor.
  var call: (name: String, given: Given, isCommand: Bool)? {
    var inner = frames.count - 1
    while inner > 0, frames[inner].isList { inner -= 1 }
    if inner > 0 {
      guard let callee = frames[inner].callee else { return nil }
      return (callee, Given(call: frames[inner].tokens), false)
    }
    guard case .name(let verb)? = statement.first?.kind else { return nil }
    return (verb, Given(command: statement.dropFirst()), true)
  }

  /// The arguments written so far.
  struct Given {
    /// Options by name.
    private(set) var options: Set<String> = []
    /// The option whose value is being written, if any.
    private(set) var current: String?
    /// How many things without a name are complete.
    private(set) var positional = 0
    /// The first thing without a name, when it is a name, or one with fields: `d.train`.
    private(set) var first: [String] = []

    /// Reads what stands in the parentheses of a call.
    init(call tokens: [Token]) {
      let parts = tokens.split(omittingEmptySubsequences: false) { $0.kind == .symbol(.comma) }
      for (index, part) in parts.enumerated() {
        let isLast = index == parts.count - 1
        if let name = Self.option(at: part) {
          options.insert(name)
          if isLast { current = name }
        } else if !isLast {
          count(part)
        }
      }
    }

    /// Reads what follows a command's verb.
    init(command tokens: ArraySlice<Token>) {
      var rest = tokens
      while !rest.isEmpty {
        if let name = Self.option(at: rest) {
          options.insert(name)
          current = name
          rest = rest.dropFirst(2)
          continue
        }
        let start = rest
        guard Self.skipOperand(&rest) else { return }
        if current == nil { count(start) }
        current = nil
      }
    }

    private mutating func count(_ operand: ArraySlice<Token>) {
      if positional == 0 { first = Self.path(at: operand) }
      positional += 1
    }

    /// A name and the fields that follow it.
    private static func path(at tokens: ArraySlice<Token>) -> [String] {
      var rest = tokens
      guard case .name(let name)? = rest.popFirst()?.kind else { return [] }
      var path = [name]
      while rest.popFirst()?.kind == .symbol(.dot), case .name(let field)? = rest.popFirst()?.kind {
        path.append(field)
      }
      return path
    }

    private static func option(at tokens: ArraySlice<Token>) -> String? {
      guard case .name(let name)? = tokens.first?.kind,
        tokens.dropFirst().first?.kind == .symbol(.assign)
      else { return nil }
      return name
    }

    /// Goes behind one operand; false when the cursor still stands inside it.
    private static func skipOperand(_ rest: inout ArraySlice<Token>) -> Bool {
      if rest.first?.kind == .symbol(.minus) { rest = rest.dropFirst() }
      guard rest.popFirst() != nil else { return false }
      while let kind = rest.first?.kind,
        [.symbol(.dot), .symbol(.range), .name("by")].contains(kind), option(at: rest) == nil
      {
        rest = rest.dropFirst()
        guard rest.popFirst() != nil else { return false }
      }
      return true
    }
  }
}
