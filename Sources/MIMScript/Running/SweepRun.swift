import MIMFormats
import Synchronization

/// A sweep at work: hands its rows to threads in order, keeps the results, tells how far it is.
///
/// Every row starts from the same state in its own interpreter, so that its numbers do not
/// depend on how many run beside it.
final class SweepRun: Sendable {
  let rows: SweepRows
  private let sweep: Sweep
  let start: RowStart
  private let keeper: (any RowKeeper)?
  /// The processes that run the rows together.
  let sharing: (any RowSharing)?
  private let failsFast: Bool
  private let threads: Int
  let progress: SweepProgress
  let state: Mutex<State>

  struct State {
    var next = 0
    var outcomes: [SweepOutcome?]
    var failures = 0
    /// Failed rows of sweeps inside the rows.
    var innerFailures = 0
    /// What stops the sweep: the first failure under fail_fast, or the user.
    var ending: ScriptError?
    var hasToldOfKeeper = false
  }

  init(
    _ sweep: Sweep, rows: SweepRows, from start: RowStart, keeper: (any RowKeeper)?,
    kept: [SweepOutcome?], sharing: (any RowSharing)?, failsFast: Bool, threads: Int,
    title: String
  ) {
    self.sweep = sweep
    self.rows = rows
    self.start = start
    self.keeper = keeper
    self.sharing = sharing
    self.failsFast = failsFast
    self.threads = threads
    progress = SweepProgress(
      title: title, total: rows.count, kept: kept.count { $0 != nil }, host: start.state.host)
    state = Mutex(State(outcomes: kept))
  }

  /// Rows that failed, here and in sweeps inside the rows.
  var failedRowCount: Int { state.withLock { $0.failures + $0.innerFailures } }

  /// Runs every row that is not kept already, `jobs` at a time, and gives the table.
  /// - Throws: what stopped it, with the table of the finished rows as its partial value.
  func table(jobs: Int) throws -> Table {
    let waiting = state.withLock { $0.outcomes.count { $0 == nil } }
    if let sharing {
      try share(among: sharing, jobs: min(jobs, max(1, waiting)))
    } else if waiting > 0 {
      let workers = min(jobs, waiting)
      if workers == 1 { work() } else { start.state.host.onThreads(workers) { self.work() } }
    }
    let (outcomes, ending) = state.withLock { ($0.outcomes, $0.ending) }
    let table = rows.table(outcomes)
    progress.finish(failures: failedRowCount)
    if var ending {
      ending.partial = .table(table)
      throw ending
    }
    return table
  }

  /// What one thread does: one row after the other, as long as there are any.
  func work() {
    while let index = next() {
      let row = rows[index]
      progress.begin(row)
      if let finished = run(row) { take(finished, of: row) }
      progress.end(row)
    }
  }

  /// What one thread of a following process does.
  func follow(_ sharing: any RowSharing) {
    var last: FinishedRow?
    while let index = sharing.next(after: last) {
      last = run(rows[index])
      if last == nil, let ending = state.withLock({ $0.ending }) { sharing.stop(ending) }
    }
  }

  func next() -> Int? {
    state.withLock { state in
      while state.next < state.outcomes.count, state.outcomes[state.next] != nil {
        state.next += 1
      }
      guard state.ending == nil, state.next < state.outcomes.count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  /// Whether running rows are to stop.
  var isStopping: Bool { state.withLock { $0.ending != nil } }

  // MARK: Rows

  /// Runs a row; nil where it was stopped.
  private func run(_ row: SweepRows.Row) -> FinishedRow? {
    let host = RowHost(
      start.state.host, row: row, threads: threads, progress: progress,
      isStopping: { self.isStopping })
    let interpreter = start.interpreter(for: row, host: host)
    let begin = ContinuousClock.now
    var outcome = SweepOutcome()
    var value: Value?
    do {
      try interpreter.stopIfInterrupted(at: sweep.keyword.span)
      let last = try interpreter.run(sweep.body)
      outcome = try SweepOutcome(last, at: sweep.body.last?.span ?? sweep.keyword.span)
      value = last
    } catch {
      let located = interpreter.located(error, at: sweep.keyword.span)
      if located.kind == .interrupted {
        stop(located)
        return nil
      }
      outcome.error = located
      outcome.error?.partial = nil
    }
    var finished = FinishedRow(
      index: row.index, axes: row.axes, value: value, cells: outcome.cells,
      error: outcome.error, records: host.records,
      seconds: begin.duration(to: .now).seconds)
    finished.warnings = host.warnings
    finished.innerFailures = interpreter.failedRowCount
    return finished
  }

  /// Keeps a row that came to its end.
  func take(_ finished: FinishedRow, of row: SweepRows.Row) {
    state.withLock { $0.innerFailures += finished.innerFailures }
    keep(finished)
    finish(row, SweepOutcome(cells: finished.cells, error: finished.error))
  }

  /// The user, or a failure beside it, stopped a row: it is dropped.
  func stop(_ error: ScriptError) {
    state.withLock { state in
      if state.ending == nil { state.ending = error }
    }
  }

  /// Notes a row's end; the first failure is shown at once.
  private func finish(_ row: SweepRows.Row, _ outcome: SweepOutcome) {
    let isFirstFailure = state.withLock { state in
      state.outcomes[row.index] = outcome
      guard var error = outcome.error else { return false }
      state.failures += 1
      if failsFast, state.ending == nil {
        error.notes.append("in the row \(row.text); the sweep stops here because of fail_fast=true")
        state.ending = error
      }
      return state.failures == 1 && !failsFast
    }
    if isFirstFailure, let error = outcome.error {
      progress.message(
        "the row \(row.text) failed; the sweep continues\n\(Diagnostics.render(error))")
    }
  }

  /// A row that cannot be stored stays in the table; the reason is reported once.
  private func keep(_ row: FinishedRow) {
    do {
      try keeper?.keep(row)
    } catch {
      let isFirst = state.withLock { state in
        defer { state.hasToldOfKeeper = true }
        return !state.hasToldOfKeeper
      }
      let message = (error as? ScriptError)?.message ?? "\(error)"
      if isFirst {
        progress.message(
          "warning: rows cannot be stored: \(message); the sweep continues and its table will be complete"
        )
      }
    }
  }
}

/// What every row of a sweep starts from.
struct RowStart: Sendable {
  let table: HostTable
  let sessionSeed: UInt64
  let overrides: [String: ParameterOverride]
  let state: Interpreter.State

  /// An interpreter that stands at the beginning of a row.
  func interpreter(for row: SweepRows.Row, host: any HostContext) -> Interpreter {
    let interpreter = Interpreter(
      table: table, host: host, sessionSeed: sessionSeed, overrides: overrides)
    var state = state
    state.host = host
    state.isQuiet = true
    state.panels = nil
    state.scopes.append([:])
    for (name, value) in row.axes {
      state.scopes[state.scopes.count - 1][name] = value
      state.streams.enclosing.append((name, value))
    }
    interpreter.state = state
    return interpreter
  }
}
