import MIMScript
import Synchronization

/// Records what a cell shows, and passes everything on to the terminal.
final class CellRecorder: SessionOutput {
  /// What was recorded.
  enum Event: Sendable {
    case shown(ShownValue)
    case note(String)
    case failure(ScriptError, text: String)
  }

  private let next: any SessionOutput
  private struct State {
    var events: [Event] = []
    var log: [String] = []
    var isQuiet = false
    var isMuted = false
  }

  private let state = Mutex(State())

  init(next: any SessionOutput) {
    self.next = next
  }

  /// The events since the last call.
  func takeEvents() -> [Event] {
    state.withLock { state in
      defer { state.events = [] }
      return state.events
    }
  }

  /// The number of events since they were last taken.
  var eventCount: Int { state.withLock { $0.events.count } }

  /// The events from a place on.
  func events(from first: Int) -> [Event] { state.withLock { Array($0.events.dropFirst(first)) } }

  /// Puts others in their place, which say the same.
  func replaceEvents(from first: Int, by events: [Event]) {
    state.withLock { $0.events = $0.events.prefix(first) + events }
  }

  /// Whether everything is dropped: work that is only done for its values.
  var isMuted: Bool {
    get { state.withLock { $0.isMuted } }
    set { state.withLock { $0.isMuted = newValue } }
  }

  /// Whether errors are kept from the terminal: the cell expects one.
  func holdFailures(_ hold: Bool) { state.withLock { $0.isQuiet = hold } }

  /// All lines for log.txt.
  var logText: String { state.withLock { $0.log.map { $0 + "\n" }.joined() } }

  /// Writes a line to the log and the terminal, but not into the report.
  func announce(_ text: String) {
    state.withLock { $0.log.append(text) }
    next.message(text)
  }

  func show(_ shown: ShownValue) {
    guard !isMuted else { return }
    state.withLock { $0.events.append(.shown(shown)) }
    next.show(shown)
  }

  func message(_ text: String) {
    guard !isMuted else { return }
    state.withLock { state in
      state.events.append(.note(text))
      state.log.append(text)
    }
    next.message(text)
  }

  func begins(_ statement: String) {
    if !isMuted { next.begins(statement) }
  }

  func ends() { next.ends() }

  var hasLiveLine: Bool { next.hasLiveLine }

  func progress(_ update: ProgressUpdate) {
    guard !isMuted else { return }
    if update.isFinished {
      let line = PlainOutput.line(update)
      state.withLock { state in
        state.events.append(.note(line))
        state.log.append(line)
      }
    }
    next.progress(update)
  }

  func failure(_ error: ScriptError, text: String) {
    guard !isMuted else { return }
    let isHeld = state.withLock { state in
      state.events.append(.failure(error, text: text))
      if !state.isQuiet { state.log.append(text) }
      return state.isQuiet
    }
    if !isHeld { next.failure(error, text: text) }
  }
}
