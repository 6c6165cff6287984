import ArgumentParser
import Foundation
import MIMSession

import enum MIMScript.Diagnostics
import struct MIMScript.ScriptError

/// `mim-repl cache`: the results that notebooks keep between runs.
struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "List, shrink or remove the kept results of notebooks.",
    discussion: """
      Results are kept in $XDG_CACHE_HOME/mim-repl, by default ~/.cache/mim-repl. $MIM_CACHE_SIZE \
      says how much (5GB by default, 0 for none); what was not used for longest goes first.
      """,
    subcommands: [List.self, Collect.self, Clear.self], defaultSubcommand: List.self)

  /// The user's store; nil where there is none. A size that is none is a wrong usage.
  static func usersStore() throws -> ResultStore? {
    do {
      return try ResultStore.ofUser(ProcessInfo.processInfo.environment)
    } catch let error as ScriptError {
      throw ValidationError(error.message)
    }
  }

  /// `mim-repl cache ls`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List what is kept, the last used first.")

    func run() throws {
      let width = TerminalStyle.width(of: STDOUT_FILENO)
      try CacheCommand.present { Commands.listResults($0, width: width) }
    }
  }

  /// `mim-repl cache gc`.
  struct Collect: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "gc", abstract: "Remove what was not used for longest, down to a size.")
    @Option(help: "The size to shrink to, such as 500MB; by default $MIM_CACHE_SIZE or 5GB.")
    var size: String?

    func validate() throws {
      if let size, ResultStore.bytes(size) == nil {
        throw ValidationError("--size takes a size such as 500MB or 5GB, not \(size)")
      }
    }

    func run() throws {
      let limit = size.flatMap(ResultStore.bytes)
      try CacheCommand.present { try Commands.shrinkResults($0, to: limit ?? $0.limit) }
    }
  }

  /// `mim-repl cache clear`.
  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Remove all kept results.")

    func run() throws { try CacheCommand.present { try Commands.shrinkResults($0, to: 0) } }
  }

  /// Prints what it gives for the user's store; an error goes to standard error and decides the exit code.
  private static func present(_ text: (ResultStore) throws -> String) throws {
    let interruption = Interruption()
    let screen = Screen { interruption.request(.closedPipe) }
    guard let store = try usersStore() else {
      throw ValidationError(
        "there is no cache: XDG_CACHE_HOME and HOME are not set, or its size is 0")
    }
    do {
      screen.write(try text(store), to: STDOUT_FILENO)
    } catch let error as ScriptError {
      screen.write(Diagnostics.render(error) + "\n", to: STDERR_FILENO)
      throw ProgramExit(error)
    }
  }
}
