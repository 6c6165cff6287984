import Foundation
import MIMFormats

/// Programs that have the terminal for a while: an editor, a pager.
enum ForegroundProgram {
  /// What the shell gives for a command that is not there.
  static let notFound: Int32 = 127

  /// Runs a command of the shell in this terminal, and waits for its end.
  /// - Parameters:
  ///   - command: as $EDITOR and $PAGER have it, which may hold options.
  ///   - file: an argument behind it.
  ///   - input: what it reads; nil: the keys.
  /// - Returns: its exit status, 128 + number for a signal; nil where it could not be started.
  static func run(_ command: String, file: String? = nil, input: String? = nil) -> Int32? {
    var ends: [Int32] = [-1, -1]
    if input != nil, pipe(&ends) != 0 { return nil }
    let line = file == nil ? command : command + " \"$1\""
    let words = ["sh", "-c", line, "sh"] + (file.map { [$0] } ?? [])
    let process = start(words, reading: input == nil ? nil : ends)
    if input != nil { close(ends[0]) }
    guard let process else {
      if input != nil { close(ends[1]) }
      return nil
    }
    if let input {
      Descriptor.write(input, to: ends[1])
      close(ends[1])
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return nil } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
  }

  /// Foundation's `Process` would put it into a group of its own, which may not read from the terminal.
  private static func start(_ words: [String], reading ends: [Int32]?) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let ends {
      posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
      for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // This program blocks and ignores signals that the other one has to get.
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
    var arguments = words.map { strdup($0) } + [nil]
    var variables =
      ProcessInfo.processInfo.environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, &variables)
    return code == 0 ? process : nil
  }
}
