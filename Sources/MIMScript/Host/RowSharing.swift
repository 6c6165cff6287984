/// Distributes the rows of one sweep among several processes. The leading process hands out rows, stores
/// them and reports progress. Every process runs the same statement; calls other than `begin`, `serve` and
/// `share` may come from several threads.
public protocol RowSharing: Sendable {
  /// Whether this is the leading process.
  var isLeading: Bool { get }
  /// How many processes there are.
  var processCount: Int { get }
  /// Runs `body` in every process; if it throws in some processes, it throws in all.
  func begin<Result>(_ body: () throws -> Result) throws -> Result

  /// Leading process: answers the others until each of them has left.
  func serve(_ desk: any RowDesk)

  /// Following processes: returns the outcome of the last row and asks for the next; nil: there are no more.
  func next(after row: FinishedRow?) -> Int?
  /// Following processes: reports that this process received a request to stop.
  func stop(_ error: ScriptError)
  /// Following processes: calls `stopping` once the sweep is stopping, and returns when `isDone`.
  func watch(isDone: @Sendable () -> Bool, stopping: @Sendable () -> Void)
  /// Following processes: no thread of this process will ask again.
  func leave()

  /// The leading process's results, in every process.
  func share(_ results: SharedRows) throws -> SharedRows
}

/// What the leading process does for the others.
public protocol RowDesk: Sendable {
  /// The next row to run; nil when there are no more or the sweep stops.
  func nextRow() -> Int?
  /// Takes a row that another process ran.
  func take(_ row: FinishedRow)
  /// Stops the sweep.
  func stop(_ error: ScriptError)
  /// Whether running rows are to stop.
  var isStopping: Bool { get }
}

/// The results of a sweep, for every process.
public struct SharedRows: Sendable {
  /// For each row, its columns or its error; nil for a row that was not completed.
  public var outcomes: [RowOutcome?]
  /// The number of failed rows, including those of sweeps inside the rows.
  public var failureCount: Int
  /// What stopped the sweep.
  public var ending: ScriptError?

  package init(outcomes: [RowOutcome?], failureCount: Int, ending: ScriptError?) {
    self.outcomes = outcomes
    self.failureCount = failureCount
    self.ending = ending
  }
}

/// The outcome of a row.
public struct RowOutcome: Sendable {
  /// The columns that its last value gave; none for a failed row.
  public var cells: [(column: Table.Column, value: Value)]
  /// Why it failed.
  public var error: ScriptError?

  package init(cells: [(column: Table.Column, value: Value)], error: ScriptError? = nil) {
    self.cells = cells
    self.error = error
  }
}
