import Foundation
import MIMFormats
import MIMTensor

/// Small pieces of HTML.
enum HTML {
  /// What a report may do when it is open: show itself. Nothing is loaded from anywhere, and no script runs.
  static let policy =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

  /// The address of a file beside the report.
  static func relativeAddress(of name: String) -> String {
    "./" + (name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "")
  }

  /// Text as HTML shows it literally; characters of control, which could turn the order of what is read, are written out.
  static func escaped(_ text: String) -> String {
    MarkupText.escaped(VisibleText.escaped(text), for: .html)
  }

  /// Text without empty lines at its ends.
  static func withoutBlankEnds(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first, line.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let line = lines.last, line.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// A local picture as a data URI; nil when it is elsewhere, too large, or not a picture.
  /// - Throws: E550 where `access` does not allow to read it.
  static func dataURI(
    _ url: String, relativeTo folder: String, _ access: FileAccess?
  ) throws -> String? {
    let types = ["png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp"]
    guard !url.contains(":"), let relative = url.removingPercentEncoding,
      let ending = relative.split(separator: ".").last, let type = types[ending.lowercased()]
    else { return nil }
    let path = relative.hasPrefix("/") ? relative : folder + relative
    guard AtomicFile.exists(path) else { return nil }
    guard access?.mayRead(path) ?? true else { throw FileAccess.readError(path, at: nil) }
    guard let file = try? FileReader(path), file.size <= 32 << 20,
      let bytes = try? file.read(at: 0, count: file.size)
    else { return nil }
    return "data:image/\(type);base64," + Data(bytes).base64EncodedString()
  }
}
