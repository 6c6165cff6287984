import MIMFormats

/// Turns TeX into presentation MathML: what is usual in papers on learning. A command that it doesn't know ends it, since half a
/// formula would say something else.
struct TeXParser {
  /// A part of a formula.
  struct Node {
    var markup: String
    /// Whether limits stand above and below it.
    var hasLimits = false
    /// Whether it is a name, which a small blank divides from what it is applied to.
    var isFunction = false
  }

  private var tokens: ArraySlice<TeXToken>
  private var depth = 0
  /// Letters are in this alphabet.
  private var alphabet: TeXAlphabet?
  private static let deepest = 60

  private init(_ tokens: [TeXToken]) { self.tokens = tokens[...] }

  /// The MathML of a formula, without the element `math`.
  /// - Throws: `TeXError`.
  static func markup(_ tex: String) throws(TeXError) -> String {
    var parser = TeXParser(try TeXLexer.tokens(tex))
    let nodes = try parser.nodes { _ in false }
    return row(nodes).markup
  }

  // MARK: Rows and scripts

  private mutating func nodes(
    until isEnd: (TeXToken) -> Bool
  ) throws(TeXError) -> [Node] {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else { throw TeXError(reason: "it is nested too deeply") }
    var nodes: [Node] = []
    while let token = tokens.first, !isEnd(token) {
      let node = try scripted()
      nodes.append(node)
      if node.isFunction, let next = tokens.first, !isEnd(next), Self.isApplied(next) {
        nodes.append(Node(markup: Self.space("0.167em")))
      }
    }
    return nodes
  }

  /// Whether a blank stands between a function's name and this.
  private static func isApplied(_ token: TeXToken) -> Bool {
    switch token {
    case .character(let character): !"([|),.;".contains(character)
    case .command(let name): !["left", "right", "big", "Big", "bigl", "Bigl"].contains(name)
    case .number, .text, .open: true
    default: false
    }
  }

  private static func row(_ nodes: [Node]) -> Node {
    nodes.count == 1 ? nodes[0] : Node(markup: "<mrow>\(nodes.map(\.markup).joined())</mrow>")
  }

  /// Something with what stands above and below its right side.
  private mutating func scripted() throws(TeXError) -> Node {
    let hasBase = tokens.first != .above && tokens.first != .below
    var base = Node(markup: "<mrow></mrow>")
    if hasBase { base = try atom() }
    var (below, above): (Node?, Node?) = (nil, nil)
    var primes = ""
    scripts: while let token = tokens.first {
      switch token {
      case .command("limits"), .command("nolimits"): tokens.removeFirst()
      case .character("'") where above == nil:
        tokens.removeFirst()
        primes += "′"
      case .below where below == nil:
        tokens.removeFirst()
        below = try argument()
      case .above where above == nil:
        tokens.removeFirst()
        above = try argument()
      case .below, .above: throw TeXError(reason: "two scripts stand in one place")
      default: break scripts
      }
    }
    if !primes.isEmpty {
      let mark = "<mo>\(primes)</mo>"
      above = Node(markup: above.map { "<mrow>\(mark)\($0.markup)</mrow>" } ?? mark)
    }
    return Self.joined(base, below, above)
  }

  private static func joined(_ base: Node, _ below: Node?, _ above: Node?) -> Node {
    var node = base
    node.hasLimits = false
    let names = base.hasLimits ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup")
    switch (below?.markup, above?.markup) {
    case (let below?, let above?):
      node.markup = "<\(names.2)>\(base.markup)\(below)\(above)</\(names.2)>"
    case (let below?, nil): node.markup = "<\(names.0)>\(base.markup)\(below)</\(names.0)>"
    case (nil, let above?): node.markup = "<\(names.1)>\(base.markup)\(above)</\(names.1)>"
    case (nil, nil): return base
    }
    return node
  }

  /// What a command or a script is about: braces, or the next thing alone.
  private mutating func argument() throws(TeXError) -> Node {
    guard let token = tokens.first else {
      throw TeXError(reason: "something is missing at its end")
    }
    if case .number(let digits) = token, digits.count > 1 {
      // TeX takes one digit.
      tokens[tokens.startIndex] = .number(String(digits.dropFirst()))
      return number(String(digits.prefix(1)))
    }
    switch token {
    case .close, .above, .below, .cell, .row:
      throw TeXError(reason: "something is missing before a brace or a script")
    default:
      depth += 1
      defer { depth -= 1 }
      guard depth < Self.deepest else { throw TeXError(reason: "it is nested too deeply") }
      return try atom()
    }
  }

  private mutating func group() throws(TeXError) -> Node {
    let nodes = try nodes { $0 == .close }
    guard tokens.popFirst() == .close else { throw TeXError(reason: "a brace doesn't end") }
    return Self.row(nodes)
  }

  // MARK: Atoms

  private mutating func atom() throws(TeXError) -> Node {
    guard let token = tokens.popFirst() else { throw TeXError(reason: "it ends too early") }
    switch token {
    case .open: return try group()
    case .number(let digits): return number(digits)
    case .character(let character): return Self.node(character, alphabet)
    case .text("begin", let name): return try table(name)
    case .text(let command, let text): return try self.text(command, text)
    case .command(let name): return try command(name)
    case .close: throw TeXError(reason: "a brace closes nothing")
    case .cell, .row: throw TeXError(reason: "`&` and `\\\\` need \\begin{…}")
    case .above, .below: throw TeXError(reason: "a script stands alone")
    }
  }

  private func number(_ digits: String) -> Node {
    let shown = alphabet.map { alphabet in String(digits.map { alphabet.character($0) }) } ?? digits
    return Node(markup: "<mn>\(shown)</mn>")
  }

  private static func node(_ character: Character, _ alphabet: TeXAlphabet?) -> Node {
    if character.isLetter { return letter(character, alphabet) }
    switch character {
    case "-": return Node(markup: "<mo>−</mo>")
    case "*": return Node(markup: "<mo>∗</mo>")
    case "(", ")", "[", "]", "|": return Node(markup: fixed("\(character)"))
    default: return Node(markup: "<mo>\(escaped("\(character)"))</mo>")
    }
  }

  private static func letter(_ character: Character, _ alphabet: TeXAlphabet?) -> Node {
    let shown = escaped("\(alphabet?.character(character) ?? character)")
    // A single letter would be slanted.
    return Node(
      markup: "<mi\(alphabet == .upright ? " mathvariant=\"normal\"" : "")>\(shown)</mi>")
  }

  static func escaped(_ text: String) -> String { MarkupText.escaped(text, for: .html) }
  static func space(_ width: String) -> String { "<mspace width=\"\(width)\"></mspace>" }
  /// A delimiter that keeps its size.
  static func fixed(_ sign: String) -> String {
    "<mo stretchy=\"false\">\(escaped(sign))</mo>"
  }

  private func text(_ command: String, _ text: String) throws(TeXError) -> Node {
    switch command {
    case "operatorname": return Node(markup: Self.name(text), isFunction: true)
    case "operatorname*": return Node(markup: Self.limit(text), hasLimits: true, isFunction: true)
    case "end": throw TeXError(reason: "\\end{\(text)} has no \\begin")
    default:
      guard !text.contains(where: { "\\$".contains($0) }) else {
        throw TeXError(reason: "the text holds a formula")
      }
      let style =
        switch command {
        case "textbf": " style=\"font-weight: bold\""
        case "textit": " style=\"font-style: italic\""
        default: ""
        }
      // Blanks at the ends of a text would be lost.
      let shown = Self.escaped(text).replacing(" ", with: "\u{A0}")
      return Node(markup: "<mtext\(style)>\(shown)</mtext>")
    }
  }

  private static func name(_ text: String) -> String {
    let shown = escaped(text.replacing("\\,", with: " ").replacing("\\ ", with: " "))
    return "<mi\(text.count == 1 ? " mathvariant=\"normal\"" : "")>\(shown)</mi>"
  }

  private static func limit(_ text: String) -> String {
    "<mo movablelimits=\"true\" form=\"prefix\" lspace=\"0\" rspace=\"0\">"
      + escaped(text.replacing("\\,", with: " ")) + "</mo>"
  }

  // MARK: Commands

  private mutating func command(_ name: String) throws(TeXError) -> Node {
    if let letter = TeXSymbols.letters[name], let first = letter.first {
      // Greek capitals are upright.
      let isCapital = name.first?.isUppercase == true && first.isLetter
      return Self.letter(first, alphabet ?? (isCapital ? .upright : nil))
    }
    if let sign = TeXSymbols.operators[name] {
      return Node(markup: "<mo>\(Self.escaped(sign))</mo>")
    }
    if let sign = TeXSymbols.largeOperators[name] {
      return Node(markup: "<mo movablelimits=\"true\">\(sign)</mo>", hasLimits: true)
    }
    if let sign = TeXSymbols.integrals[name] { return Node(markup: "<mo>\(sign)</mo>") }
    if TeXSymbols.functions.contains(name) {
      return Node(markup: Self.name(name), isFunction: true)
    }
    if let words = TeXSymbols.limits[name] {
      return Node(markup: Self.limit(words), hasLimits: true, isFunction: true)
    }
    if let sign = TeXSymbols.delimiters[name] { return Node(markup: Self.fixed(sign)) }
    if let width = TeXSymbols.spaces[name] { return Node(markup: Self.space(width)) }
    if TeXSymbols.ignored.contains(name) { return Node(markup: "") }
    if let alphabet = TeXAlphabet(command: name) { return try inAlphabet(alphabet) }
    if let accent = TeXSymbols.accents[name] { return try accented(accent) }
    if TeXSymbols.sizes.contains(name) { return try sizedDelimiter(name) }
    return try structure(name)
  }

  private mutating func inAlphabet(_ alphabet: TeXAlphabet) throws(TeXError) -> Node {
    let before = self.alphabet
    self.alphabet = alphabet
    defer { self.alphabet = before }
    // A word in upright letters is one name: \mathrm{KL}.
    if alphabet == .upright, tokens.first == .open, let word = word() {
      return Node(markup: Self.name(word))
    }
    return try argument()
  }

  /// The letters within braces, where there is nothing else.
  private mutating func word() -> String? {
    var text = ""
    for (place, token) in zip(tokens.indices, tokens).dropFirst() {
      switch token {
      case .character(let character) where character.isLetter: text.append(character)
      case .close where text.count > 1:
        tokens = tokens[(place + 1)...]
        return text
      default: return nil
      }
    }
    return nil
  }

  private mutating func accented(
    _ accent: (sign: String, isAbove: Bool, stretches: Bool)
  ) throws(TeXError) -> Node {
    let base = try argument()
    let sign =
      "<mo stretchy=\"\(accent.stretches)\">\(Self.escaped(accent.sign))</mo>"
    let (name, mark) = accent.isAbove ? ("mover", "accent") : ("munder", "accentunder")
    let isBrace = "⏞⏟".contains(accent.sign)
    return Node(
      markup: "<\(name)\(isBrace ? "" : " \(mark)=\"true\"")>\(base.markup)\(sign)</\(name)>",
      hasLimits: isBrace)
  }

  private mutating func structure(_ name: String) throws(TeXError) -> Node {
    switch name {
    case "frac", "dfrac", "tfrac":
      let (above, below) = (try argument(), try argument())
      return Node(markup: "<mfrac>\(above.markup)\(below.markup)</mfrac>")
    case "binom":
      let (above, below) = (try argument(), try argument())
      return Node(
        markup: "<mrow><mo>(</mo><mfrac linethickness=\"0\">\(above.markup)\(below.markup)</mfrac>"
          + "<mo>)</mo></mrow>")
    case "sqrt": return try root()
    case "left": return try delimited()
    case "overset", "stackrel", "underset":
      let (mark, base) = (try argument(), try argument())
      let element = name == "underset" ? "munder" : "mover"
      return Node(markup: "<\(element)>\(base.markup)\(mark.markup)</\(element)>")
    case "%", "#", "$", "&", "_": return Node(markup: "<mo>\(Self.escaped(name))</mo>")
    case "pmod":
      let argument = try argument()
      return Node(
        markup: Self.space("0.5em") + "<mrow><mo>(</mo><mi>mod</mi>" + Self.space("0.333em")
          + argument.markup + "<mo>)</mo></mrow>")
    default: throw TeXError(reason: "`\\\(name)` is not known")
    }
  }

  private mutating func root() throws(TeXError) -> Node {
    guard tokens.first == .character("[") else {
      let content = try argument()
      return Node(markup: "<msqrt>\(content.markup)</msqrt>")
    }
    tokens.removeFirst()
    let index = try nodes { $0 == .character("]") }
    guard tokens.popFirst() != nil else { throw TeXError(reason: "a bracket doesn't end") }
    let content = try argument()
    return Node(markup: "<mroot>\(content.markup)\(Self.row(index).markup)</mroot>")
  }

  // MARK: Delimiters

  private mutating func delimited() throws(TeXError) -> Node {
    var parts = Self.stretching(try delimiter(), "prefix")
    while true {
      let nodes = try nodes { $0 == .command("right") || $0 == .command("middle") }
      parts += Self.row(nodes).markup
      guard let end = tokens.popFirst() else { throw TeXError(reason: "\\left has no \\right") }
      parts += Self.stretching(try delimiter(), end == .command("right") ? "postfix" : "infix")
      if end == .command("right") { return Node(markup: "<mrow>\(parts)</mrow>") }
    }
  }

  private static func stretching(_ sign: String, _ form: String) -> String {
    sign.isEmpty
      ? "" : "<mo form=\"\(form)\" fence=\"true\" stretchy=\"true\">\(escaped(sign))</mo>"
  }

  private mutating func sizedDelimiter(_ name: String) throws(TeXError) -> Node {
    let sizes = name.dropFirst().hasPrefix("igg") ? ["2.4em", "3em"] : ["1.2em", "1.8em"]
    let size = sizes[name.hasPrefix("B") ? 1 : 0]
    let sign = Self.escaped(try delimiter())
    return Node(
      markup: "<mo minsize=\"\(size)\" maxsize=\"\(size)\" stretchy=\"true\">\(sign)</mo>")
  }

  /// The delimiter behind \left and its kin; empty for a point.
  private mutating func delimiter() throws(TeXError) -> String {
    switch tokens.popFirst() {
    case .character("."): return ""
    case .character(let character) where "()[]|/<>".contains(character):
      return character == "<" ? "⟨" : character == ">" ? "⟩" : "\(character)"
    case .command(let name):
      if let sign = TeXSymbols.delimiters[name] ?? TeXSymbols.operators[name] { return sign }
    default: break
    }
    throw TeXError(reason: "a delimiter is missing")
  }
}

extension TeXParser {
  /// A table between \begin and \end.
  fileprivate mutating func table(_ name: String) throws(TeXError) -> Node {
    guard let kind = TeXTable(name) else { throw TeXError(reason: "\\begin{\(name)} is not known") }
    if name == "array" { try skipColumns() }
    var rows: [[String]] = [[]]
    while true {
      let nodes = try nodes {
        if case .text("end", _) = $0 { true } else { $0 == .cell || $0 == .row }
      }
      rows[rows.count - 1].append(Self.row(nodes).markup)
      switch tokens.popFirst() {
      case .cell: continue
      case .row: rows.append([])
      case .text(_, name): return Node(markup: kind.markup(rows))
      default: throw TeXError(reason: "\\begin{\(name)} has no \\end")
      }
    }
  }

  /// `{lcr}` of an array.
  private mutating func skipColumns() throws(TeXError) {
    guard tokens.popFirst() == .open else { throw TeXError(reason: "an array needs its columns") }
    while let token = tokens.popFirst(), token != .close {}
  }
}
