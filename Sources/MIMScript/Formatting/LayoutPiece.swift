/// A token or a comment of a program, and how many line ends stand before it: what a layout is made of.
struct LayoutPiece {
  /// Nil for a comment.
  let token: Token?
  let text: String
  /// UTF-8 offset of its first character.
  let offset: Int
  /// Line ends between the piece before and this one.
  let lines: Int

  var isComment: Bool { token == nil }
  var symbol: Symbol? { if case .symbol(let symbol)? = token?.kind { symbol } else { nil } }
  var name: String? { if case .name(let name)? = token?.kind { name } else { nil } }
  var isOpening: Bool { symbol?.closing != nil }
  var isClosing: Bool { symbol?.isClosing == true }

  /// The piece at another place, without empty lines before it.
  func moved(by distance: Int) -> LayoutPiece {
    LayoutPiece(token: token, text: text, offset: offset + distance, lines: min(lines, 1))
  }

  /// The tokens and comments of a text in their order. Comments lose the blanks at their end.
  static func pieces(of source: Source) -> [LayoutPiece] {
    let bytes = Array(source.text.utf8)
    var pieces: [LayoutPiece] = []
    var end = 0
    for token in Lexer.tokens(of: source).tokens where token.kind != .newline {
      let lines = comments(in: bytes, end..<max(end, token.range.lowerBound), &pieces)
      guard token.kind != .end else { break }
      let text = String(decoding: bytes[token.range], as: UTF8.self)
      pieces.append(
        LayoutPiece(token: token, text: text, offset: token.range.lowerBound, lines: lines))
      end = token.range.upperBound
    }
    return pieces
  }

  /// Takes the comments from between two tokens; gives the number of line ends behind the last of them.
  private static func comments(
    in bytes: [UInt8], _ gap: Range<Int>, _ pieces: inout [LayoutPiece]
  ) -> Int {
    var (lines, place) = (0, gap.lowerBound)
    while place < gap.upperBound {
      if bytes[place] == UInt8(ascii: "\n") { lines += 1 }
      guard bytes[place] == UInt8(ascii: "#") else {
        place += 1
        continue
      }
      let end = bytes[place..<gap.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? gap.upperBound
      var text = String(decoding: bytes[place..<end], as: UTF8.self)
      while text.last?.isWhitespace == true { text.removeLast() }
      pieces.append(LayoutPiece(token: nil, text: text, offset: place, lines: lines))
      (lines, place) = (0, end)
    }
    return lines
  }
}
