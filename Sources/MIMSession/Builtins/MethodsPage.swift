import MIMModels

extension Catalog {
  /// The methods as a Markdown table, one row each.
  public var methodsMarkdown: String {
    let head = [
      "| method | part | write | equation | source | good for | cost |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    let rows = methods.map { part, note, formula in
      let cells = [note.equation ?? formula ?? "", note.source, note.use, note.cost]
      // A bar would end the cell.
      let escaped = cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")
      return "| \(note.name) | \(part) | `\(note.words)` | \(escaped) |"
    }
    return (head + rows).joined(separator: "\n") + "\n"
  }
}
