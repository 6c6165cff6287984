import Foundation
import MIMFormats
import MIMScript

/// Shows what is longer than the screen in the user's pager. Only at the prompt of a terminal: pipes and files get everything.
struct Pager {
  private let command: String
  private static let usual = "less -R -F -X"

  /// Nil where nobody could read it: without a terminal on both sides, or where $PAGER is empty or `cat`.
  init?(environment: [String: String]) {
    let isDumb = (environment["TERM"] ?? "dumb") == "dumb"
    let wanted = environment["PAGER"] ?? Self.usual
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, !isDumb,
      !["", "cat"].contains(wanted.trimmingCharacters(in: .whitespaces))
    else { return nil }
    command = wanted
  }

  /// Shows lines that take more than the screen.
  /// - Returns: false where they fit, or there is no such pager: nothing was shown.
  func show(_ lines: [String]) -> Bool {
    let (width, height) = TerminalStyle.size(of: STDOUT_FILENO)
    let rows = lines.reduce(0) { rows, line in
      rows + max(1, (TextWidth.columns(line) + width - 1) / max(1, width))
    }
    // The next prompt needs a row too.
    guard rows >= height else { return false }
    let text = VisibleText.escaped(lines.map { $0 + "\n" }.joined())
    let status = ForegroundProgram.run(command, input: text)
    return status != nil && status != ForegroundProgram.notFound
  }
}
