/// What Cairo's SVG needs to be the same every time and to carry its recipe.
enum SVGText {
  /// Numbers the identifiers anew, since Cairo counts surfaces over the whole process, and adds
  /// title and recipe.
  static func finished(_ svg: String, figure: Figure) -> [UInt8] {
    var text = svg
    var head = ""
    if let title = figure.title ?? figure.panels.first?.title {
      head += "<title>\(escaped(title))</title>\n"
    }
    if let recipe = figure.recipe {
      head += "<metadata id=\"mim:recipe\">\(escaped(recipe))</metadata>\n"
    }
    if let start = text.range(of: "<svg "), let end = text[start.upperBound...].firstIndex(of: ">") {
      text.insert(contentsOf: "\n" + head, at: text.index(after: end))
    }
    return Array(text.utf8)
  }

  /// `text` as character data; characters that XML cannot carry are replaced.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\r": result += "&#13;"
      case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
