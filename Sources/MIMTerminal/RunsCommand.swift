import ArgumentParser
import Foundation
import MIMSession

import enum MIMScript.Diagnostics
import struct MIMScript.ScriptError

/// `mim-repl runs`: what the run store holds, for people and for programs.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List, show, export and delete the sweep rows in the run store.",
    subcommands: [List.self, Show.self, Export.self, Delete.self], defaultSubcommand: List.self)

  /// Which store.
  struct Store: ParsableArguments {
    @Option(help: "The run store.", completion: .file(extensions: ["sqlite"]))
    var store = SessionSettings.defaultRunStore
  }

  /// `mim-repl runs list`.
  struct List: EngineCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List rows as a table: of a large store, the first and the last ones.")
    @Flag(help: "Every row, however many there are.") var all = false
    @Flag(help: "Print JSON with every row and unrounded numbers.") var json = false
    @OptionGroup var store: Store
    @OptionGroup var engine: EngineOptions

    func run() throws {
      let width = TerminalStyle.width(of: STDOUT_FILENO)
      try RunsCommand.present {
        try Commands.listRuns(
          store.store, as: json ? .json : nil, all: all, width: width, warn: $0)
      }
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
      try RunsCommand.present {
        try Commands.showRun(key, in: store.store, width: width, warn: $0)
      }
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
      try RunsCommand.present(asData: true) {
        try Commands.listRuns(store.store, as: Commands.RunsFormat(rawValue: format), warn: $0)
      }
    }
  }

  /// `mim-repl runs delete 3f2a… 91bc…`.
  struct Delete: EngineCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Remove rows from the store.")
    @Argument(help: "The beginnings of the rows' keys, as shown by list.") var keys: [String] = []
    @Flag(help: "Remove the rows that are damaged.") var damaged = false
    @OptionGroup var store: Store
    @OptionGroup var engine: EngineOptions

    func validate() throws {
      guard damaged || !keys.isEmpty else {
        throw ValidationError("give the keys of the rows to remove, or --damaged")
      }
      guard !keys.contains("") else { throw ValidationError("a key needs at least one character") }
    }

    func run() throws {
      try RunsCommand.present { _ in
        try Commands.deleteRuns(keys, damaged: damaged, in: store.store)
      }
    }
  }

  /// Prints what it gives; warnings and errors go to standard error and decide the exit code.
  private static func present(
    asData: Bool = false, _ text: (_ warn: (String) -> Void) throws -> String
  ) throws {
    let interruption = Interruption()
    let screen = Screen { interruption.request(.closedPipe) }
    var isDamaged = false
    do {
      let text = try text { warning in
        isDamaged = true
        screen.write(warning + "\n", to: STDERR_FILENO)
      }
      if asData { screen.writeData(text) } else { screen.write(text, to: STDOUT_FILENO) }
    } catch let error as ScriptError {
      screen.write(Diagnostics.render(error) + "\n", to: STDERR_FILENO)
      throw ProgramExit(error)
    }
    if isDamaged { throw ProgramExit.lost }
  }
}
