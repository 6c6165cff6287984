/// Text as XML and HTML show it literally.
package enum MarkupText {
  /// Where the text stands.
  package enum Place: Sendable {
    /// Character data of an XML file: carriage returns are kept.
    case xml
    /// HTML, within quotes too.
    case html
  }

  /// `text` with its marks escaped; characters that the place cannot carry become `�`.
  package static func escaped(_ text: String, for place: Place) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch (scalar, place) {
      case ("&", _): result += "&amp;"
      case ("<", _): result += "&lt;"
      case (">", _): result += "&gt;"
      case ("\"", .html): result += "&quot;"
      case ("\t", _), ("\n", _): result.unicodeScalars.append(scalar)
      case ("\r", .xml): result += "&#13;"
      case ("\u{0}"..<" ", _), ("\u{FFFE}"..."\u{FFFF}", .xml), ("\u{7F}", .html):
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The text that was escaped.
  package static func unescaped(_ text: String) -> String {
    let marks = [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#13;", "\r"), ("&amp;", "&"),
    ]
    return marks.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }
}
