import MIMScript

extension DraftedDocument {
  /// The change that lays the text out in the canonical style; null where mistakes forbid it, which the diagnostics tell.
  func formatting(_ vocabulary: Vocabulary) -> JSON {
    let bytes = Array(document.text.utf8)
    let new: [UInt8]
    do throws(NotebookErrors) {
      new =
        document.isScript
        ? try NotebookFormatter.formatScript(bytes, name: document.path, vocabulary: vocabulary)
        : try NotebookFormatter.format(bytes, name: document.path, vocabulary: vocabulary)
    } catch {
      return .null
    }
    return .array(changes(to: String(decoding: new, as: UTF8.self)).map(\.json))
  }

  /// One edit from the first line that differs to the last: the cursor and marks elsewhere stay.
  private func changes(to text: String) -> [TextEdit] {
    let old = Array(document.text.utf8)
    let new = Array(text.utf8)
    guard old != new else { return [] }
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    while start > 0, old[start - 1] != 10 { start -= 1 }
    var end = 0
    while end < min(old.count, new.count) - start,
      old[old.count - 1 - end] == new[new.count - 1 - end]
    {
      end += 1
    }
    func beginsLine(_ bytes: [UInt8], _ place: Int) -> Bool { place == 0 || bytes[place - 1] == 10 }
    while end > 0, !beginsLine(old, old.count - end) || !beginsLine(new, new.count - end) {
      end -= 1
    }
    let range = TextRange(
      document.lines.position(of: start), document.lines.position(of: old.count - end))
    return [
      TextEdit(
        range: range, text: String(decoding: new[start..<new.count - end], as: UTF8.self))
    ]
  }
}
