import Foundation
import MIMScript
import MIMSession

/// What Tab does at the prompt: puts in what all candidates share, lists them when they differ.
struct TabCompletion {
  let completer: Completer

  /// The text that Tab inserts behind `text` (the entry up to the cursor) and the lines it lists.
  func complete(_ text: String, width: Int) -> (insert: String, list: [String]) {
    let completion = completer.complete(text)
    // Without its opening quote a name that is typed in part can only be a word or a variable.
    let mayBePath = completion.isQuoted || completion.pathPrefix.isEmpty
    if completion.wantsPath && completion.candidates.isEmpty && mayBePath {
      return completePath(completion, width: width)
    }
    let typed = String(decoding: text.utf8.dropFirst(completion.start), as: UTF8.self)
    let texts = completion.candidates.map(\.text)
    guard let first = texts.first else { return ("", []) }
    if texts.count == 1 {
      let isOpen = first.hasSuffix("=") || first.hasSuffix("(")
      let closing = isOpen ? "" : completion.isQuoted ? "\" " : " "
      return (String(first.dropFirst(typed.count)) + closing, [])
    }
    let shared = Self.sharedPrefix(texts)
    let insert = shared.count > typed.count ? String(shared.dropFirst(typed.count)) : ""
    return (insert, insert.isEmpty ? Self.columns(texts, width: width) : [])
  }

  private func completePath(_ completion: Completion, width: Int)
    -> (insert: String, list: [String])
  {
    let prefix = completion.pathPrefix
    let paths = PathCompletion.candidates(for: prefix)
    guard let first = paths.first else { return ("", []) }
    let opening = completion.isQuoted ? "" : "\""
    if paths.count == 1 {
      let rest = String(first.dropFirst(prefix.count))
      // A folder is a step on the way; a file ends the text.
      return (opening + rest + (first.hasSuffix("/") ? "" : "\" "), [])
    }
    let shared = Self.sharedPrefix(paths)
    let insert = opening + String(shared.dropFirst(prefix.count))
    guard shared.count <= prefix.count else { return (insert, []) }
    return ("", Self.columns(paths.map { ($0 as NSString).lastPathComponent }, width: width))
  }

  static func sharedPrefix(_ texts: [String]) -> String {
    guard var shared = texts.first else { return "" }
    for text in texts { shared = shared.commonPrefix(with: text) }
    return shared
  }

  /// Names side by side in columns, down and then across.
  static func columns(_ names: [String], width: Int) -> [String] {
    let cell = (names.map(\.count).max() ?? 0) + 2
    let across = max(1, width / cell)
    let down = (names.count + across - 1) / across
    return (0..<down).map { row in
      stride(from: row, to: names.count, by: down)
        .map { names[$0].padding(toLength: cell, withPad: " ", startingAt: 0) }
        .joined().trimmingCharacters(in: .whitespaces)
    }
  }
}
