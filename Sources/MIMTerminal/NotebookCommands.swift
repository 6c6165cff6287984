import ArgumentParser
import Foundation
import MIMSession

/// `mim-repl run`: notebooks into reports and figures.
struct RunCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run notebooks or scripts and write reports and figures to out/NAME/.")

  @Argument(help: "Notebooks (.mimnb) or scripts (.mim).") var files: [String]

  @Option(
    name: [.customShort("P")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Override a declared parameter.", valueName: "name=value"))
  var parameters: [String] = []

  @Option(
    name: .customLong("params"), help: ArgumentHelp("A YAML file of overrides.", valueName: "file"))
  var parametersFile: String?

  @Option(
    name: [.customShort("o")],
    help: ArgumentHelp("Output folder (default: out/NAME).", valueName: "dir"))
  var outputFolder: String?

  @Option(help: "Override the notebook's seed.") var seed: UInt64?
  @Option(help: "Number of threads for one computation.") var threads: Int?
  @Option(help: "Sweep rows that run at the same time (default: one per core).") var jobs: Int?
  @Option(help: "Time limit for the whole run, in seconds.") var timeout: Double?
  @Flag(help: "Smoke test: reduce epochs, samples and seeds, and mark the reports.")
  var quick = false
  @Flag(help: "Continue after a failed cell.") var keepGoing = false
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if files.count > 1 && outputFolder != nil {
      throw ValidationError(
        "-o works with one notebook only; several notebooks each get their own out/NAME")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
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
    var worst = ProgramExit.ok
    for file in files {
      let code = Commands.run(
        file, options: options, table: Program.current.table, output: output,
        interruption: interruption)
      if code.rawValue > worst.rawValue { worst = code }
      if interruption.isRequested { break }
    }
    worst = output.ending(worst)
    if worst != .ok { throw worst }
  }

  private var options: RunOptions {
    var options = RunOptions()
    options.catalog = Program.current.catalog
    options.parameters = parameters
    options.parametersFile = parametersFile
    options.outputFolder = outputFolder
    options.seed = seed
    options.threads = threads
    options.jobs = jobs
    options.quick = quick
    options.keepGoing = keepGoing
    options.timeout = timeout
    options.ranks = ProgramRanks.current
    return options
  }
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
