import Foundation
import MIMScript
import Synchronization

/// One run of the notebook, on a thread of its own. A newer text stops it as soon as the statement that runs has ended, or at once where
/// nobody needs that statement any more.
final class WatchPass: RunFollower, @unchecked Sendable {
  let loaded: LoadedNotebook
  let keys: WorkKeys
  let interruption = Interruption()
  private let mailbox: WatchMailbox
  private let start: (WatchPass, any SessionOutput) throws -> NotebookRunner
  private let output: any SessionOutput

  private struct State {
    var isOutdated = false
    /// The key of the statement that runs.
    var running: String?
  }

  private let state = Mutex(State())
  private var result: Result<(runner: NotebookRunner, code: ExitCode), any Error>?

  /// - Parameter start: makes the runner, on the pass's own thread.
  init(
    _ loaded: LoadedNotebook, _ keys: WorkKeys, mailbox: WatchMailbox, output: any SessionOutput,
    start: @escaping (WatchPass, any SessionOutput) throws -> NotebookRunner
  ) {
    self.loaded = loaded
    self.keys = keys
    self.mailbox = mailbox
    self.output = output
    self.start = start
  }

  /// Starts the thread.
  func begin() {
    let thread = Thread { [self] in
      result = Result {
        let runner = try start(self, WatchOutput(self, mailbox, next: output))
        return (runner, try runner.run())
      }
      mailbox.post(.finished)
    }
    thread.stackSize = 16 << 20
    thread.start()
  }

  /// How it ended, once the mailbox says that it is over; handed out once.
  func takeResult() -> Result<(runner: NotebookRunner, code: ExitCode), any Error>? {
    defer { result = nil }
    return result
  }

  /// Whether a newer text has taken its place.
  var isOutdated: Bool { state.withLock { $0.isOutdated } }

  /// Whether a statement runs.
  var isRunning: Bool { state.withLock { $0.running != nil } }

  /// A newer text takes its place: what runs goes on only if that text asks for it too.
  func giveWay(to newer: WorkKeys) {
    let isNeedless = state.withLock { state in
      state.isOutdated = true
      return state.running.map { !newer.asks(for: $0) } ?? false
    }
    if isNeedless { interruption.request(.superseded) }
  }

  // MARK: Following the run

  func comes(to statement: Int, of cell: NotebookCell) -> Bool {
    let (goesOn, rests) = state.withLock { state in
      defer { state.running = nil }
      return (!state.isOutdated, state.running != nil)
    }
    if rests { mailbox.post(.rests) }
    return goesOn
  }

  func runs(_ statement: Int, of cell: NotebookCell) -> Bool {
    let goesOn = state.withLock { state in
      guard !state.isOutdated else { return false }
      state.running = keys.statement(statement, of: cell.name) ?? ""
      return true
    }
    if goesOn { mailbox.post(.runs(cell: cell.name)) }
    return goesOn
  }

  func ended(_ result: CellResult, _ inlineTexts: [Span: InlineText]) {
    state.withLock { $0.running = nil }
    mailbox.post(.ended(result, inlineTexts))
  }
}

/// What a run says while it is watched: the page shows results, so the terminal has only progress, errors, and what running
/// statements say.
private final class WatchOutput: SessionOutput {
  private let pass: WatchPass
  private let mailbox: WatchMailbox
  private let next: any SessionOutput

  init(_ pass: WatchPass, _ mailbox: WatchMailbox, next: any SessionOutput) {
    self.pass = pass
    self.mailbox = mailbox
    self.next = next
  }

  func show(_ shown: ShownValue) {}

  func message(_ text: String) {
    if pass.isRunning || text.hasPrefix("warning") { next.message(text) }
  }

  func progress(_ update: ProgressUpdate) {
    if !update.isFinished { mailbox.post(.progress(update)) }
    next.progress(update)
  }

  func failure(_ error: ScriptError, text: String) { next.failure(error, text: text) }
}
