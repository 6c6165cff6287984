import Foundation
import MIMFormats
import MIMScript
import MIMSession

/// The interactive session: reads entries, which may be many lines, and evaluates them until
/// `quit` or Ctrl-D.
final class Prompt {
  private let session: Session
  private let history: History
  private var editor: LineEditor?
  private var plain = PlainLineReader()
  private let statementEditor: StatementEditor
  /// What was typed while somebody else read from the terminal.
  private let takeTyped: () -> [UInt8]
  /// The lines of an entry that isn't complete yet.
  private var pending = ""
  /// The last entry, which `edit` opens.
  private var last = ""

  private static let first = "mim> "
  private static let more = "...> "

  init(
    session: Session, history: History, usesEditor: Bool, statementEditor: StatementEditor,
    takeTyped: @escaping () -> [UInt8]
  ) {
    self.takeTyped = takeTyped
    self.session = session
    self.history = history
    self.statementEditor = statementEditor
    guard usesEditor else { return }
    editor = LineEditor { [unowned self] before, _ in
      let completer = Completer(table: self.session.table, names: self.session.bindings)
      return TabCompletion(completer: completer).complete(
        self.pending + before, width: TerminalStyle.width(of: STDOUT_FILENO))
    }
    for entry in history.load() {
      editor?.remember(entry)
      if StatementEditor.Request(entry) == nil { last = entry }
    }
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
    if let editor {
      editor.push(takeTyped())
      return editor.read(prompt: prompt)
    }
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
    guard let parsed = session.read(Source(name: Source.prompt, text: entry)) else {
      pending = entry + "\n"
      return true
    }
    pending = ""
    if let request = StatementEditor.Request(entry) { return edit(request) }
    return evaluate(entry, parsed)
  }

  /// Remembers and runs an entry.
  private func evaluate(_ entry: String, _ parsed: ParseResult) -> Bool {
    remember(entry, parsed)
    last = entry
    let keyboard = editor == nil ? nil : SilentKeyboard()
    defer { keyboard?.end() }
    if case .quit = session.evaluate(parsed) { return false }
    return true
  }

  /// Runs what the user makes of a statement.
  private func edit(_ request: StatementEditor.Request) -> Bool {
    let context = session.context
    do throws(ScriptError) {
      let text = try self.text(for: request)
      let outcome = try statementEditor.edit(text)
      // A Ctrl-C in the editor was for the editor.
      if context.interruption.cause == .user { context.interruption.clear() }
      guard case .saved(let edited) = outcome, !edited.isEmpty else {
        context.message("nothing was saved, so nothing runs")
        return true
      }
      let lines = edited.split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() {
        print((number == 0 ? Self.first : Self.more) + VisibleText.escaped(String(line)))
      }
      fflush(nil)
      let source = Source(name: Source.prompt, text: edited)
      guard let parsed = session.read(source) else {
        history.append(edited)
        editor?.remember(edited)
        last = edited
        // Its end is missing, which is told.
        session.evaluate(source)
        return true
      }
      return evaluate(edited, parsed)
    } catch {
      context.output.failure(error, text: Diagnostics.render(error))
      return true
    }
  }

  private func text(for request: StatementEditor.Request) throws(ScriptError) -> String {
    guard case .statement(let number) = request else { return last }
    let entries = session.context.log.entries
    guard entries.indices.contains(number - 1) else {
      throw ScriptError(
        "E231", "there is no statement \(number)",
        notes: ["`history` lists those from 1 to \(entries.count)"])
    }
    return entries[number - 1].text
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
