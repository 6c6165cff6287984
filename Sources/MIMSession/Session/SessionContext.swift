import MIMModels
import MIMScript
import Synchronization

/// The world around the verbs of one session: settings, output, interruption, provenance. Verbs
/// get at it by `try call.session`.
public final class SessionContext: HostContext {
  /// The user's wish to stop.
  public let interruption: Interruption
  /// Where results and messages go.
  public let output: any SessionOutput
  /// Every verb the session knows: `help` is made from it.
  public let functions: [HostFunction]
  private let state: Mutex<State>

  struct State {
    var settings: SessionSettings
    var cell: String?
    var log = StatementLog()
    var dataFiles: [DataFile] = []
    var quitRequested = false
  }

  /// Makes the world of a session.
  public init(
    settings: SessionSettings, functions: [HostFunction], output: any SessionOutput,
    interruption: Interruption
  ) {
    self.interruption = interruption
    self.output = output
    self.functions = functions
    self.state = Mutex(State(settings: settings))
  }

  /// The settings; `set` changes them.
  public var settings: SessionSettings {
    get { state.withLock { $0.settings } }
    set { state.withLock { $0.settings = newValue } }
  }

  /// The statements evaluated so far.
  public var log: StatementLog { state.withLock { $0.log } }

  /// Files of data read so far, in order of first reading.
  public var dataFiles: [DataFile] { state.withLock { $0.dataFiles } }

  /// Notes that data files were read, for recipes and run.json.
  public func recordData(_ files: [DataFile]) {
    state.withLock { state in
      for file in files where !state.dataFiles.contains(file) { state.dataFiles.append(file) }
    }
  }

  /// Ends the session after this statement (`quit`).
  public func requestQuit() { state.withLock { $0.quitRequested = true } }

  var isQuitRequested: Bool { state.withLock { $0.quitRequested } }

  func withState<T>(_ body: (inout sending State) -> sending T) -> sending T {
    state.withLock(body)
  }

  // MARK: HostContext

  /// True once the user has asked to stop.
  public var isInterrupted: Bool { interruption.isRequested }

  /// Reports how far long work has come.
  public func progress(_ update: ProgressUpdate) { output.progress(update) }

  /// A line for the user beside the results.
  public func message(_ text: String) { output.message(text) }

  /// Shows a value.
  public func show(_ value: Value, statement: String) {
    output.show(ShownValue(value: value, statement: statement))
  }
}

extension HostCall {
  /// The session that runs this call. Throws only when a verb is called outside a session.
  public var session: SessionContext {
    get throws {
      guard let context = host as? SessionContext else {
        throw ScriptError("E999", "`\(verb)` needs a session", at: span)
      }
      return context
    }
  }
}
