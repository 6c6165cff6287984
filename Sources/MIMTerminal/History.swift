import Foundation
import MIMFormats

/// The statements typed at the prompt, kept between sessions: one entry a statement, multi-line
/// ones whole, readable by the owner alone.
struct History {
  /// `$XDG_STATE_HOME/mim-repl/history`; nil when there is no home.
  let path: String?
  /// Where the statements of each session are kept.
  var journalFolder: String? {
    path.map { ($0 as NSString).deletingLastPathComponent + "/sessions" }
  }
  /// The most entries that a session loads.
  static let loaded = 5000

  init(environment: [String: String]) {
    let state =
      environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].map { $0 + "/.local/state" }
    path = state.map { $0 + "/mim-repl/history" }
  }

  /// The newest entries, oldest first; nothing where there is no readable file.
  func load() -> [String] {
    guard let path, let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(Self.loaded)
      .map { Self.decoded(String($0)) }
  }

  /// Appends an entry under a lock, so that two sessions lose nothing of each other's. History is
  /// a comfort: where it can't be written (read-only home, full disk) the session goes on.
  func append(_ entry: String) {
    guard let path else { return }
    let folder = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return }
    defer { close(file) }
    guard flock(file, LOCK_EX) == 0 else { return }
    Descriptor.write(Self.encoded(entry) + "\n", to: file)
  }

  /// One line per entry: newlines and backslashes escaped.
  static func encoded(_ entry: String) -> String {
    entry.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\n", with: "\\n")
  }

  static func decoded(_ line: String) -> String {
    var text = ""
    var isEscaped = false
    for character in line {
      if isEscaped {
        text.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        text.append(character)
      }
    }
    return text
  }
}
