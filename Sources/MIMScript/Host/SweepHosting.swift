/// Everything that determines the results of a sweep's rows, except for the rows' own axis values.
public struct SweepIdentity: Sendable {
  /// The name that the sweep's table is bound to; nil for a sweep that is only shown.
  public let target: String?
  /// The text of the whole statement, for people.
  public let statement: String
  /// The label of the cell that it stands in; empty outside notebooks.
  public let cell: String
  /// The session's seed.
  public let seed: UInt64
  /// Loop variables and axes around the sweep, with their values.
  public let enclosing: [(name: String, value: Value)]
  /// How often each verb was called without a name before, which its random streams depend on.
  public let unnamedCalls: [String: Int]
  /// The statements of one row.
  public let body: [Statement]
  /// The names of its axes.
  public let axes: [String]
  /// Every name that the block can see.
  public let visible: [String: Value]
  /// The values given from outside for `param` lines.
  public let overrides: [String: ParameterOverride]
  /// Threads of one row.
  public let threads: Int
}

/// Stores the rows of one sweep as they finish, and returns those that are already finished.
/// Called from several threads at once.
public protocol RowKeeper: Sendable {
  /// The place where rows are stored, for messages.
  var place: String { get }
  /// The columns of a finished row; nil when it has to be run.
  func row(_ axes: [(name: String, value: Value)]) -> KeptRow?
  /// Stores a row. An error is reported once, and the sweep continues.
  func keep(_ row: FinishedRow) throws
  /// Called once all rows are stored.
  func finish()
}

extension RowKeeper {
  /// Nothing: every row is where it should be.
  public func finish() {}
}

/// A stored row.
public struct KeptRow: Sendable {
  /// The columns that its last value gave.
  public let cells: [(column: Table.Column, value: Value)]

  package init(cells: [(column: Table.Column, value: Value)]) { self.cells = cells }
}

/// A row that finished or failed.
public struct FinishedRow: Sendable {
  /// Its place in the sweep, counted from 0.
  public let index: Int
  /// The values of its axes.
  public internal(set) var axes: [(name: String, value: Value)]
  /// The block's last value; nil for a failed row.
  public let value: Value?
  /// The columns that the value gave.
  public let cells: [(column: Table.Column, value: Value)]
  /// Why it failed.
  public let error: ScriptError?
  /// What its verbs produced besides their values.
  public let records: [WorkRecord]
  /// Wall-clock seconds.
  public let seconds: Double
  /// The warnings of this row.
  public var warnings: [String] = []
  /// Failed rows of sweeps inside it.
  public var innerFailures = 0

  package init(
    index: Int, axes: [(name: String, value: Value)], value: Value?,
    cells: [(column: Table.Column, value: Value)], error: ScriptError?, records: [WorkRecord],
    seconds: Double
  ) {
    self.index = index
    self.axes = axes
    self.value = value
    self.cells = cells
    self.error = error
    self.records = records
    self.seconds = seconds
  }
}

/// What a verb produces besides its value.
public enum WorkRecord: Sendable {
  /// The epochs of a training: its name and its columns.
  case history(name: String, Table)
  /// A file that was written.
  case file(path: String)
}

/// Adds up what the rows of a sweep would cost.
public protocol WorkForecaster: Sendable {
  /// Takes the cost of one piece of work.
  func add(_ cost: WorkCost)
}

/// What one piece of work, such as a training, would cost.
public struct WorkCost: Sendable {
  /// The number of parameters.
  public var parameters: Int
  /// Peak memory in bytes.
  public var bytes: Int
  /// The longest time in seconds; training that stops early takes less.
  public var seconds: Double

  package init(parameters: Int, bytes: Int, seconds: Double) {
    self.parameters = parameters
    self.bytes = bytes
    self.seconds = seconds
  }
}
