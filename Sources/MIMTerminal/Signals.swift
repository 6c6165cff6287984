import CTerminal
import Foundation
import MIMSession

/// Turns Ctrl-C, SIGTERM and SIGHUP into requests to stop.
enum Signals {
  /// Watches for the rest of the process's life.
  static func watch(_ interruption: Interruption) {
    let context = Unmanaged.passRetained(interruption).toOpaque()
    _ = cterminal_watch_signals(context) { context, number in
      guard let context else { return }
      let interruption = Unmanaged<Interruption>.fromOpaque(context).takeUnretainedValue()
      if number == SIGINT {
        interruption.request(.user)
      } else {
        interruption.requestEnd(isFinal: number == SIGHUP)
      }
    }
  }
}
