/// The table of contents of a report: its headings get names to jump to.
enum Contents {
  /// Fewer headings need no table.
  private static let fewest = 3
  /// Headings below these levels are not in it.
  private static let deepest = 3

  private struct Entry {
    let level: Int
    let name: String
    /// As HTML.
    let text: String
  }

  /// HTML whose headings have names, and a table of them; nil where there are too few.
  /// - Parameter hasOwnTitle: whether the first heading is the title, which the table does not list.
  static func numbered(
    _ html: String, hasOwnTitle: Bool
  ) -> (html: String, table: String?) {
    var entries: [Entry] = []
    var names: Set<String> = []
    // The Markdown library writes headings without attributes, and no HTML of the notebook comes through it.
    let result = html.replacing(/(?s)<h([1-6])>(.*?)<\/h\1>/) { match in
      let level = Int(match.1) ?? 1
      let name = name(for: String(match.2), &names)
      entries.append(Entry(level: level, name: name, text: text(String(match.2))))
      return "<h\(level) id=\"\(name)\">\(match.2)</h\(level)>"
    }
    if hasOwnTitle, entries.first?.level == 1 { entries.removeFirst() }
    let listed = entries.filter { $0.level <= deepest }
    guard listed.count >= fewest else { return (result, nil) }
    return (result, table(listed))
  }

  /// Without links and notes, which would stand in a link.
  private static func text(_ html: String) -> String {
    html.replacing(/<sup class="footnote-ref">.*?<\/sup>/, with: "")
      .replacing(/<\/?(a|img|span)\b[^>]*>/, with: "")
  }

  /// `sec-` and the heading's words; numbered where there are several of the same.
  private static func name(for html: String, _ used: inout Set<String>) -> String {
    let plain = html.replacing(/<annotation.*?<\/annotation>/, with: "")
      .replacing(/<[^>]*>/, with: "").replacing(/&[a-z]+;/, with: " ").lowercased()
    let words = plain.split { !$0.isLetter && !$0.isNumber }.joined(separator: "-")
    let base = "sec-" + (words.isEmpty ? "heading" : String(words.prefix(60)))
    var name = base
    var number = 2
    while !used.insert(name).inserted {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }

  /// Lists within lists by the levels of the headings.
  private static func table(_ entries: [Entry]) -> String {
    var html = ""
    var levels: [Int] = []
    for entry in entries {
      while let last = levels.last, last > entry.level {
        levels.removeLast()
        html += "</li></ol>"
      }
      if levels.last == entry.level {
        html += "</li>"
      } else {
        levels.append(entry.level)
        html += "<ol>"
      }
      html += "<li><a href=\"#\(entry.name)\">\(entry.text)</a>"
    }
    html += String(repeating: "</li></ol>", count: levels.count)
    return "<nav class=\"contents\" aria-labelledby=\"contents-name\"><details open=\"open\">"
      + "<summary id=\"contents-name\">Contents</summary>\(html)</details></nav>"
  }
}
