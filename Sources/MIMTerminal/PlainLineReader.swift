import CTerminal
import Foundation

/// Reads lines from standard input where they can't be edited. Swift's `readLine` goes on by itself when a signal comes, for ever.
struct PlainLineReader {
  private var pending: [UInt8] = []

  /// Reads one line; a last one without a line break counts.
  mutating func read() -> LineEditor.Input {
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      if let line = takeLine() { return .line(line) }
      cterminal_set_reading(1)
      let count = chunk.withUnsafeMutableBytes {
        Foundation.read(STDIN_FILENO, $0.baseAddress, $0.count)
      }
      let reason = errno
      cterminal_set_reading(0)
      if count > 0 {
        pending += chunk.prefix(count)
      } else if count < 0 && reason == EINTR {
        pending = []
        return .interrupted
      } else {
        // The end, or a terminal that is no longer there.
        guard !pending.isEmpty else { return .end }
        defer { pending = [] }
        return .line(String(decoding: pending, as: UTF8.self))
      }
    }
  }

  private mutating func takeLine() -> String? {
    guard let place = pending.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { pending.removeSubrange(...place) }
    return String(decoding: pending[..<place], as: UTF8.self)
  }
}
