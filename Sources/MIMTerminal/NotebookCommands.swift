import ArgumentParser
import Foundation
import MIMSession

/// `mim-repl run`: notebooks into reports and figures.
struct RunCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run notebooks or scripts and write reports and figures to out/NAME/.")

  @Argument(help: "Notebooks (.mimnb) or scripts (.mim).") var files: [String]

  @Option(help: "Time limit for the whole run, in seconds.") var timeout: Double?
  @Flag(help: "Run everything, and replace kept results.") var fresh = false
  @Flag(help: "Compute nothing: exit code 5 if a result is not in the cache.") var frozen = false
  @Flag(help: "List what would run and why, with rows and times; run nothing.") var plan = false
  @Option(
    help: ArgumentHelp(
      "Begin here: what the cells above did must be in the cache.", valueName: "cell"))
  var from: String?
  @Option(
    help: ArgumentHelp(
      "Run this cell alone: what the cells above did must be in the cache.", valueName: "cell"))
  var only: String?
  @Option(help: ArgumentHelp("End after this cell.", valueName: "cell")) var until: String?
  @Option(
    name: .customLong("verify"),
    help: ArgumentHelp(
      "Compare numbers and pixels with an earlier run; exit code 5 if any differs.",
      valueName: "run.json"))
  var comparison: String?
  @Option(
    name: .customLong("to"), parsing: .singleValue,
    help: ArgumentHelp(
      "Also write the notebook with its results for Jupyter: report.ipynb.", valueName: "ipynb"))
  var targets: [ReportTarget] = []
  @Option(help: "How far numbers may be off for --verify, relative to the larger one.")
  var tolerance = 1e-6
  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if files.count > 1 && notebook.outputFolder != nil {
      throw ValidationError(
        "-o works with one notebook only; several notebooks each get their own out/NAME")
    }
    if fresh && frozen { throw ValidationError("--fresh and --frozen contradict each other") }
    if files.count > 1, let option = [from, only, until, comparison].compactMap({ $0 }).first {
      throw ValidationError("\(option): cells and run.json are those of one notebook; run it alone")
    }
    if !(0...1).contains(tolerance) {
      throw ValidationError("--tolerance takes a number from 0 to 1, not \(tolerance)")
    }
    if let timeout, !(timeout > 0) {
      throw ValidationError("--timeout takes a number of seconds above 0, not \(timeout)")
    }
  }

  func run() throws {
    try ProgramRanks.requireAgreement()
    let interruption = Interruption()
    Signals.watch(interruption)
    let output = outputOptions.makeOutput(interruption: interruption)
    let code = Commands.run(
      files, options: try options(), table: Program.current.table,
      output: output, interruption: interruption)
    let ending = output.ending(code)
    if ending != .ok { throw ending }
  }

  private func options() throws -> RunOptions {
    var options = try notebook.runOptions()
    options.fresh = fresh
    options.frozen = frozen
    options.plan = plan
    options.from = from
    options.only = only
    options.until = until
    options.comparison = comparison
    options.tolerance = tolerance
    options.timeout = timeout
    options.writesJupyter = targets.contains(.ipynb)
    options.ranks = ProgramRanks.current
    return options
  }
}

/// `--to`: reports beside those of every run.
enum ReportTarget: String, ExpressibleByArgument, CaseIterable {
  case ipynb
}

/// `mim-repl check`: everything that can be known without doing the work.
struct CheckCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Find mistakes in notebooks or scripts without running them.")

  @Argument(help: "Notebooks (.mimnb) or scripts (.mim).") var files: [String]
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func run() throws {
    let output = outputOptions.makeOutput(interruption: Interruption())
    let codes = files.map { Commands.check($0, table: Program.current.table, output: output) }
    if let worst = codes.max(by: { $0.rawValue < $1.rawValue }), worst != .ok { throw worst }
  }
}

/// `mim-repl verify`: the engine against reference numbers.
struct VerifyCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Compare the engine with the reference numbers in a folder.")

  @Argument(help: "A folder of NAME.safetensors + NAME.json pairs.") var folder: String
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func run() throws {
    let output = outputOptions.makeOutput(interruption: Interruption())
    let code = output.ending(Commands.verify(folder, output: output))
    if code != .ok { throw code }
  }
}
