import ArgumentParser
import Foundation
import MIMFormats
import MIMLanguageServer
import MIMSession

/// `mim-repl lsp`: what an editor starts.
struct LSPCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Be the language server of an editor, on standard input and output.",
    discussion: """
      Editors start this by themselves once they are told to: docs/editors.md. It checks what is \
      typed, completes, explains, renames and lays out scripts (.mim) and the cells of notebooks \
      (.mimnb), and runs nothing of them.
      """)

  @Flag(help: "Ignored: standard input and output are what is used anyway.") var stdio = false
  @OptionGroup var engine: EngineOptions

  func run() throws {
    guard !ProgramRanks.current.isShared else {
      throw ValidationError("lsp runs in one process; start it without mpirun")
    }
    var options = RunOptions()
    options.cache = try CacheCommand.usersStore()
    options.catalog = Program.current.catalog
    let screen = Screen {}
    let code = ServerProcess.serve(
      table: Program.current.table, options: options, read: Self.read, write: Self.write
    ) { screen.write($0 + "\n", to: STDERR_FILENO) }
    if code != 0 { throw ProgramExit.failure }
  }

  /// Up to so many bytes of standard input; none at its end.
  @Sendable private static func read(_ count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    while true {
      let got = bytes.withUnsafeMutableBytes {
        Foundation.read(STDIN_FILENO, $0.baseAddress, count)
      }
      if got < 0, errno == EINTR { continue }
      return Array(bytes.prefix(max(0, got)))
    }
  }

  /// Writes to standard output; an editor that has gone ends the stream of requests too.
  @Sendable private static func write(_ bytes: [UInt8]) {
    Descriptor.write(bytes, to: STDOUT_FILENO)
  }
}
