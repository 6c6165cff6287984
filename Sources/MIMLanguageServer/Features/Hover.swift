import MIMFormats
import MIMScript
import MIMSession

extension DraftedDocument {
  /// Help on the word at a position; null where there is none.
  func hover(at position: TextPosition, table: HostTable) -> JSON {
    if let value = inlineValue(at: position) {
      let inspector = Inspector(table: table, expecting: draft.names)
      let source = Source(name: "", text: value.name)
      guard
        let found = inspector.inspect(
          source, at: value.name.utf8.count, isVariable: value.path.count == 1)
      else { return .null }
      return hover(found.lines, range(of: value.span))
    }
    guard let (cell, offset) = place(position) else { return .null }
    let occurrence = occurrence(at: position)
    let names = draft.names.merging(draft.names(in: cell, at: offset)) { $1 }
    let inspector = Inspector(table: table, expecting: names)
    guard
      let found = inspector.inspect(cell.source, at: offset, isVariable: occurrence != nil)
    else { return .null }
    var lines = found.lines
    if let occurrence, let binding = binding(of: occurrence) {
      lines += ["", "line \(binding.range.start.line + 1):  \(binding.line)"]
    }
    return hover(lines, range(of: Span(cell.source, found.range)))
  }

  private func hover(_ lines: [String], _ range: TextRange) -> JSON {
    let text = VisibleText.escaped(lines.joined(separator: "\n"))
    // A fence longer than any in the text.
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return .members([
      "contents": .members([
        "kind": .string("markdown"), "value": .string("\(fence)text\n\(text)\n\(fence)"),
      ]),
      "range": range.json,
    ])
  }

  /// The binding that a variable has its value from, as far as the text tells, and its line.
  private func binding(of occurrence: NameOccurrence) -> (range: TextRange, line: String)? {
    guard let span = definition(of: occurrence) else { return nil }
    let range = range(of: span)
    let line = document.lines.text(range.start.line)
    return (range, String(line.drop { $0 == " " }.prefix(200)))
  }
}
