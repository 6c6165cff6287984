/// Text for terminals and logs, in which nothing can steer the terminal or turn the order of what is read: characters of control are
/// shown as the language writes them, `\e[31m`, `\u{202E}`.
package enum VisibleText {
  /// `text` with its characters of control written out; line breaks and tabs stay.
  package static func escaped(_ text: String) -> String {
    guard mayNeedEscapes(text) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHarmless(scalar) {
        result.unicodeScalars.append(scalar)
      } else {
        result += written(scalar)
      }
    }
    return result
  }

  /// The same for a text that has to stay on one line.
  package static func onOneLine(_ text: String) -> String {
    escaped(text).replacing("\t", with: "  ").replacing("\n", with: "\\n")
  }

  /// How the language writes a character.
  private static func written(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\u{1B}": "\\e"
    case "\r": "\\r"
    default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: true
    // Control characters of both kinds, line and paragraph separators, embedding and overriding of direction, isolates, tags.
    case 0x00..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xE0000...0xE007F: false
    default: true
    }
  }

  /// A quick look at the bytes: most texts have nothing of the kind.
  private static func mayNeedEscapes(_ text: String) -> Bool {
    text.utf8.contains { byte in
      switch byte {
      case 0x09, 0x0A: false
      case 0x00..<0x20, 0x7F, 0xC2, 0xE2, 0xF3: true
      default: false
      }
    }
  }
}
