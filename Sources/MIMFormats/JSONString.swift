/// Text as a JSON string (RFC 8259), with its quotes.
package enum JSONString {
  /// What is escaped beyond quotes, backslashes and control characters.
  package enum Form: Sendable {
    /// `\r` and `\t` in their short forms; the line separators that JavaScript takes for line ends too, and characters that steer a
    /// terminal or turn the order of what is read.
    case general
    /// Nothing: the headers of model files, whose bytes stay what they were.
    case header
  }

  /// `text` in quotes.
  package static func quoted(_ text: String, as form: Form = .general) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 2)
    append(text, to: &bytes, as: form)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends `text` in quotes to the UTF-8 of a document.
  package static func append(
    _ text: String, to bytes: inout [UInt8], as form: Form = .general
  ) {
    bytes.append(0x22)
    if text.utf8.allSatisfy(isPlain) {
      bytes.append(contentsOf: text.utf8)
    } else {
      for scalar in text.unicodeScalars { append(scalar, to: &bytes, as: form) }
    }
    bytes.append(0x22)
  }

  /// Whether a byte stands for itself, whatever stands around it.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x00..<0x20, 0x22, 0x5C, 0x7F, 0xC2, 0xE2: false
    default: true
    }
  }

  private static func append(
    _ scalar: Unicode.Scalar, to bytes: inout [UInt8], as form: Form
  ) {
    switch (scalar, form) {
    case ("\"", _): bytes.append(contentsOf: #"\""#.utf8)
    case ("\\", _): bytes.append(contentsOf: #"\\"#.utf8)
    case ("\n", _): bytes.append(contentsOf: #"\n"#.utf8)
    case ("\r", .general): bytes.append(contentsOf: #"\r"#.utf8)
    case ("\t", .general): bytes.append(contentsOf: #"\t"#.utf8)
    case ("\u{0}"..<" ", _), ("\u{7F}"..<"\u{A0}", .general), ("\u{2028}"..."\u{202E}", .general),
      ("\u{2066}"..."\u{2069}", .general):
      let digits = String(scalar.value, radix: 16)
      bytes.append(contentsOf: #"\u"#.utf8)
      bytes.append(contentsOf: String(repeating: "0", count: 4 - digits.count).utf8)
      bytes.append(contentsOf: digits.utf8)
    default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
  }
}
