/// A formula of the prose: TeX between dollars.
package struct Formula: Equatable {
  let tex: String
  /// Whether it has a line of its own: `$$…$$`.
  let isDisplay: Bool

  /// How it was written.
  var source: String { isDisplay ? "$$\(tex)$$" : "$\(tex)$" }

  /// Longer ones are shown as they were written.
  private static let longest = 20_000

  /// As HTML: MathML, with its source for programs that read it out; where something in it is not known, the source as code.
  var html: String {
    guard tex.utf8.count <= Self.longest, let markup = try? TeXParser.markup(tex) else {
      return "<code class=\"tex\">\(HTML.escaped(source))</code>"
    }
    let text = HTML.escaped(tex)
    let math =
      "<math\(isDisplay ? " display=\"block\"" : "") alttext=\"\(text)\"><semantics><mrow>\(markup)"
      + "</mrow><annotation encoding=\"application/x-tex\">\(text)</annotation></semantics></math>"
    return isDisplay ? "<span class=\"formula\" tabindex=\"0\">\(math)</span>" : math
  }

  /// A text that holds nothing but words and formulas, as HTML.
  package static func html(of text: String) -> String {
    let (marked, formulas) = FormulaFinder.marked(text, with: FormulaFinder.mark(for: [text]))
    return FormulaFinder.filled(HTML.escaped(marked), formulas)
  }
}

/// Finds formulas in Markdown, and keeps Markdown from reading them: each gives its place to a word, which is replaced again in the
/// HTML.
///
/// As in Pandoc, a `$` opens a formula before something that is no blank, and one behind something that is no blank and before no
/// digit closes it, so that `$5 and $10` are prices.
struct FormulaFinder {
  /// The word that stands for all formulas but for their number, which follows it, and an `x`.
  private let mark: String
  private var formulas: [Formula] = []
  private var result = ""

  /// Formulas and the word that stands for them.
  struct Found {
    let mark: String
    let formulas: [Formula]
  }

  /// A word that the texts do not hold.
  static func mark(for texts: [String]) -> String {
    var mark = "mimformula"
    while texts.contains(where: { $0.contains(mark) }) { mark += "y" }
    return mark
  }

  /// The text with words in place of its formulas.
  /// - Parameter earlier: the formulas of texts before it, which have the same word.
  static func marked(
    _ text: String, with mark: String, after earlier: [Formula] = []
  ) -> (text: String, found: Found) {
    var finder = FormulaFinder(mark: mark)
    finder.formulas = earlier
    guard text.contains("$") else { return (text, Found(mark: mark, formulas: earlier)) }
    finder.read(text)
    return (finder.result, Found(mark: mark, formulas: finder.formulas))
  }

  private init(mark: String) { self.mark = mark }

  private mutating func read(_ text: String) {
    var fence: Substring?
    var paragraph = ""
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.drop { $0 == " " || $0 == ">" }
      let ticks = words.prefix { $0 == words.first }
      let isFence = ticks.count >= 3 && (ticks.first == "`" || ticks.first == "~")
      if let open = fence {
        result += line + "\n"
        let isBare = words.allSatisfy { $0 == ticks.first || $0.isWhitespace }
        if isFence, isBare, ticks.hasPrefix(open) { fence = nil }
      } else if isFence || words.allSatisfy(\.isWhitespace) {
        read(paragraph: paragraph)
        paragraph = ""
        result += line + "\n"
        if isFence { fence = ticks }
      } else {
        paragraph += line + "\n"
      }
    }
    read(paragraph: paragraph)
    // One line end more than there was.
    if result.hasSuffix("\n") { result.removeLast() }
  }

  private mutating func read(paragraph: String) {
    var rest = paragraph[...]
    while let first = rest.first {
      switch first {
      case "\\": move(&rest, 2)
      case "`": skipCode(&rest)
      case "$":
        if let (formula, end) = Self.formula(rest) {
          result += "\(mark)\(formulas.count)x"
          formulas.append(formula)
          rest = rest[end...]
        } else {
          move(&rest, rest.prefix { $0 == "$" }.count)
        }
      default: move(&rest, rest.prefix { !"\\`$".contains($0) }.count)
      }
    }
  }

  private mutating func move(_ rest: inout Substring, _ count: Int) {
    result += rest.prefix(count)
    rest = rest.dropFirst(count)
  }

  /// Code in a line stays as it is, dollars too.
  private mutating func skipCode(_ rest: inout Substring) {
    let ticks = rest.prefix { $0 == "`" }
    var place = ticks.endIndex
    while place < rest.endIndex, let next = rest[place...].firstIndex(of: "`") {
      let run = rest[next...].prefix { $0 == "`" }
      if run.count == ticks.count {
        result += rest[..<run.endIndex]
        rest = rest[run.endIndex...]
        return
      }
      place = run.endIndex
    }
    move(&rest, ticks.count)
  }

  /// The formula at the beginning of a text, and where it ends.
  private static func formula(_ text: Substring) -> (Formula, Substring.Index)? {
    let dollars = text.prefix { $0 == "$" }
    guard dollars.count <= 2 else { return nil }
    let isDisplay = dollars.count == 2
    let content = text[dollars.endIndex...]
    guard let next = content.first, isDisplay || !next.isWhitespace else { return nil }
    var place = content.startIndex
    while place < content.endIndex {
      switch content[place] {
      case "\\":
        place = content.index(place, offsetBy: 2, limitedBy: content.endIndex) ?? content.endIndex
        continue
      // Code, which no formula reaches into.
      case "`": return nil
      case "$":
        let run = content[place...].prefix { $0 == "$" }
        let tex = content[..<place]
        if isDisplay, run.count == 2, !tex.allSatisfy(\.isWhitespace) {
          return (Formula(tex: String(tex), isDisplay: true), run.endIndex)
        }
        let isClosing =
          !isDisplay && run.count == 1 && tex.last?.isWhitespace == false
          && text[run.endIndex...].first?.isNumber != true
        if isClosing { return (Formula(tex: String(tex), isDisplay: false), run.endIndex) }
        // A formula holds no dollar; that of a text in a displayed one is told when it is read.
        guard isDisplay else { return nil }
        place = run.endIndex
        continue
      default: break
      }
      place = content.index(after: place)
    }
    return nil
  }

  // MARK: HTML

  /// The HTML with the formulas in their places. In code and within tags they stand as they were written.
  static func filled(_ html: String, _ found: Found) -> String {
    guard !found.formulas.isEmpty else { return html }
    var result = ""
    var rest = html[...]
    var isInTag = false
    var isInCode = false
    while let next = rest.firstRange(of: found.mark) {
      follow(rest[..<next.lowerBound], &isInTag, &isInCode)
      result += rest[..<next.lowerBound]
      rest = rest[next.upperBound...]
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits), found.formulas.indices.contains(number) else { continue }
      rest = rest.dropFirst(digits.count + 1)
      let formula = found.formulas[number]
      result += isInTag || isInCode ? HTML.escaped(formula.source) : formula.html
    }
    return result + rest
  }

  private static func follow(_ html: Substring, _ isInTag: inout Bool, _ isInCode: inout Bool) {
    for place in html.indices {
      switch html[place] {
      case "<":
        isInTag = true
        let tag = html[place...]
        if tag.hasPrefix("<code") || tag.hasPrefix("<pre") { isInCode = true }
        if tag.hasPrefix("</code") || tag.hasPrefix("</pre") { isInCode = false }
      case ">": isInTag = false
      default: break
      }
    }
  }
}
