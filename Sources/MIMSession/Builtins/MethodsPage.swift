import MIMModels

extension Catalog {
  /// The methods as a Markdown table, one row each.
  public var methodsMarkdown: String {
    let head = [
      "| method | part | write | equation | source | good for | cost |",
      "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    let rows = methods.map { part, note, formula in
      let equation = (note.equation ?? formula ?? "").replacing("|", with: "\\|")
      return "| \(note.name) | \(part) | `\(note.words)` | \(equation) | \(note.source) | "
        + "\(note.use) | \(note.cost) |"
    }
    return (head + rows).joined(separator: "\n") + "\n"
  }
}
