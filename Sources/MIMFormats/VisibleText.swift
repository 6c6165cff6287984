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
    let visible = escaped(text)
    guard visible.utf8.contains(where: { $0 == 0x09 || $0 == 0x0A }) else { return visible }
    return visible.replacing("\t", with: "  ").replacing("\n", with: "\\n")
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
    text.utf8.withContiguousStorageIfAvailable(mayNeedEscapes) ?? true
  }

  private static func mayNeedEscapes(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case 0x20..<0x7F, 0x09, 0x0A: continue
      case 0x00..<0x20, 0x7F, 0xF3: return true
      // U+0080 to U+00BF, U+2000 to U+2FFF: the second byte says whether it may be one of them.
      case 0xC2 where place + 1 < bytes.count && bytes[place + 1] >= 0xA0: continue
      case 0xE2 where place + 2 < bytes.count && !mayBeControl(bytes[place + 1], bytes[place + 2]):
        continue
      case 0xC2, 0xE2: return true
      default: continue
      }
    }
    return false
  }

  /// U+2028 to U+202E and U+2066 to U+2069, by the bytes behind 0xE2.
  private static func mayBeControl(_ second: UInt8, _ third: UInt8) -> Bool {
    switch second {
    case 0x80: 0xA8...0xAE ~= third
    case 0x81: 0xA6...0xA9 ~= third
    default: false
    }
  }
}
