import Dispatch
import MIMScript
import Synchronization

/// What the thread of a run tells the one who watches.
final class WatchMailbox: Sendable {
  enum Event: Sendable {
    /// A statement of the cell runs; what is found does not.
    case runs(cell: String)
    /// The cell's statement, or all of it, has come to an end.
    case rests
    case progress(ProgressUpdate)
    case ended(CellResult, [Span: InlineText])
    case finished
  }

  private let events = Mutex<[Event]>([])
  private let bell = DispatchSemaphore(value: 0)

  func post(_ event: Event) {
    let isUrgent = events.withLock { events in
      // Only the last word on progress counts, and it can wait.
      if case .progress = event {
        if case .progress? = events.last { events.removeLast() }
        events.append(event)
        return false
      }
      events.append(event)
      return true
    }
    if isUrgent { bell.signal() }
  }

  /// What has come; waits a while for something urgent.
  func take(waiting seconds: Double) -> [Event] {
    _ = bell.wait(timeout: .now() + seconds)
    while bell.wait(timeout: .now()) == .success {}
    return events.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
