import ArgumentParser
import Foundation
import MIMSession

import enum MIMScript.Diagnostics
import struct MIMScript.ScriptError

/// `mim-repl runs`: what the run store holds, for people and for programs.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List, show and export the sweep rows in the run store.",
    subcommands: [List.self, Show.self, Export.self], defaultSubcommand: List.self)

  /// Which store.
  struct Store: ParsableArguments {
    @Option(help: "The run store.", completion: .file(extensions: ["sqlite"]))
    var store = SessionSettings.defaultRunStore
  }

  /// `mim-repl runs list`.
  struct List: EngineCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "List all rows as a table.")
    @OptionGroup var store: Store
    @OptionGroup var engine: EngineOptions

    func run() throws {
      let width = TerminalStyle.width(of: STDOUT_FILENO)
      try RunsCommand.present { try Commands.listRuns(store.store, width: width) }
    }
  }

  /// `mim-repl runs show 3f2a…`.
  struct Show: EngineCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Show one row: configuration, data, metrics, epochs, files.")
    @Argument(help: "The beginning of the row's key, as shown by list.") var key: String
    @OptionGroup var store: Store
    @OptionGroup var engine: EngineOptions

    func run() throws {
      let width = TerminalStyle.width(of: STDOUT_FILENO)
      try RunsCommand.present { try Commands.showRun(key, in: store.store, width: width) }
    }
  }

  /// `mim-repl runs export --format csv`.
  struct Export: EngineCommand {
    static let configuration = CommandConfiguration(
      commandName: "export", abstract: "Write all rows to standard output, with unrounded numbers.")
    @Option(help: "csv or json.") var format = "csv"
    @OptionGroup var store: Store
    @OptionGroup var engine: EngineOptions

    func validate() throws {
      guard Commands.RunsFormat(rawValue: format) != nil else {
        throw ValidationError("--format takes csv or json, not \(format)")
      }
    }

    func run() throws {
      try RunsCommand.present {
        try Commands.listRuns(store.store, as: Commands.RunsFormat(rawValue: format))
      }
    }
  }

  /// Prints what it gives; an error goes to standard error and decides the exit code.
  private static func present(_ text: () throws -> String) throws {
    let interruption = Interruption()
    let screen = Screen { interruption.request(.closedPipe) }
    do {
      screen.write(try text(), to: STDOUT_FILENO)
    } catch let error as ScriptError {
      screen.write(Diagnostics.render(error) + "\n", to: STDERR_FILENO)
      throw ProgramExit(error)
    }
  }
}
