import MIMFormats
import MIMScript

extension DraftedDocument {
  /// A mistake with its place in the editor.
  struct Mistake {
    let error: ScriptError
    let range: TextRange

    /// As the protocol has it.
    var json: JSON {
      let text = [error.label.map { "\(error.message): \($0)" } ?? error.message] + error.notes
      return .members([
        "range": range.json, "severity": .int(1), "code": .string(error.code),
        "source": .string("mim-repl"),
        "message": .string(VisibleText.escaped(text.joined(separator: "\n"))),
      ])
    }
  }

  /// Everything that is wrong, in the order of the text.
  var mistakes: [Mistake] {
    draft.mistakes.map { error in
      Mistake(error: error, range: error.span.map { range(of: $0) } ?? Self.beginning)
    }.sorted { $0.range.start < $1.range.start }
  }

  private static var beginning: TextRange {
    let start = TextPosition(line: 0, character: 0)
    return TextRange(start, start)
  }

  /// `textDocument/publishDiagnostics`.
  var diagnostics: JSON {
    .members([
      "uri": .string(document.uri), "version": document.version,
      "diagnostics": .array(mistakes.map(\.json)),
    ])
  }

  /// The fixes of the mistakes in a range, as quick fixes.
  func quickFixes(in range: TextRange) -> [JSON] {
    mistakes.filter { $0.range.touches(range) }.flatMap { mistake in
      mistake.error.fixes.enumerated().map { place, fix in
        let target = fix.span.map { self.range(of: $0) } ?? mistake.range
        let edit = TextEdit(range: target, text: fix.replacement)
        let shown = fix.replacement.split(separator: "\n").first.map(String.init) ?? ""
        return .members([
          "title": .string(
            fix.replacement.isEmpty ? "Remove what is too much" : "Write `\(shown)`"),
          "kind": .string("quickfix"), "diagnostics": .array([mistake.json]),
          "isPreferred": .bool(place == 0), "edit": edits([edit]),
        ])
      }
    }
  }

  /// Changes of this text.
  func edits(_ edits: [TextEdit]) -> JSON {
    .members(["changes": .object([(key: document.uri, value: .array(edits.map(\.json)))])])
  }
}
