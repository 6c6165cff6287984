import Foundation

/// Starts a program and waits for it by `waitpid`. Foundation's `Process` waits for a socket that
/// tmux's server inherits and never closes.
enum Spawn {
  struct Failed: Error { let code: Int32 }

  /// Runs a program found on PATH; its streams are files.
  /// - Returns: the exit status; 128 + number for a signal.
  static func run(
    _ command: [String], input: URL? = nil, output: URL, error: URL, in folder: URL? = nil,
    environment: [String: String]
  ) throws -> Int32 {
    try wait(
      for: start(
        command, input: input, output: output, error: error, in: folder, environment: environment))
  }

  /// Starts a program; `wait(for:)` must follow.
  static func start(
    _ command: [String], input: URL? = nil, output: URL, error: URL, in folder: URL? = nil,
    environment: [String: String]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input?.path ?? "/dev/null", O_RDONLY, 0)
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 1, output.path, writing, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, error.path, writing, 0o600)
    let located = folder.map { ["env", "-C", $0.path] + command } ?? command
    var arguments = located.map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    // The threads of a test block signals, and a terminal that inherits that can't be ended.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process: pid_t = 0
    let code = posix_spawnp(&process, located[0], &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw Failed(code: code) }
    return process
  }

  /// Waits for the end of a started program; see `run`.
  static func wait(for process: pid_t) throws -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw Failed(code: errno) }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }
}
