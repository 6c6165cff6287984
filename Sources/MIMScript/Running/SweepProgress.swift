import MIMFormats
import Synchronization

/// How far a sweep has come: finished rows, and the fraction of those that run. Calls may come from
/// any thread; the host hears one at a time.
final class SweepProgress: Sendable {
  private let title: String
  private let total: Int
  /// Rows that were there before.
  private let kept: Int
  private let host: any WorkHost & OutputHost
  private let begin = ContinuousClock.now
  private let state: Mutex<State>

  private struct State {
    var finished: Int
    /// The rows that run: their text and how much of each is done, 0…1.
    var running: [Int: (text: String, share: Double)] = [:]
    var told: Set<String> = []
  }

  init(title: String, total: Int, kept: Int, host: any WorkHost & OutputHost) {
    self.title = title
    self.total = total
    self.kept = kept
    self.host = host
    state = Mutex(State(finished: kept))
  }

  func begin(_ row: SweepRows.Row) {
    state.withLock { state in
      state.running[row.index] = (row.text, 0)
      tell(state)
    }
  }

  func end(_ row: SweepRows.Row) {
    state.withLock { state in
      state.running[row.index] = nil
      state.finished += 1
      tell(state)
    }
  }

  /// Takes the progress of work inside a row.
  func update(_ row: SweepRows.Row, _ update: ProgressUpdate) {
    guard let total = update.total, total > 0, !update.isFinished else { return }
    // The last part is for what follows the longest work of a row.
    let share = min(max(update.done / total, 0), 1) * 0.95
    state.withLock { state in
      let before = state.running[row.index]?.share ?? 0
      state.running[row.index]?.share = max(share, before)
      tell(state)
    }
  }

  /// Tells something; the same text only once.
  func message(_ text: String) {
    state.withLock { state in
      if state.told.insert(text).inserted { host.message(text) }
    }
  }

  /// The line after the sweep.
  func finish(failures: Int) {
    state.withLock { state in
      var parts = ["\(state.finished - state.running.count) of \(total) rows"]
      if kept > 0 { parts.append("\(kept) of them from the run store") }
      if failures > 0 { parts.append("\(failures) failed") }
      let detail = parts.joined(separator: ", ") + " in \(DurationText.rough(seconds))"
      host.progress(
        ProgressUpdate(
          title: title, done: Double(state.finished), total: Double(total), detail: detail,
          isFinished: true))
    }
  }

  private func tell(_ state: State) {
    let shares = state.running.values.reduce(0) { $0 + $1.share }
    let done = Double(state.finished) + shares
    let fresh = done - Double(kept)
    let remaining = fresh > 0 ? seconds / fresh * (Double(total) - done) : nil
    var texts = state.running.sorted { $0.key < $1.key }.map(\.value.text)
    if texts.count > 2 { texts = Array(texts.prefix(2)) + ["\(texts.count - 2) more"] }
    host.progress(
      ProgressUpdate(
        title: title, done: done, total: Double(total), detail: texts.joined(separator: " | "),
        remaining: remaining))
  }

  private var seconds: Double {
    begin.duration(to: .now).seconds
  }
}
