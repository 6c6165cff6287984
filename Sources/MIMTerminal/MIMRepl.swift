import ArgumentParser
import Foundation
import MIMFormats
import MIMSession

/// The command line of mim-repl.
struct MIMRepl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mim-repl",
    abstract: "Notebook-style experiments with the Mutual Information Machine.",
    usage: """
      mim-repl [FILE.mim] [-c CODE] [options]
      mim-repl run NOTEBOOK.mimnb … [options]
      """,
    discussion: """
      The first form starts a session, or runs a script or a line of code. The second turns notebooks into reports and figures.

      Without FILE and -c, a session starts. Code on standard input runs as a script.
      In a session, `help` lists the verbs, and `help tour` teaches the language in ten minutes.

      Exit codes: 0 ok · 1 a statement, cell or sweep row failed · 2 wrong usage or parameter ·
      3 mistake found before running · 4 data missing or wrong checksum · 5 a kept result is
      missing, or results differ · 6 something was not written, or stored rows are damaged ·
      124 time-out · 130 interrupted ·
      141 output closed by its reader · 143 terminated
      """,
    version: "mim-repl \(programVersion)",
    subcommands: [
      SessionCommand.self, RunCommand.self, WatchCommand.self, CheckCommand.self,
      FormatCommand.self, LSPCommand.self, VerifyCommand.self, NewCommand.self, RecipeCommand.self,
      ConvertCommand.self, RunsCommand.self, CacheCommand.self, ReferenceCommand.self,
    ],
    defaultSubcommand: SessionCommand.self)

  static func main() -> Never {
    ProgramRanks.requireSupport()
    let isLeading = ProgramRanks.current.isLeading
    do {
      var command = try parseAsRoot(orderedArguments())
      if let command = command as? any EngineCommand { try command.chooseInstructionSet() }
      if isLeading || command is RunCommand || command is SessionCommand { try command.run() }
      finish(.ok)
    } catch let code as ProgramExit where code != .ok {
      // Not `exit(withError:)`: it would turn usage errors into its own code.
      finish(code)
    } catch {
      let isRequest = exitCode(for: error).isSuccess
      let text = isRequest ? message(for: error) : fullMessage(for: error)
      guard isLeading else { finish(.ok) }
      FileHandle(fileDescriptor: isRequest ? STDOUT_FILENO : STDERR_FILENO)
        .write(Data((VisibleText.escaped(text) + "\n").utf8))
      finish(isRequest ? .ok : .usage)
    }
  }

  /// The arguments with an `--isa` that stands before a subcommand's name behind it, where the subcommand
  /// reads it.
  private static func orderedArguments() -> [String] {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let count =
      arguments.first == "--isa" ? 2 : arguments.first?.hasPrefix("--isa=") == true ? 1 : 0
    var (place, commands) = (count, configuration.subcommands)
    while count > 0, place < arguments.count,
      let command = commands.first(where: { $0.configuration.commandName == arguments[place] })
    {
      place += 1
      commands = command.configuration.subcommands
    }
    guard place > count else { return arguments }
    return Array(arguments[count..<place] + arguments[..<count] + arguments[place...])
  }

  private static func finish(_ code: ProgramExit) -> Never {
    Foundation.exit(ProgramRanks.leave(code).rawValue)
  }
}
