import Foundation
import MIMScript
import Synchronization

/// Requests whose answer takes a while (lenses read the files that results depend on), on a thread of their own, so that nobody waits for
/// them while typing.
final class BackgroundWork: Sendable {
  private struct Request {
    let id: JSON
    let uri: String
    let work: @Sendable () -> JSON
  }

  private struct State {
    var waiting: [Request] = []
    var running: (uri: String, isOutdated: Bool)?
  }

  private let send: @Sendable (JSON) -> Void
  private let state = Mutex(State())
  private let isDone = NSCondition()

  init(_ send: @escaping @Sendable (JSON) -> Void) {
    self.send = send
  }

  /// Answers a request with what `work` gives, after those before it.
  func answer(_ id: JSON, about uri: String, _ work: @escaping @Sendable () -> JSON) {
    let begins = state.withLock { state in
      state.waiting.append(Request(id: id, uri: uri, work: work))
      return state.running == nil && state.waiting.count == 1
    }
    guard begins else { return }
    let thread = Thread { [self] in run() }
    // Checks follow nested text.
    thread.stackSize = 16 << 20
    thread.start()
  }

  /// The text is another: what was asked about it is answered as outdated.
  func giveUp(about uri: String) {
    let refused = state.withLock { state in
      if state.running?.uri == uri { state.running?.isOutdated = true }
      let refused = state.waiting.dropFirst().filter { $0.uri == uri }
      state.waiting.removeAll { request in refused.contains { $0.id == request.id } }
      return refused
    }
    for request in refused { send(Reply.error(.changed, to: request.id)) }
  }

  /// Waits until nothing is left to do.
  func finish() {
    isDone.withLock {
      while state.withLock({ !$0.waiting.isEmpty }) { isDone.wait() }
    }
  }

  private func run() {
    while true {
      let request = state.withLock { state -> Request? in
        state.running = state.waiting.first.map { ($0.uri, false) }
        return state.waiting.first
      }
      guard let request else { break }
      let result = request.work()
      let isOutdated = state.withLock { $0.running?.isOutdated ?? false }
      send(
        isOutdated ? Reply.error(.changed, to: request.id) : Reply.result(result, to: request.id))
      let isLast = state.withLock { state in
        state.waiting.removeFirst()
        state.running = nil
        return state.waiting.isEmpty
      }
      if isLast { break }
    }
    isDone.withLock { isDone.broadcast() }
  }
}
