import Foundation
import Synchronization

/// A terminal that is none: a pseudo-terminal with mim-repl behind it, whose every byte is kept, and which answers questions as it is told.
final class FakeTerminal: Sendable {
  /// What it says to a question: the bytes of the question, and those of the answer.
  typealias Answers = [String: String]

  private let keyboard: Int32
  private let process: pid_t
  private let home: URL
  private let received = Received()

  /// What came.
  private final class Received: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  // Of Linux, behind macros that Swift doesn't see: TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let ownSession: Int16 = 0x80

  struct Failed: Error, CustomStringConvertible { let description: String }

  /// Starts mim-repl in a fresh home, in a terminal of a size in characters and in pixels.
  init(
    columns: Int = 100, rows: Int = 40, pixels: (width: Int, height: Int) = (0, 0),
    arguments: [String] = [], variables: [String: String] = [:], answers: Answers = [:]
  ) throws {
    home = try Program.temporaryFolder()
    keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, UInt32) = (0, 0)
    guard keyboard >= 0, ioctl(keyboard, Self.setLock, &isLocked) == 0,
      ioctl(keyboard, Self.getNumber, &number) == 0
    else { throw Failed(description: "no pseudo-terminal") }
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: UInt16(pixels.width),
      ws_ypixel: UInt16(pixels.height))
    guard ioctl(keyboard, UInt(TIOCSWINSZ), &size) == 0 else {
      throw Failed(description: "no size")
    }
    var environment = Program.environment(cache: home)
    for name in [
      "TMUX", "STY", "COLORTERM", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "COLUMNS", "NO_COLOR",
    ] {
      environment[name] = nil
    }
    environment["HOME"] = home.path
    environment["LC_ALL"] = "C.UTF-8"
    environment["TERM"] = "xterm-256color"
    process = try Self.start(
      [Program.path] + arguments, terminal: "/dev/pts/\(number)",
      environment: environment.merging(variables) { $1 }, in: home)
    let (keyboard, received) = (keyboard, received)
    Thread.detachNewThread { Self.listen(keyboard, received, answers) }
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    try? FileManager.default.removeItem(at: home)
  }

  private static func start(
    _ command: [String], terminal: String, environment: [String: String], in folder: URL
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens is its own.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Self.ownSession)
    var arguments = (["env", "-C", folder.path] + command).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, "env", &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw Failed(description: "cannot start: \(code)") }
    return process
  }

  /// Keeps what comes until nobody has the terminal open any more, and closes it: closed by another, its number could be that of the next
  /// terminal, of which this thread would then take bytes.
  private static func listen(_ keyboard: Int32, _ received: Received, _ answers: Answers) {
    defer { close(keyboard) }
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var asked: [String: Int] = [:]
    while true {
      let count = read(keyboard, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      let text = received.bytes.withLock { bytes in
        bytes += chunk.prefix(count)
        return String(decoding: bytes, as: UTF8.self)
      }
      // In the order in which they were asked.
      let new = answers.compactMap { question, answer -> (String.Index, String)? in
        let times = text.components(separatedBy: question).count - 1
        guard times > asked[question, default: 0],
          let place = text.range(of: question, options: .backwards)
        else { return nil }
        asked[question] = times
        return (place.lowerBound, answer)
      }
      for (_, answer) in new.sorted(by: { $0.0 < $1.0 }) { type(answer, on: keyboard) }
    }
  }

  /// All that came, as text.
  var text: String { received.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  /// Sends bytes as the keyboard, or as the terminal itself.
  func type(_ text: String) { Self.type(text, on: keyboard) }

  private static func type(_ text: String, on keyboard: Int32) {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { write(keyboard, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { return }
      sent += max(0, count)
    }
  }

  /// Types a line.
  func enter(_ line: String) { type(line + "\r") }

  /// Waits until `wanted` has come `count` times.
  @discardableResult
  func wait(for wanted: String, count: Int = 1, seconds: Double = 120) throws -> String {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      let text = self.text
      if text.components(separatedBy: wanted).count > count { return text }
      Thread.sleep(forTimeInterval: 0.02)
    }
    throw Failed(
      description:
        "waited in vain for \(count) × \(wanted.debugDescription) in\n\(text.debugDescription)")
  }
}
