import CTerminal
import Foundation

/// What the two output streams can show, decided once at the start.
struct TerminalStyle: Sendable {
  /// `--color`.
  enum ColorChoice: String, Sendable, CaseIterable {
    case auto, always, never
  }

  /// Colour on standard error, where errors go.
  let usesColor: Bool
  /// A live progress line on standard error.
  let hasLiveLine: Bool
  /// Box-drawing characters in the live line.
  let usesUnicode: Bool

  /// Reads the environment: NO_COLOR (no-color.org) and TERM=dumb switch colour off, FORCE_COLOR
  /// on; colour off changes nothing else.
  init(color: ColorChoice, environment: [String: String]) {
    let isTerminal = isatty(STDERR_FILENO) == 1
    let isDumb = environment["TERM"] == "dumb" || environment["TERM"] == nil
    func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
    switch color {
    case .always: usesColor = true
    case .never: usesColor = false
    case .auto:
      usesColor = isSet("FORCE_COLOR") || (isTerminal && !isDumb && !isSet("NO_COLOR"))
    }
    hasLiveLine = isTerminal && !isDumb
    let locale = environment["LC_ALL"] ?? environment["LC_CTYPE"] ?? environment["LANG"] ?? ""
    // A terminal that names no character set at all is far more often UTF-8 than not.
    usesUnicode = locale.isEmpty || locale.uppercased().contains("UTF")
  }

  /// The columns of the terminal on a stream; asked again each time, because windows change their
  /// size. Without a terminal $COLUMNS, or 80.
  static func width(of descriptor: Int32) -> Int {
    if isatty(descriptor) == 0,
      let given = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }),
      (20...10_000).contains(given)
    {
      return given
    }
    return size(of: descriptor).width
  }

  /// Columns and rows of the terminal on a stream; without one 80 and 24.
  static func size(of descriptor: Int32) -> (width: Int, height: Int) {
    var columns: Int32 = 80
    var rows: Int32 = 24
    cterminal_size(descriptor, &columns, &rows)
    return (Int(columns), Int(rows))
  }
}
