import MIMScript
import MIMSession

/// An open text with what is known of it: positions of the editor are places in cells and back.
struct DraftedDocument: Sendable {
  let document: TextDocument
  let draft: Draft
  /// The lines of cells and of the whole text, by the line of the file on which they begin.
  private var sources: [Int: TextLines] = [:]

  init(_ document: TextDocument, table: HostTable) {
    self.document = document
    draft = Draft(
      document.text, path: document.path, isScript: document.isScript, table: table)
    for cell in draft.notebook.cells {
      sources[cell.source.firstLine] = TextLines(cell.source.text)
    }
    sources[1] = TextLines(draft.notebook.source.text)
  }

  private func lines(of source: Source) -> TextLines {
    // What isn't text has a source of its own, for the place of that mistake.
    guard let lines = sources[source.firstLine], lines.byteCount == source.text.utf8.count else {
      return TextLines(source.text)
    }
    return lines
  }

  /// The editor's range of a place in a cell, in prose or in front matter.
  func range(of span: Span) -> TextRange {
    let lines = lines(of: span.source)
    return TextRange(
      position(of: span.range.lowerBound, in: span.source, lines),
      position(of: span.range.upperBound, in: span.source, lines))
  }

  private func position(of offset: Int, in source: Source, _ lines: TextLines) -> TextPosition {
    let place = lines.position(of: offset)
    let line = source.firstLine - 1 + place.line
    return TextPosition(
      line: line, character: place.character + indent(of: line, lines.width(place.line)))
  }

  /// What the reader has cut from the beginning of a line: the indentation of its fence.
  private func indent(of line: Int, _ width: Int) -> Int {
    max(0, document.lines.width(line) - width)
  }

  /// The cell at a position, and the UTF-8 offset in its text.
  func place(_ position: TextPosition) -> (cell: NotebookCell, offset: Int)? {
    for cell in draft.notebook.cells {
      let line = position.line - (cell.source.firstLine - 1)
      let lines = lines(of: cell.source)
      // Behind the last line end of a cell its fence is closed; a script goes on there.
      guard line >= 0, line < lines.count - (document.isScript ? 0 : 1) else { continue }
      let indent = indent(of: position.line, lines.width(line))
      let inside = TextPosition(line: line, character: max(0, position.character - indent))
      return (cell, lines.offset(of: inside))
    }
    return nil
  }

  /// The lines of a cell with its fences.
  func range(of cell: NotebookCell) -> TextRange {
    guard !document.isScript else {
      return TextRange(TextPosition(line: 0, character: 0), document.lines.end)
    }
    let last = min(
      document.lines.count - 1, cell.fenceLine + lines(of: cell.source).count - 1)
    return TextRange(
      TextPosition(line: cell.fenceLine - 1, character: 0),
      TextPosition(line: last, character: document.lines.width(last)))
  }
}
