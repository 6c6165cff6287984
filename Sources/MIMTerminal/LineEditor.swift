import CTerminal
import Foundation
import MIMFormats

/// Reads lines through libedit. For the main thread alone: libedit has one terminal.
final class LineEditor {
  /// What reading a line gave.
  enum Input {
    case line(String)
    /// Ctrl-D on an empty line.
    case end
    /// Ctrl-C (or another signal): what was typed is dropped.
    case interrupted
  }

  /// What Tab puts in and what it lists, given the text before the cursor and the whole line.
  typealias Completion = (_ before: String, _ line: String) -> (insert: String, list: [String])

  private final class Callback {
    let complete: Completion
    init(_ complete: @escaping Completion) { self.complete = complete }
  }

  private let editor: OpaquePointer
  private let callback: Callback

  /// Opens the editor; nil where libedit can't have the terminal.
  init?(complete: @escaping Completion) {
    callback = Callback(complete)
    let context = Unmanaged.passUnretained(callback).toOpaque()
    let opened = cterminal_open("mim-repl", context) { context, before, line, insert, listed in
      guard let context, let before, let line else { return }
      let callback = Unmanaged<Callback>.fromOpaque(context).takeUnretainedValue()
      let result = callback.complete(String(cString: before), String(cString: line))
      if !result.insert.isEmpty { insert?.pointee = strdup(result.insert) }
      let list = VisibleText.escaped(result.list.joined(separator: "\n"))
      if !list.isEmpty { listed?.pointee = strdup(list) }
    }
    guard let opened else { return nil }
    editor = opened
  }

  deinit { cterminal_close(editor) }

  /// Reads one line; a paste of several arrives as one.
  func read(prompt: String) -> Input {
    var line: UnsafePointer<CChar>?
    var length = 0
    let status = prompt.withCString { cterminal_read(editor, $0, &line, &length) }
    switch status {
    case CTERMINAL_LINE:
      return .line(line.map { String(cString: $0) } ?? "")
    case CTERMINAL_INTERRUPTED: return .interrupted
    default: return .end
    }
  }

  /// Puts bytes before what is typed next, as if they had been typed.
  func push(_ typed: [UInt8]) {
    let text = String(decoding: typed.filter { $0 != 0 }, as: UTF8.self)
    if !text.isEmpty { cterminal_push(editor, text) }
  }

  /// Adds an entry to what the arrow keys recall.
  func remember(_ entry: String) {
    cterminal_remember(editor, entry)
  }
}
