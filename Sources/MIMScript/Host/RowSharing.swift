/// One sweep's rows among several processes, of which the leading one hands them out, keeps them and tells
/// of them. Every process runs the same statement; calls other than `begin`, `serve` and `share` may come
/// from several threads.
public protocol RowSharing: Sendable {
  /// Whether this is the process that hands out.
  var isLeading: Bool { get }
  /// How many processes there are.
  var processCount: Int { get }
  /// Runs `body` in every process; where it throws in some, all throw.
  func begin<Result>(_ body: () throws -> Result) throws -> Result

  /// Leading: answers the others until each of them has left.
  func serve(_ desk: any RowDesk)

  /// Following: gives back what became of the last row and asks for the next; nil: there are no more.
  func next(after row: FinishedRow?) -> Int?
  /// Following: tells that this process was asked to stop.
  func stop(_ error: ScriptError)
  /// Following: calls `stopping` once the sweep is stopping, and returns when `isDone`.
  func watch(isDone: @Sendable () -> Bool, stopping: @Sendable () -> Void)
  /// Following: no thread of this process asks any more.
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

/// What came of a sweep, for every process.
public struct SharedRows: Sendable {
  /// By row: its columns or why it failed; nil for one that did not come to its end.
  public var outcomes: [RowOutcome?]
  /// Failed rows, those of sweeps inside the rows included.
  public var failureCount: Int
  /// What stopped the sweep.
  public var ending: ScriptError?

  package init(outcomes: [RowOutcome?], failureCount: Int, ending: ScriptError?) {
    self.outcomes = outcomes
    self.failureCount = failureCount
    self.ending = ending
  }
}

/// How a row came to its end.
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
