import Foundation
import MIMScript
import MIMSession
import Synchronization

/// A language server over a pair of byte streams: one thread reads, one answers, one computes lenses.
package enum ServerProcess {
  private static let stackSize = 16 << 20

  /// The answering thread's result.
  private final class Outcome: Sendable {
    let exitCode = Mutex<Int32>(1)
    let isOver = DispatchSemaphore(value: 0)
    /// Messages go out whole.
    let writing = Mutex(())
  }

  /// Serves until the client says `exit`, or its stream ends.
  /// - Parameters:
  ///   - read: gives at most so many bytes of what the client sends, and none at its end.
  ///   - write: takes bytes for the client.
  ///   - complain: takes what the user of a terminal should know.
  /// - Returns: the exit code: 0 after `shutdown` and `exit`, otherwise 1.
  package static func serve(
    table: HostTable, options: RunOptions, read: @escaping @Sendable (Int) -> [UInt8],
    write: @escaping @Sendable ([UInt8]) -> Void, complain: @escaping @Sendable (String) -> Void
  ) -> Int32 {
    let (mailbox, outcome) = (Mailbox(), Outcome())
    let send: @Sendable (JSON) -> Void = { json in
      let bytes = Reply.framed(json)
      outcome.writing.withLock { _ in write(bytes) }
    }
    start { readMessages(into: mailbox, read, send, complain) }
    start {
      let code = work(
        LanguageServer(table: table, options: options, send: send), mailbox)
      outcome.exitCode.withLock { $0 = code }
      outcome.isOver.signal()
    }
    outcome.isOver.wait()
    return outcome.exitCode.withLock { $0 }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.stackSize = stackSize
    thread.start()
  }

  private static func readMessages(
    into mailbox: Mailbox, _ read: @escaping @Sendable (Int) -> [UInt8],
    _ send: @Sendable (JSON) -> Void, _ complain: @Sendable (String) -> Void
  ) {
    var reader = MessageReader(read: read)
    do throws(MessageReader.Problem) {
      while let bytes = try reader.next() {
        if let json = JSON(parsing: bytes) {
          mailbox.post(Message(json))
        } else {
          send(Reply.error(.parse, to: .null))
        }
      }
    } catch {
      // Nobody knows where the next message begins.
      complain(text(error))
      if error != .truncated {
        send(Reply.error(RequestError(code: -32600, message: text(error)), to: .null))
      }
    }
    mailbox.close()
  }

  private static func text(_ problem: MessageReader.Problem) -> String {
    switch problem {
    case .badHeader:
      "a message has no usable Content-Length; this is the language server for editors"
    case .tooLong(let length): "a message of \(length) bytes is longer than this server reads"
    case .truncated: "the stream ended in the middle of a message"
    }
  }

  private static func work(_ server: LanguageServer, _ mailbox: Mailbox) -> Int32 {
    var isSettled = true
    while server.exitCode == nil {
      switch mailbox.next(waits: isSettled) {
      case .message(let message):
        server.receive(message)
        isSettled = false
      case .cancelled(let id): server.refuse(id)
      case .idle:
        server.settle()
        isSettled = true
      case .closed:
        server.settle()
        server.finishBackgroundWork()
        return 1
      }
    }
    return server.exitCode ?? 1
  }
}
