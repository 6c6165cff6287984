import Foundation
import MIMFormats
import MIMScript

/// `edit` at the prompt: a statement in the user's editor.
struct StatementEditor {
  /// What to edit.
  enum Request {
    /// The last input.
    case last
    /// A statement of `history`.
    case statement(Int)

    /// Nil for any input but `edit` and `edit NUMBER`.
    init?(_ entry: String) {
      let words = entry.split(whereSeparator: \.isWhitespace)
      guard words.first == "edit" else { return nil }
      switch words.count {
      case 1: self = .last
      case 2:
        guard let number = Int(words[1]), number > 0 else { return nil }
        self = .statement(number)
      default: return nil
      }
    }
  }

  /// How an edit ended.
  enum Outcome {
    case saved(String)
    case unchanged
  }

  private let environment: [String: String]

  init(environment: [String: String]) { self.environment = environment }

  /// Opens a text, and waits until the editor is closed.
  /// - Throws: E231 where there is no editor, or it failed; E501 where the file cannot be written.
  func edit(_ text: String) throws(ScriptError) -> Outcome {
    guard
      let command = [environment["VISUAL"], environment["EDITOR"]].compactMap({ $0 })
        .first(where: { !$0.allSatisfy(\.isWhitespace) })
    else {
      throw ScriptError(
        "E231", "neither $VISUAL nor $EDITOR names an editor",
        notes: ["for example, before the start of mim-repl: export EDITOR=nano"])
    }
    let folder = (NSTemporaryDirectory() as NSString)
      .appendingPathComponent("mim-repl-\(getpid())")
    let path = "\(folder)/statement.mim"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
      try AtomicFile.write(text + "\n", to: path)
    } catch {
      throw ScriptError("E501", "the statement cannot be handed to the editor: \(error)")
    }
    defer { AtomicFile.remove(path) }
    let before = Self.stamp(path)
    let status = ForegroundProgram.run(command, file: path)
    guard status == 0 else {
      throw ScriptError(
        "E231",
        status == ForegroundProgram.notFound
          ? "there is no editor `\(command)`"
          : "the editor `\(command)` ended with \(status.map { "\($0)" } ?? "an error")",
        notes: ["nothing was run"])
    }
    guard let saved = FileManager.default.contents(atPath: path),
      let edited = String(validating: saved, as: UTF8.self)
    else {
      throw ScriptError("E231", "what the editor left is no text", notes: ["nothing was run"])
    }
    let isSame = edited == text + "\n" && Self.stamp(path) == before
    return isSame ? .unchanged : .saved(Self.withoutBlankEnd(edited))
  }

  /// What changes when a file is saved, with the same text too.
  private static func stamp(_ path: String) -> [Int] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [
      Int(truncatingIfNeeded: status.st_ino), Int(status.st_size), status.st_mtim.tv_sec,
      status.st_mtim.tv_nsec,
    ]
  }

  private static func withoutBlankEnd(_ text: String) -> String {
    var text = text
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
