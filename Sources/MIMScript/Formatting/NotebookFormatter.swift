/// Lays out the cells of a notebook as ``ScriptFormatter`` does. Every byte of prose and front matter stays.
public enum NotebookFormatter {
  /// The notebook with its cells in the canonical layout. Lines keep the kind of line end that their cell's first line has.
  ///
  /// A cell that is there to show a mistake (`error: expect E007`) stays as it is.
  /// - Throws: everything that is wrong with the notebook's form and with the grammar of its cells.
  public static func format(
    _ bytes: [UInt8], name: String, vocabulary: Vocabulary
  ) throws(NotebookErrors) -> [UInt8] {
    let notebook = try NotebookReader.read(bytes, name: name)
    var errors: [ScriptError] = []
    var texts: [(cell: NotebookCell, text: String)] = []
    for cell in notebook.cells {
      do throws(NotebookErrors) {
        texts.append((cell, try ScriptFormatter.format(cell.source, vocabulary: vocabulary)))
      } catch {
        if case .expect(let code) = cell.options.error,
          error.errors.contains(where: { $0.code == code })
        {
          continue
        }
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw NotebookErrors(errors: errors) }
    var lines = RawLine.lines(of: bytes)
    for (cell, text) in texts.reversed() where text != cell.source.text {
      replace(cell, by: text, in: &lines)
    }
    return lines.flatMap { $0.content + $0.end }
  }

  /// A script in the canonical layout, with the kind of line end that its first line has.
  /// - Throws: what is wrong with its bytes or its grammar.
  public static func formatScript(
    _ bytes: [UInt8], name: String, vocabulary: Vocabulary
  ) throws(NotebookErrors) -> [UInt8] {
    let source = try NotebookReader.readScript(bytes, name: name).source
    let text = try ScriptFormatter.format(source, vocabulary: vocabulary)
    let end = RawLine.lines(of: bytes).first?.end ?? []
    guard !end.isEmpty, end != [10] else { return Array(text.utf8) }
    return text.utf8.flatMap { $0 == 10 ? end : [$0] }
  }

  /// Whether a text without a name is a notebook: it has a line that begins a cell, which no script can have.
  public static func looksLikeNotebook(_ bytes: [UInt8]) -> Bool {
    guard let notebook = try? NotebookReader.read(bytes, name: "") else {
      // One with mistakes: any line with marks of a cell.
      let text = String(decoding: bytes, as: UTF8.self)
      return text.split(whereSeparator: \.isNewline).contains { line in
        let marks = line.drop { $0 == " " }.prefix { $0 == "`" || $0 == "~" }
        return marks.count >= 3
      }
    }
    return !notebook.cells.isEmpty
  }

  private static func replace(
    _ cell: NotebookCell, by text: String, in lines: inout [RawLine]
  ) {
    let first = cell.fenceLine
    let count = cell.source.text.utf8.count { $0 == 10 }
    guard first >= 1, first + count <= lines.count else { return }
    let end = lines[first - 1].end
    let indent = [UInt8](repeating: UInt8(ascii: " "), count: columns(of: cell.prefix))
    let new = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { line in
      RawLine(content: line.isEmpty ? [] : indent + Array(line.utf8), end: end)
    }
    lines.replaceSubrange(first..<first + count, with: new)
  }

  /// The columns before a fence, which the reader cuts from the lines of its cell.
  private static func columns(of prefix: String) -> Int {
    prefix.reduce(0) { $1 == "\t" ? ($0 / 4 + 1) * 4 : $0 + 1 }
  }
}

/// A line of a file as it is, and what ends it.
private struct RawLine {
  let content: [UInt8]
  let end: [UInt8]

  static func lines(of bytes: [UInt8]) -> [RawLine] {
    var lines: [RawLine] = []
    var (start, place) = (0, 0)
    func take(_ width: Int) {
      lines.append(
        RawLine(content: Array(bytes[start..<place]), end: Array(bytes[place..<place + width])))
      start = place + width
      place = start
    }
    while place < bytes.count {
      switch bytes[place] {
      case 10: take(1)
      case 13: take(place + 1 < bytes.count && bytes[place + 1] == 10 ? 2 : 1)
      default: place += 1
      }
    }
    if start < bytes.count { take(0) }
    return lines
  }
}
