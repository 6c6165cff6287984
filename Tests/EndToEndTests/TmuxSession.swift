import Foundation

/// A real terminal, driven through tmux: keys in, screen out.
final class TmuxSession {
  private let socket = "mim-\(UUID().uuidString.prefix(8))"
  private let folder: URL
  private let ownsFolder: Bool

  struct TimedOut: Error, CustomStringConvertible {
    let wanted: String
    let screen: String
    var description: String { "waited in vain for \(wanted) on:\n\(screen)" }
  }

  /// Opens a terminal of the given size that runs mim-repl in a fresh home, or in that of another terminal.
  /// - Parameter variables: set for it, as a shell has them: `EDITOR=nano`.
  init(
    columns: Int = 100, rows: Int = 40, arguments: String = "", term: String? = nil,
    home: URL? = nil, variables: String = ""
  ) throws {
    folder = try home ?? Program.temporaryFolder()
    ownsFolder = home == nil
    let setting = term.map { "TERM=\($0) " } ?? ""
    try tmux(
      "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "cd '\(folder.path)'; export HOME='\(folder.path)' LC_ALL=C.UTF-8; unset XDG_STATE_HOME; "
        + "\(setting)\(variables) '\(Program.path)' \(arguments); echo \"exit=$?\"; cat")
  }

  deinit {
    _ = try? tmux("kill-server")
    if ownsFolder { try? FileManager.default.removeItem(at: folder) }
  }

  /// The fresh home.
  var home: URL { folder }

  /// Types text as it is.
  func type(_ text: String) throws { try tmux("send-keys", "-l", text) }

  /// Presses keys by their tmux names: `Enter`, `Tab`, `C-c`, `Up`.
  func press(_ keys: String...) throws {
    for key in keys { try tmux("send-keys", key) }
  }

  /// Types a line and presses Enter.
  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Pastes text as a terminal does, in brackets where the program asked for them.
  func paste(_ text: String) throws {
    let file = folder.appendingPathComponent("paste")
    try Data(text.utf8).write(to: file)
    try tmux("load-buffer", file.path)
    try tmux("paste-buffer", "-p", "-r")
  }

  /// The screen's text, with the lines that scrolled away.
  func screen() throws -> String { try tmux("capture-pane", "-p", "-J", "-S", "-") }

  /// Waits until the screen holds `text` (`count` times).
  @discardableResult
  func wait(for text: String, count: Int = 1, seconds: Double = 120) throws -> String {
    let end = Date().addingTimeInterval(seconds)
    var last = ""
    while Date() < end {
      last = try screen()
      if last.components(separatedBy: text).count > count { return last }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw TimedOut(wanted: "\(count) × `\(text)`", screen: last)
  }

  /// Waits until the program waits for a line: the last line of the screen is an empty prompt. Only then does it read keys one by
  /// one; a Ctrl-D typed before is the terminal's own, and lost (as in any shell).
  func waitForPrompt(seconds: Double = 120) throws {
    let end = Date().addingTimeInterval(seconds)
    var last = ""
    while Date() < end {
      last = try screen()
      let lines = last.split(separator: "\n").map { $0.drop { $0 == " " } }
      if let line = lines.last(where: { !$0.isEmpty }), line == "mim>" || line == "mim> " { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw TimedOut(wanted: "an empty prompt", screen: last)
  }

  /// The process of mim-repl: the child of the terminal's shell.
  func process() throws -> pid_t {
    let shell = try tmux("list-panes", "-F", "#{pane_pid}").split(separator: "\n").first ?? ""
    let children = try String(
      contentsOfFile: "/proc/\(shell)/task/\(shell)/children", encoding: .utf8)
    guard let child = children.split(separator: " ").first.flatMap({ pid_t($0) }) else {
      throw TimedOut(wanted: "the program", screen: try screen())
    }
    return child
  }

  /// Closes the terminal under the program.
  func vanish() throws { try tmux("kill-server") }

  @discardableResult
  private func tmux(_ arguments: String...) throws -> String {
    let file = folder.appendingPathComponent("tmux-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    _ = try Spawn.run(
      ["tmux", "-L", socket] + arguments, output: file, error: URL(fileURLWithPath: "/dev/null"),
      environment: ProcessInfo.processInfo.environment)
    let data = try Data(contentsOf: file)
    return String(decoding: data, as: UTF8.self)
  }
}
