import Foundation

/// While a statement runs, the terminal doesn't show what is typed: it would stand within pictures and the live line. The next prompt reads
/// it, and shows it there.
struct SilentKeyboard {
  private var before = termios()

  /// Nil where there is no terminal, it shows nothing anyway, or this program is in the background.
  init?() {
    guard tcgetpgrp(STDIN_FILENO) == getpgrp(), tcgetattr(STDIN_FILENO, &before) == 0,
      before.c_lflag & tcflag_t(ECHO) != 0
    else { return nil }
    var mode = before
    mode.c_lflag &= ~tcflag_t(ECHO)
    // What was typed before stays there to be read.
    guard tcsetattr(STDIN_FILENO, TCSANOW, &mode) == 0 else { return nil }
  }

  /// Shows keys again.
  func end() {
    var mode = before
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
  }
}
