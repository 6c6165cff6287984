import Synchronization

/// The world of one row of a sweep: its work counts towards the sweep's progress, its warnings are
/// told once for all rows, its other messages are not.
final class RowHost: HostContext {
  private let host: any HostContext
  private let row: SweepRows.Row
  private let threads: Int
  private let progress: SweepProgress?
  private let isStopping: @Sendable () -> Bool
  private let taken = Mutex<[WorkRecord]>([])
  private let warned = Mutex<[String]>([])
  let forecaster: (any WorkForecaster)?

  init(
    _ host: any HostContext, row: SweepRows.Row, threads: Int, progress: SweepProgress?,
    forecaster: (any WorkForecaster)? = nil, isStopping: @escaping @Sendable () -> Bool = { false }
  ) {
    self.host = host
    self.row = row
    self.threads = threads
    self.progress = progress
    self.forecaster = forecaster
    self.isStopping = isStopping
  }

  /// What the row's verbs left behind.
  var records: [WorkRecord] { taken.withLock { $0 } }

  /// The warnings that its verbs gave.
  var warnings: [String] { warned.withLock { $0 } }

  var base: any HostContext { host.base }
  var isInterrupted: Bool { host.wantsStop || isStopping() }
  var rowThreads: Int? { threads }
  func progress(_ update: ProgressUpdate) { progress?.update(row, update) }
  func message(_ text: String) {
    guard text.hasPrefix("warning") else { return }
    warned.withLock { $0.append(text) }
    progress?.message(text)
  }
  func show(_ value: Value, statement: String) { host.show(value, statement: statement) }
  func record(_ record: WorkRecord) {
    taken.withLock { $0.append(record) }
    host.record(record)
  }
}
