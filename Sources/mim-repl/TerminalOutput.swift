import Foundation
import MIMScript
import MIMSession
import Synchronization

/// A person's terminal: results on standard output, messages, errors and one live progress line
/// on standard error.
final class TerminalOutput: SessionOutput {
  private struct State {
    var live: LiveLine
    var isLineDrawn = false
    var isPipeClosed = false
  }

  private let style: TerminalStyle
  private let isQuiet: Bool
  private let interruption: Interruption
  private let state: Mutex<State>

  init(style: TerminalStyle, isQuiet: Bool, interruption: Interruption) {
    self.style = style
    self.isQuiet = isQuiet
    self.interruption = interruption
    state = Mutex(State(live: LiveLine(usesUnicode: style.usesUnicode)))
  }

  func show(_ shown: ShownValue) {
    let width = TerminalStyle.width(of: STDOUT_FILENO)
    let lines = shown.displayLines(width: width)
    state.withLock { state in
      clearLine(&state)
      write(lines.map { $0 + "\n" }.joined(), to: STDOUT_FILENO, &state)
    }
  }

  func message(_ text: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      clearLine(&state)
      write(text + "\n", to: STDERR_FILENO, &state)
    }
  }

  func progress(_ update: ProgressUpdate) {
    guard !isQuiet else { return }
    let now = ProcessInfo.processInfo.systemUptime
    let width = TerminalStyle.width(of: STDERR_FILENO)
    state.withLock { state in
      if update.isFinished {
        clearLine(&state)
        if !update.detail.isEmpty { write(update.detail + "\n", to: STDERR_FILENO, &state) }
      } else if let text = state.live.text(for: update, now: now, width: width) {
        write("\r\u{1B}[K" + text, to: STDERR_FILENO, &state)
        state.isLineDrawn = true
      }
    }
  }

  func failure(_ error: ScriptError, text: String) {
    let width = TerminalStyle.width(of: STDERR_FILENO)
    let laidOut = Diagnostics.render(error, width: width, color: style.usesColor)
    state.withLock { state in
      clearLine(&state)
      write(laidOut + "\n", to: STDERR_FILENO, &state)
    }
  }

  /// True once the reader of standard output has gone (`| head`).
  var isPipeClosed: Bool { state.withLock { $0.isPipeClosed } }

  private func clearLine(_ state: inout State) {
    guard state.isLineDrawn else { return }
    state.isLineDrawn = false
    write("\r\u{1B}[K", to: STDERR_FILENO, &state)
  }

  private func write(_ text: String, to descriptor: Int32, _ state: inout State) {
    let bytes = [UInt8](text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EPIPE && descriptor == STDOUT_FILENO {
        // Nobody reads any more: stop as `| head` expects, after the current step.
        state.isPipeClosed = true
        interruption.request(.termination)
      }
      guard count > 0 else { return }
      written += count
    }
  }
}
