import MIMFormats
import MIMScript
import MIMSession

extension DraftedDocument {
  /// What may be written at a position: the same words as Tab offers at the prompt, and file names.
  func completion(at position: TextPosition, table: HostTable) -> JSON {
    let before = linePart(before: position)
    guard let place = place(position) else { return list([]) }
    if before.drop(while: { $0 == " " }).hasPrefix("#|") {
      return list(optionKeys(behind: before, at: position))
    }
    let completer = Completer(
      table: table, expecting: draft.names(in: place.cell, at: place.offset))
    let source = place.cell.source
    let text = Span(source, 0..<place.offset).text
    let completion = completer.complete(text)
    let start = range(of: Span(source, completion.start..<place.offset)).start
    let replaced = TextRange(start, position)
    var items = completion.candidates.enumerated().map { number, candidate in
      item(
        candidate.text, candidate.kind.protocolNumber, candidate.detail, replaced, number: number)
    }
    if completion.wantsPath, items.isEmpty, completion.isQuoted || completion.pathPrefix.isEmpty {
      items = PathCompletion.candidates(for: completion.pathPrefix).enumerated().map {
        number, path in
        let isFolder = path.hasSuffix("/")
        let quoted = completion.isQuoted ? path : "\"" + path + (isFolder ? "" : "\"")
        return item(quoted, isFolder ? 19 : 17, "", replaced, number: number)
      }
    }
    return list(items)
  }

  private func linePart(before position: TextPosition) -> String {
    let line = document.lines.text(position.line)
    let lines = TextLines(line)
    let end = lines.offset(of: TextPosition(line: 0, character: position.character))
    return String(decoding: Array(line.utf8)[..<end], as: UTF8.self)
  }

  /// `#| la`
  private func optionKeys(behind text: String, at position: TextPosition) -> [JSON] {
    let typed = text.drop { $0 == " " }.dropFirst(2).drop { $0 == " " }
    guard !typed.contains(":") else { return [] }
    let start = TextPosition(
      line: position.line, character: position.character - typed.utf16.count)
    return CellOptions.keys.filter { $0.hasPrefix(typed) }.enumerated().map { number, key in
      item("\(key): ", 10, "option of the cell", TextRange(start, position), number: number)
    }
  }

  private func item(
    _ text: String, _ kind: Int, _ detail: String, _ range: TextRange, number: Int
  ) -> JSON {
    let digits = String(number)
    let order = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    return .members([
      "label": .string(VisibleText.onOneLine(text)), "kind": .int(kind),
      "detail": detail.isEmpty ? nil : .string(VisibleText.onOneLine(detail)),
      // Editors sort by themselves where nothing tells them the order.
      "sortText": .string(order), "filterText": .string(text),
      "textEdit": TextEdit(range: range, text: text).json,
    ])
  }

  private func list(_ items: [JSON]) -> JSON {
    .members(["isIncomplete": .bool(false), "items": .array(items)])
  }
}

extension Completion.Candidate.Kind {
  /// The protocol's number for what comes nearest.
  fileprivate var protocolNumber: Int {
    switch self {
    case .verb: 3
    case .keyword: 14
    case .option: 10
    case .word: 12
    case .name: 6
    case .field: 5
    case .column: 20
    }
  }
}
