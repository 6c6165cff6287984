import Foundation
import MIMScript
import MIMSession

/// The interactive session: reads entries, which may be many lines, and evaluates them until
/// `quit` or Ctrl-D.
final class Prompt {
  private let session: Session
  private let history: History
  private var editor: LineEditor?
  private var plain = PlainLineReader()
  /// The lines of an entry that isn't complete yet.
  private var pending = ""

  private static let first = "mim> "
  private static let more = "...> "

  init(session: Session, history: History, usesEditor: Bool) {
    self.session = session
    self.history = history
    guard usesEditor else { return }
    editor = LineEditor { [unowned self] before, _ in
      let completer = Completer(table: self.session.table, names: self.session.bindings)
      return TabCompletion(completer: completer).complete(
        self.pending + before, width: TerminalStyle.width(of: STDOUT_FILENO))
    }
    for entry in history.load() { editor?.remember(entry) }
  }

  /// Reads and evaluates until `quit`, Ctrl-D on an empty line, or the second SIGTERM: what was computed for hours is only here.
  /// - Returns: the exit code: 0, or 143 when asked to end from outside.
  func run() -> ProgramExit {
    let interruption = session.context.interruption
    while true {
      if interruption.isEndRequested { return .terminated }
      interruption.clear()
      switch read() {
      case .line(let line):
        interruption.forgetEndRequests()
        guard evaluate(line) else { return ended() }
      case .interrupted:
        pending = ""
        if interruption.isRequested, interruption.cause == .termination,
          !interruption.isEndRequested
        {
          session.context.message(
            "asked to end (SIGTERM), but values would be lost; to end: quit, or SIGTERM once more")
        }
      case .end:
        if editor != nil { print() }
        return ended()
      }
    }
  }

  private func ended() -> ProgramExit {
    session.journal?.end()
    return .ok
  }

  private func read() -> LineEditor.Input {
    let prompt = pending.isEmpty ? Self.first : Self.more
    if let editor { return editor.read(prompt: prompt) }
    // A terminal that can't be edited on (TERM=dumb): plain lines.
    print(prompt, terminator: "")
    fflush(nil)
    return plain.read()
  }

  /// Takes one more line.
  /// - Returns: false after `quit`.
  private func evaluate(_ line: String) -> Bool {
    let entry = pending.isEmpty ? line : pending + line
    guard !entry.allSatisfy(\.isWhitespace) else {
      pending = ""
      return true
    }
    guard let parsed = session.read(Source(name: "<prompt>", text: entry)) else {
      pending = entry + "\n"
      return true
    }
    pending = ""
    remember(entry, parsed)
    if case .quit = session.evaluate(parsed) { return false }
    return true
  }

  /// Keeps the entry whole, or statement by statement where several lines were pasted.
  private func remember(_ entry: String, _ parsed: ParseResult) {
    let isPaste = entry.contains("\n") && parsed.program.statements.count > 1
    let statements =
      isPaste && parsed.errors.isEmpty
      ? parsed.program.statements.map { $0.span.text } : [entry]
    for statement in statements {
      editor?.remember(statement)
      history.append(statement)
    }
  }
}
