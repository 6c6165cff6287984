import Synchronization

/// Adds up the costs of one row's work.
final class RowForecaster: WorkForecaster {
  private let total = Mutex<WorkCost?>(nil)

  /// What the row would cost; nil when nothing in it told.
  var cost: WorkCost? { total.withLock { $0 } }

  func add(_ cost: WorkCost) {
    total.withLock { total in
      guard let before = total else {
        total = cost
        return
      }
      // One after the other: times add up, the memory is that of the largest.
      total = WorkCost(
        parameters: before.parameters + cost.parameters, bytes: max(before.bytes, cost.bytes),
        seconds: before.seconds + cost.seconds)
    }
  }
}

extension Interpreter {
  /// What each row would cost: its block runs as far as models are made; trainings tell their
  /// cost instead of being done, and what needs their results ends the row.
  func costs(of sweep: Sweep, _ rows: SweepRows, from start: RowStart, threads: Int) throws
    -> [WorkCost?]
  {
    try (0..<rows.count).map { index in
      try stopIfInterrupted(at: sweep.keyword.span)
      let forecaster = RowForecaster()
      let row = rows[index]
      let host = RowHost(
        start.state.host, row: row, threads: threads, progress: nil, forecaster: forecaster)
      _ = try? start.interpreter(for: row, host: host).run(sweep.body)
      return forecaster.cost
    }
  }
}
