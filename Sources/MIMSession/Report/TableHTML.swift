import Foundation
import MIMScript

/// A table of a cell in a page.
enum TableHTML {
  /// Text that is longer, in characters, is broken into lines of a readable width.
  private static let longestWords = 16
  /// Text that is longer gets wider lines, so that its rows stay low.
  private static let longestLine = 48

  /// The table as HTML. Cells of text have a class that says how long they are, which style sheets can't find out.
  static func html(_ table: Table) -> String {
    let parts = CommonMark.html(table.markdown()).components(separatedBy: "<td>")
    return parts.dropFirst().reduce(parts[0]) { html, part in
      let text = part.range(of: "</td>").map { part[..<$0.lowerBound] } ?? part[...]
      return html + "<td\(kind(of: text))>" + part
    }
  }

  private static func kind(of html: Substring) -> String {
    let count = html.replacing(/<[^>]*>/, with: "").replacing(/&[a-z]+;/, with: "&").count
    return count > longestLine
      ? " class=\"sentence\"" : count > longestWords ? " class=\"words\"" : ""
  }
}
