/// A piece of TeX.
enum TeXToken: Equatable {
  /// `\alpha`, or `\,` as `,`.
  case command(String)
  /// A command whose braces hold text instead of a formula: `\text{if }`, `\begin{cases}`.
  case text(command: String, String)
  case character(Character)
  /// Digits, with a point between them.
  case number(String)
  case open, close, above, below
  /// `&` and `\\` of a table.
  case cell, row
}

/// Why a formula is shown as its source.
struct TeXError: Error, Equatable {
  let reason: String
}

/// Divides TeX into its pieces.
struct TeXLexer {
  private var rest: Substring
  private static let textCommands: Set<String> = [
    "text", "textrm", "textnormal", "textit", "textbf", "mbox", "operatorname", "operatorname*",
    "begin", "end",
  ]

  private init(_ text: String) { rest = text[...] }

  /// The pieces.
  /// - Throws: `TeXError` for braces of a text that don't end.
  static func tokens(_ text: String) throws(TeXError) -> [TeXToken] {
    var lexer = TeXLexer(text)
    var tokens: [TeXToken] = []
    while let token = try lexer.next() { tokens.append(token) }
    return tokens
  }

  private mutating func next() throws(TeXError) -> TeXToken? {
    rest = rest.drop(while: \.isWhitespace)
    guard let first = rest.popFirst() else { return nil }
    switch first {
    case "\\": return try command()
    case "{": return .open
    case "}": return .close
    case "^": return .above
    case "_": return .below
    case "&": return .cell
    case "~": return .command(" ")
    case "%", "#", "$": throw TeXError(reason: "`\(first)` has another meaning in TeX")
    case "0"..."9":
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      // A point at the end is one of the sentence.
      let number = digits.hasSuffix(".") ? digits.dropLast() : digits
      rest = rest.dropFirst(number.count)
      return .number(String(first) + number)
    default: return .character(first)
    }
  }

  private mutating func command() throws(TeXError) -> TeXToken {
    guard let first = rest.first else { throw TeXError(reason: "it ends in a backslash") }
    guard first.isASCII, first.isLetter else {
      rest.removeFirst()
      if first == "\\" {
        // `\\[2pt]`: the distance to the next row.
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
          rest = rest[rest.index(after: end)...]
        }
        return .row
      }
      return .command(String(first))
    }
    var name = String(rest.prefix { $0.isASCII && $0.isLetter })
    rest = rest.dropFirst(name.count)
    if name == "operatorname", rest.first == "*" {
      name += "*"
      rest = rest.dropFirst()
    }
    guard Self.textCommands.contains(name) else { return .command(name) }
    rest = rest.drop(while: \.isWhitespace)
    guard rest.popFirst() == "{" else { throw TeXError(reason: "`\\\(name)` needs braces") }
    var (text, depth) = ("", 1)
    while let character = rest.popFirst() {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth == 0 { return .text(command: name, text) }
      text.append(character)
    }
    throw TeXError(reason: "the braces of `\\\(name)` don't end")
  }
}
