import Foundation
import MIMScript

/// A text that is open in the editor.
struct TextDocument: Sendable {
  /// The editor's name for it.
  let uri: String
  /// Where it lies; for one without a file, where it might.
  let path: String
  /// Whether it is a script and no notebook.
  let isScript: Bool
  private(set) var version: JSON
  private(set) var text: String
  private(set) var lines: TextLines

  init(uri: String, language: String?, version: JSON, text: String) {
    self.uri = uri
    self.version = version
    self.text = text
    lines = TextLines(text)
    let name = Self.path(of: uri)
    let isNotebook = name?.hasSuffix(".mimnb") == true || name?.hasSuffix(".md") == true
    isScript = name?.hasSuffix(".mim") == true || (!isNotebook && language == "mim")
    path = name ?? (isScript ? "untitled.mim" : "untitled.mimnb")
  }

  /// The path that a `file:` URI stands for.
  static func path(of uri: String) -> String? {
    guard let url = URL(string: uri), url.isFileURL, !url.path.isEmpty else { return nil }
    return url.path
  }

  /// Takes the changes of `textDocument/didChange`, one after the other.
  /// - Throws: for what is no change; the text is then as it was.
  mutating func apply(_ changes: [JSON], version: JSON) throws {
    var (text, lines) = (self.text, self.lines)
    for change in changes {
      guard let new = change["text"].string else {
        throw RequestError.invalidParams("a change has no text")
      }
      if change["range"] == .null {
        text = new
      } else {
        guard let range = TextRange(change["range"]) else {
          throw RequestError.invalidParams("a change has no range of positions")
        }
        let bytes = Array(text.utf8)
        let start = lines.offset(of: range.start)
        let end = max(start, lines.offset(of: range.end))
        text = String(decoding: bytes[..<start] + Array(new.utf8) + bytes[end...], as: UTF8.self)
      }
      lines = TextLines(text)
    }
    (self.text, self.lines, self.version) = (text, lines, version)
  }
}
