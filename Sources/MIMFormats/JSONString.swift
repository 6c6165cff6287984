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
    var result = "\""
    for scalar in text.unicodeScalars {
      switch (scalar, form) {
      case ("\"", _): result += "\\\""
      case ("\\", _): result += "\\\\"
      case ("\n", _): result += "\\n"
      case ("\r", .general): result += "\\r"
      case ("\t", .general): result += "\\t"
      case ("\u{0}"..<" ", _), ("\u{7F}"..<"\u{A0}", .general), ("\u{2028}"..."\u{202E}", .general),
        ("\u{2066}"..."\u{2069}", .general):
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
