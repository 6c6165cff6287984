import Foundation
import MIMFormats
import MIMTensor

/// Small pieces of HTML.
enum HTML {
  /// Text as HTML shows it literally; control characters, which XML forbids, become `�`.
  static func escaped(_ text: String) -> String {
    MarkupText.escaped(text, for: .html)
  }

  /// Text without empty lines at its ends.
  static func withoutBlankEnds(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.first, line.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    while let line = lines.last, line.allSatisfy(\.isWhitespace) { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// A local picture as a data URI; nil when it is elsewhere, too large, or not a picture.
  static func dataURI(_ url: String, relativeTo folder: String) -> String? {
    let types = ["png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp"]
    guard !url.contains(":"), let path = url.removingPercentEncoding,
      let ending = path.split(separator: ".").last, let type = types[ending.lowercased()],
      let file = try? FileReader(path.hasPrefix("/") ? path : folder + path),
      file.size <= 32 << 20, let bytes = try? file.read(at: 0, count: file.size)
    else { return nil }
    return "data:image/\(type);base64," + Data(bytes).base64EncodedString()
  }
}
