import Foundation
import MIMFormats
import MIMModels
import MIMScript
import Synchronization

/// The environment of the verbs of one session: settings, output, interruption, provenance. Verbs
/// access it by `try call.session`.
public final class SessionContext: HostContext {
  /// The user's request to stop.
  public let interruption: Interruption
  /// Where results and messages go.
  public let output: any SessionOutput
  /// Every verb the session knows: `help` is made from it.
  public let table: HostTable
  private let state: Mutex<State>

  struct State {
    var settings: SessionSettings
    var cell: String?
    var log = StatementLog()
    var current: StatementLog.Entry?
    var params: [(name: String, value: Value)] = []
    var dataFiles: [DataFile] = []
    var quitRequested = false
    /// Whether every rank knows of the wish to stop.
    var hasAgreedToStop = false
    var folder: OutputFolder?
    /// What should have been written and is not, by its place.
    var losses: [String: String] = [:]
    /// The files that the running statement wrote; nil: nobody wants to know.
    var writes: [WrittenFile]?
  }

  /// A file that a statement wrote.
  struct WrittenFile: Sendable {
    /// The path as the statement has it.
    let path: String
    let bytes: [UInt8]
    let force: Bool
  }

  /// Makes the world of a session.
  init(
    settings: SessionSettings, table: HostTable, output: any SessionOutput,
    interruption: Interruption
  ) {
    self.interruption = interruption
    self.output = output
    self.table = table
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

  /// The parameters of front matter, with their values.
  var params: [(name: String, value: Value)] { state.withLock { $0.params } }

  /// Notes that data files were read, for recipes and run.json.
  public func recordData(_ files: [DataFile]) {
    state.withLock { state in
      for file in files where !state.dataFiles.contains(file) { state.dataFiles.append(file) }
      state.current?.add(files)
    }
  }

  /// Ends the session after this statement (`quit`).
  public func requestQuit() { state.withLock { $0.quitRequested = true } }

  var isQuitRequested: Bool { state.withLock { $0.quitRequested } }

  func withState<T: Sendable>(_ body: (inout State) -> T) -> T {
    state.withLock { body(&$0) }
  }

  // MARK: Losses

  /// What should have been written and is not, in words; if there is anything, the exit code is 6.
  public var losses: [String] {
    state.withLock { $0.losses.sorted { $0.key < $1.key }.map(\.value) }
  }

  /// Notes that something was not written; a later success takes it back.
  func noteLoss(_ text: String, at place: String) { state.withLock { $0.losses[place] = text } }

  /// Notes that what was lost at a place has been written after all.
  func noteWritten(at place: String) { state.withLock { $0.losses[place] = nil } }

  // MARK: Statements

  func begin(_ statement: Statement) {
    state.withLock { $0.current = StatementLog.Entry(statement, cell: $0.cell) }
  }

  /// - Parameter answers: whether it gave a value, which is `ans` now.
  func end(succeeded: Bool, answers: Bool = false) {
    state.withLock { state in
      guard var entry = state.current else { return }
      entry.succeeded = succeeded
      entry.answers = answers
      state.log.append(entry)
      state.current = nil
    }
  }

  /// Ends a statement that did nothing after all.
  func abandon() { state.withLock { $0.current = nil } }

  /// Notes a statement as if it had run.
  func note(_ statement: Statement, in cell: String?, files: [DataFile], answers: Bool) {
    state.withLock { state in
      var entry = StatementLog.Entry(statement, cell: cell)
      entry.succeeded = true
      entry.answers = answers
      entry.add(files)
      state.log.append(entry)
    }
  }

  /// Adds the statements of another session.
  func take(_ log: StatementLog) { state.withLock { $0.log.append(log) } }

  /// Goes back to an earlier log.
  func restore(_ log: StatementLog) { state.withLock { $0.log = log } }

  /// The files written since the last call; from the first call on they are noted.
  func takeWrites() -> [WrittenFile] {
    state.withLock { state in
      defer { state.writes = [] }
      return state.writes ?? []
    }
  }

  func noteWrite(_ path: String, _ bytes: [UInt8], force: Bool) {
    state.withLock { $0.writes?.append(WrittenFile(path: path, bytes: bytes, force: force)) }
  }

  /// The recipe for the result of the running statement.
  public var recipe: Recipe { state.withLock { Self.recipe(of: $0.current, in: $0) } }

  /// The recipe that a statement would have here.
  func recipe(of statement: Statement, in cell: String?) -> Recipe {
    state.withLock { Self.recipe(of: StatementLog.Entry(statement, cell: cell), in: $0) }
  }

  private static func recipe(of entry: StatementLog.Entry?, in state: State) -> Recipe {
    let slice = entry.map { state.log.slice(for: $0) }
    let (entries, free) = (slice?.entries ?? [], slice?.free ?? [])
    var data: [DataFile] = []
    for file in entries.flatMap(\.files) where !data.contains(file) { data.append(file) }
    return Recipe(
      notebook: state.settings.notebook, statements: entries.map { ($0.cell, $0.plainText) },
      params: state.params.filter { free.contains($0.name) }, seed: state.settings.seed,
      drawing: (state.settings.figureDPI, state.settings.figureWidth), data: data,
      version: programVersion)
  }

  // MARK: Output

  /// True once the user has requested a stop; among several ranks, once all of them know.
  public var isInterrupted: Bool {
    interruption.isRequested && (!ranks.isShared || state.withLock { $0.hasAgreedToStop })
  }

  /// True once the user has asked this process to stop.
  public var wantsStop: Bool { interruption.isRequested }

  /// Makes a request to stop known to all ranks, each of which must be at the same point.
  public func meetRanks() throws {
    let wish = try ranks.agree(on: interruption)
    state.withLock { $0.hasAgreedToStop = wish }
  }

  /// Whether somebody sees a live line.
  public var hasLiveLine: Bool { output.hasLiveLine }

  /// Reports how far long work has come.
  public func progress(_ update: ProgressUpdate) { output.progress(update) }

  /// A line for the user in addition to the results.
  public func message(_ text: String) { output.message(text) }

  /// Shows a value.
  public func show(_ value: Value, statement: String) {
    output.show(ShownValue(value: value, statement: statement, recipe: recipe.text))
  }

  // MARK: Sweeps

  /// The number of sweep rows that run at the same time: from the settings, else one per core.
  public var jobs: Int { settings.jobs ?? ranks.cores }

  /// The processes that run this session together.
  public var ranks: Ranks { settings.ranks }

  /// Runs `work` on new threads. Swift's and Dispatch's pools have few threads, which must not be
  /// blocked for as long as a row takes.
  public func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    let group = DispatchGroup()
    let trace = FileTrace.current
    for _ in 0..<count {
      group.enter()
      let thread = Thread {
        FileTrace.$current.withValue(trace) { work() }
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
  }

  /// The run store of the settings, if any.
  public func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)? {
    // One process writes the store.
    guard ranks.isLeading else { return nil }
    return try settings.runStore.map { path in
      // SQLite follows links, in the names of the files beside it too.
      for ending in FileAccess.storeEndings {
        try requireWritable(path + ending, at: nil)
      }
      return try SweepKeeper(sweep, in: self, path: path)
    }
  }

  /// The ranks, after a check that a row would give the same result on each of them.
  public func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)? {
    let ranks = ranks
    guard ranks.isShared, let dispatcher = ranks.dispatcher else { return nil }
    guard try ranks.collective.agrees(on: SweepKey(sweep, in: self).text) else {
      throw ScriptError(
        "E451",
        "the ranks would compute different rows, because a value that the block reads differs",
        notes: [
          "every rank needs the same files, processors of the same kind and the same --threads; "
            + "see docs/cluster.md"
        ])
    }
    return DispatchedRows(
      ranks, dispatcher: dispatcher, context: self,
      source: sweep.body.first?.span.source ?? Source(name: "", text: ""))
  }

  func report(_ error: ScriptError) {
    output.failure(error, text: Diagnostics.render(error, width: settings.width))
  }
}

extension HostCall {
  /// The session that runs this call. Throws only when a verb is called outside a session.
  public var session: SessionContext {
    get throws {
      guard let context = host.base as? SessionContext else {
        throw ScriptError("E999", "`\(verb)` needs a session", at: span)
      }
      return context
    }
  }
}
