import MIMFormats

extension Table {
  /// A GitHub-flavoured Markdown table with its title and notes.
  public func markdown() -> String { displayed.plainMarkdown() }

  private func plainMarkdown() -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    var lines = title.isEmpty ? [] : ["**\(Self.markdownEscaped(title))**", ""]
    if !columns.isEmpty {
      lines.append(line(columns.map { Self.markdownEscaped($0.heading) }))
      lines.append(line(columns.indices.map { isNumeric(column: $0) ? "---:" : "---" }))
      lines += rows.indices.map { row in
        line(
          columns.indices.map {
            marked(row, $0, "**", "**", Self.markdownEscaped(cellText(row: row, column: $0)))
          })
      }
    }
    for note in notes { lines += ["", Self.markdownEscaped(note)] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text of a cell, between marks where it stands out.
  private func marked(
    _ row: Int, _ column: Int, _ before: String, _ after: String, _ text: String
  ) -> String {
    bold.contains(Place(row: row, column: column)) ? before + text + after : text
  }

  private static func markdownEscaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\|`*_[]<>".contains(character) { result.append("\\") }
      result.append(character.isNewline ? " " : character)
    }
    return result
  }

  /// Comma-separated values (RFC 4180) with a heading line; numbers unrounded, missing cells empty.
  public func csv(separator: Character = ",") -> String {
    func quoted(_ text: String) -> String { DelimitedCell.quoted(text, separator: separator) }
    let heading = columns.map { quoted($0.name) }
    let body = rows.map { row in row.map { quoted($0.fileText) } }
    return ([heading] + body).map { $0.joined(separator: String(separator)) + "\n" }.joined()
  }

  /// A LaTeX `tabular` with booktabs rules; text is escaped.
  public func latex() -> String { displayed.plainLaTeX() }

  private func plainLaTeX() -> String {
    let alignment = columns.indices.map { isNumeric(column: $0) ? "r" : "l" }.joined()
    func line(_ cells: [String]) -> String { "  " + cells.joined(separator: " & ") + " \\\\" }
    var lines = ["\\begin{tabular}{\(alignment)}", "  \\toprule"]
    lines.append(line(columns.map { Self.latexEscaped($0.heading) }))
    lines.append("  \\midrule")
    lines += rows.indices.map { row in
      line(
        columns.indices.map {
          marked(row, $0, "\\textbf{", "}", Self.latexEscaped(cellText(row: row, column: $0)))
        })
    }
    lines += ["  \\bottomrule", "\\end{tabular}"]
    lines += notes.map { "% " + String($0.map { $0.isNewline ? " " : $0 }) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func latexEscaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": result += "\\\(character)"
      case "\\": result += "\\textbackslash{}"
      case "~": result += "\\textasciitilde{}"
      case "^": result += "\\textasciicircum{}"
      case "±": result += "$\\pm$"
      case "×": result += "$\\times$"
      case "∞": result += "$\\infty$"
      case "…": result += "\\ldots{}"
      case "†": result += "\\textdagger{}"
      case "‡": result += "\\textdaggerdbl{}"
      case "§": result += "\\S{}"
      case "¶": result += "\\P{}"
      default: result.append(character.isNewline ? " " : character)
      }
    }
  }

  /// One JSON object a row; numbers unrounded.
  public func json() -> JSON {
    .array(rows.map { row in .object(zip(columns, row).map { ($0.name, $1.json) }) })
  }
}

extension Value {
  /// As data files hold it: numbers unrounded, nothing for none.
  fileprivate var fileText: String {
    switch self {
    case .none: ""
    case .number(let number): number.exactText
    case .string(let text): text
    default: shortText
    }
  }
}
