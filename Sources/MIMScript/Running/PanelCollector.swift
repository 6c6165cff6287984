import Synchronization

/// Stands in for the host inside a figure block: what would be shown and fits the figure verb's
/// first parameter becomes a panel; everything else goes on to the host.
final class PanelCollector: HostContext {
  private let host: any HostContext
  private let accepts: @Sendable (Value) -> Bool
  private let collected = Mutex<[Value]>([])

  init(host: any HostContext, accepts: @escaping @Sendable (Value) -> Bool) {
    self.host = host
    self.accepts = accepts
  }

  /// The panels in the order shown.
  var panels: [Value] { collected.withLock { $0 } }

  /// Keeps a panel; false when it is none.
  func take(_ value: Value) -> Bool {
    guard accepts(value) else { return false }
    collected.withLock { $0.append(value) }
    return true
  }

  var isInterrupted: Bool { host.isInterrupted }
  var wantsStop: Bool { host.wantsStop }
  func meetRanks() throws { try host.meetRanks() }
  var base: any HostContext { host.base }
  var hasLiveLine: Bool { host.hasLiveLine }
  func progress(_ update: ProgressUpdate) { host.progress(update) }
  func message(_ text: String) { host.message(text) }
  var jobs: Int { host.jobs }
  var rowThreads: Int? { host.rowThreads }
  var forecaster: (any WorkForecaster)? { host.forecaster }
  func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    host.onThreads(count, work)
  }
  func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)? { try host.keeper(for: sweep) }
  func sharing(of sweep: SweepIdentity) throws -> (any RowSharing)? {
    try host.sharing(of: sweep)
  }
  func record(_ record: WorkRecord) { host.record(record) }
  func show(_ value: Value, statement: String) {
    if !take(value) { host.show(value, statement: statement) }
  }
}
