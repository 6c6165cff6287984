import Synchronization

/// The leading process's part for the others, and what each of them does.
extension SweepRun: RowDesk {
  func nextRow() -> Int? {
    guard let index = next() else { return nil }
    progress.begin(rows[index])
    return index
  }

  func take(_ row: FinishedRow) {
    row.warnings.forEach(progress.message)
    var row = row
    row.axes = rows[row.index].axes
    take(row, of: rows[row.index])
    progress.end(rows[row.index])
  }

  /// Runs rows here and in other processes until all are done everywhere.
  func share(among sharing: any RowSharing, jobs: Int) throws {
    let isTaken = Mutex(false)
    let running = Mutex(jobs)
    start.state.host.onThreads(jobs + 1) {
      // One thread speaks with the other processes.
      let speaks = isTaken.withLock { taken in
        defer { taken = true }
        return !taken
      }
      guard speaks else {
        defer { running.withLock { $0 -= 1 } }
        return sharing.isLeading ? self.work() : self.follow(sharing)
      }
      if sharing.isLeading { return sharing.serve(self) }
      sharing.watch(isDone: { running.withLock { $0 == 0 } }) {
        self.stop(ScriptError("E901", "the sweep was stopped", kind: .interrupted))
      }
    }
    if !sharing.isLeading { sharing.leave() }
    adopt(try sharing.share(results))
  }

  private var results: SharedRows {
    state.withLock { state in
      SharedRows(
        outcomes: state.outcomes.map { $0.map { RowOutcome(cells: $0.cells, error: $0.error) } },
        failureCount: state.failures + state.innerFailures, ending: state.ending)
    }
  }

  /// Takes over what the leading process has; it keeps its own.
  private func adopt(_ results: SharedRows) {
    guard let sharing, !sharing.isLeading else { return }
    state.withLock { state in
      state.outcomes = results.outcomes.map {
        $0.map { SweepOutcome(cells: $0.cells, error: $0.error) }
      }
      state.failures = results.failureCount
      state.ending = results.ending
    }
  }
}
