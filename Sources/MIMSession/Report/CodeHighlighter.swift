import MIMScript

/// Colours code in reports: comments, strings, numbers, verbs, option names.
enum CodeHighlighter {
  private static let keywords: Set<String> = [
    "param", "for", "in", "if", "else", "by", "and", "or", "not", "true", "false", "none", "time",
    "sweep", "figure",
  ]

  /// The code as HTML.
  static func html(_ code: String, _ vocabulary: Vocabulary) -> String {
    var rest = code[...]
    var result = ""
    while let first = rest.first {
      let token = self.token(rest, first)
      rest = rest.dropFirst(token.count)
      let text = HTML.escaped(String(token))
      if let kind = kind(token, first, after: rest, vocabulary) {
        result += "<span class=\"\(kind)\">\(text)</span>"
      } else {
        result += text
      }
    }
    return result
  }

  private static func token(_ text: Substring, _ first: Character) -> Substring {
    if first == "#" { return text.prefix { $0 != "\n" } }
    if first == "\"" || first == "'" { return string(text, first) }
    if first.isNumber { return text.prefix { $0.isNumber || "._e".contains($0) } }
    if first.isLetter { return text.prefix { $0.isLetter || $0.isNumber || $0 == "_" } }
    return text.prefix(1)
  }

  private static func string(_ text: Substring, _ quote: Character) -> Substring {
    var end = text.index(after: text.startIndex)
    while end < text.endIndex, text[end] != "\n" {
      let character = text[end]
      end = text.index(after: end)
      if character == quote { break }
      if character == "\\", end < text.endIndex { end = text.index(after: end) }
    }
    return text[..<end]
  }

  private static func kind(
    _ token: Substring, _ first: Character, after rest: Substring, _ vocabulary: Vocabulary
  ) -> String? {
    if first == "#" { return "comment" }
    if first == "\"" || first == "'" { return "string" }
    if first.isNumber { return "number" }
    guard first.isLetter else { return nil }
    if keywords.contains(String(token)) { return "keyword" }
    if rest.first == "=", rest.dropFirst().first != "=" { return "option" }
    let isVerb = vocabulary.verbs.contains(String(token))
    return isVerb || vocabulary.functions.contains(String(token)) ? "verb" : nil
  }
}
