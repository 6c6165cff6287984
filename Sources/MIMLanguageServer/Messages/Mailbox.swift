import Foundation
import MIMScript
import MIMSession

/// Messages between the thread that reads and one that works. What is cancelled while it waits is never begun.
package final class Mailbox: @unchecked Sendable {
  private let condition = NSCondition()
  private var messages: [Message] = []
  private var cancelled: [JSON] = []
  private var isClosed = false

  /// What the working thread finds.
  package enum Item {
    case message(Message)
    /// A request that nobody wants an answer to any more, but that has to have one.
    case cancelled(id: JSON)
    /// Nothing waits: time for what has none.
    case idle
    case closed
  }

  package init() {}

  /// Puts a message behind those that wait; `$/cancelRequest` cancels one of them.
  package func post(_ message: Message) {
    condition.withLock {
      if case .notification("$/cancelRequest", let params) = message {
        let isWaiting = messages.contains {
          if case .request(let id, _, _) = $0 { id == params["id"] } else { false }
        }
        if isWaiting { cancelled.append(params["id"]) }
        return
      }
      messages.append(message)
      condition.signal()
    }
  }

  /// No more messages come.
  package func close() {
    condition.withLock {
      isClosed = true
      condition.signal()
    }
  }

  /// The next message, in the order in which they came.
  /// - Parameter waits: whether to wait for one; otherwise `idle` where there is none.
  package func next(waits: Bool) -> Item {
    condition.withLock {
      while messages.isEmpty {
        if isClosed { return .closed }
        guard waits else { return .idle }
        condition.wait()
      }
      let message = messages.removeFirst()
      if case .request(let id, _, _) = message, let place = cancelled.firstIndex(of: id) {
        cancelled.remove(at: place)
        return .cancelled(id: id)
      }
      return .message(message)
    }
  }
}
