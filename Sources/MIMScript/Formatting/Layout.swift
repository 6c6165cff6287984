/// Puts pieces into lines.
struct Layout {
  /// A bracket that is open.
  private struct Open {
    let symbol: Symbol
    /// The indentation of its line.
    let lineIndent: Int
    /// Where lines inside it begin.
    let column: Int
  }

  /// One line without its indentation.
  private struct Line {
    var isAfterEmptyLine = false
    let indent: Int
    private(set) var code = ""
    /// Columns of indentation and code.
    private(set) var width: Int
    var comment: String?

    init(indent: Int) {
      self.indent = indent
      width = indent
    }

    mutating func append(_ text: String) {
      code += text
      width += TextWidth.columns(text)
    }
  }

  private let pieces: [LayoutPiece]
  private let facts: LayoutFacts
  /// The places of pieces that begin a line whatever the text did: around the braces of blocks over several lines.
  private let forced: Set<Int>
  private var open: [Open] = []
  private var lines: [Line] = []
  private var head = 0

  /// Longer lines would push the comments of their neighbours too far away.
  private static let widestAligned = 60

  init(_ pieces: [LayoutPiece], _ facts: LayoutFacts) {
    self.pieces = pieces
    self.facts = facts
    forced = Self.forced(pieces)
  }

  private static func forced(_ pieces: [LayoutPiece]) -> Set<Int> {
    var forced: Set<Int> = []
    var open: [(place: Int, symbol: Symbol)] = []
    for (place, piece) in pieces.enumerated() {
      if piece.isOpening, let symbol = piece.symbol { open.append((place, symbol)) }
      guard piece.isClosing, let (start, symbol) = open.popLast(), symbol == .openBrace,
        pieces[(start + 1)...place].contains(where: { $0.lines > 0 })
      else { continue }
      if !(pieces[start + 1].isComment && pieces[start + 1].lines == 0) {
        forced.insert(start + 1)
      }
      forced.insert(place)
    }
    return forced
  }

  // MARK: Lines

  mutating func text() -> String {
    for place in pieces.indices { put(place) }
    alignComments()
    return lines.map { line in
      let end = line.comment.map { line.code.isEmpty ? $0 : line.code + $0 } ?? line.code
      let gap = line.isAfterEmptyLine ? "\n" : ""
      return gap + String(repeating: " ", count: line.indent) + end + "\n"
    }.joined()
  }

  private mutating func put(_ place: Int) {
    let piece = pieces[place]
    while head < facts.heads.count, facts.heads[head].upperBound < piece.offset { head += 1 }
    if place == 0 || piece.lines > 0 || forced.contains(place) { beginLine(place) }
    if piece.isComment {
      lines[lines.count - 1].comment = piece.text
      return
    }
    let isFirst = lines[lines.count - 1].code.isEmpty
    if !isFirst, facts.hasBlank(pieces[place - 1], piece, isBinding: isBinding(place)) {
      lines[lines.count - 1].append(" ")
    }
    lines[lines.count - 1].append(piece.text)
    if let symbol = piece.symbol, symbol.closing != nil { begin(symbol, place) }
    if piece.isClosing, !open.isEmpty { open.removeLast() }
  }

  /// Whether the `=` at this place or before it binds a name.
  private func isBinding(_ place: Int) -> Bool {
    let name = pieces[place].symbol == .assign ? place - 1 : place - 2
    return pieces.indices.contains(name) && facts.targets.contains(pieces[name].offset)
  }

  private mutating func beginLine(_ place: Int) {
    let piece = pieces[place]
    var line = Line(indent: indent(of: piece))
    if place > 0, piece.lines > 1, !piece.isClosing, !pieces[place - 1].isOpening,
      !isInHead(piece)
    {
      line.isAfterEmptyLine = true
    }
    lines.append(line)
  }

  // MARK: Columns

  private func isInHead(_ piece: LayoutPiece) -> Bool {
    facts.heads.indices.contains(head) && facts.heads[head].lowerBound < piece.offset
      && piece.offset <= facts.heads[head].upperBound
  }

  private func indent(of piece: LayoutPiece) -> Int {
    guard !piece.isClosing else { return open.last?.lineIndent ?? 0 }
    let indent = open.last?.column ?? 0
    let continues =
      isInHead(piece) && piece.symbol != .openBrace
      && (open.last?.symbol ?? .openBrace) == .openBrace
    return indent + (continues ? 2 : 0)
  }

  private mutating func begin(_ symbol: Symbol, _ place: Int) {
    guard let line = lines.last else { return }
    // The line of a block is that of its statement, whose head may have several.
    let outer = open.last { $0.symbol == .openBrace }?.column ?? 0
    let lineIndent = symbol == .openBrace ? outer : line.indent
    let next = place + 1
    let endsLine =
      next < pieces.count && (pieces[next].lines > 0 || pieces[next].isComment)
    let column = symbol == .openBrace || endsLine ? lineIndent + 2 : line.width
    open.append(Open(symbol: symbol, lineIndent: lineIndent, column: column))
  }

  // MARK: Comments

  /// Puts the comments behind the code of a paragraph, up to an empty line, into one column.
  private mutating func alignComments() {
    var start = 0
    while start < lines.count {
      var end = start + 1
      while end < lines.count, !lines[end].isAfterEmptyLine { end += 1 }
      let places = (start..<end).filter { lines[$0].comment != nil && !lines[$0].code.isEmpty }
      let widths = places.map { lines[$0].width }.filter { $0 <= Self.widestAligned }
      for place in places {
        let gap = max(widths.max() ?? 0, lines[place].width) + 2 - lines[place].width
        lines[place].append(String(repeating: " ", count: gap))
      }
      start = end
    }
  }
}
