import ArgumentParser
import Foundation
import MIMSession

/// `mim-repl run`: notebooks into reports and figures.
struct RunCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run notebooks or scripts into out/NAME/: report.html, report.md, run.json, figures.")

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
  @Option(help: "Cores that a plan may use.") var threads: Int?
  @Option(help: "Rows of a sweep side by side (default: all cores).") var jobs: Int?
  @Option(help: "Seconds for the whole run.") var timeout: Double?
  @Flag(help: "A smoke test: epochs, samples and seeds are cut, reports are marked.")
  var quick = false
  @Flag(help: "Go past failed cells.") var keepGoing = false
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if files.count > 1 && outputFolder != nil {
      throw ValidationError("-o takes one notebook; each of several gets its own out/NAME")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    if let timeout, !(timeout > 0) {
      throw ValidationError("--timeout takes seconds above 0, not \(timeout)")
    }
  }

  func run() throws {
    try ProgramRanks.requireAgreement()
    let interruption = Interruption()
    Signals.watch(interruption)
    let output = outputOptions.makeOutput(interruption: interruption)
    var worst = ProgramExit.ok
    for file in files {
      let code = Commands.run(file, options: options, output: output, interruption: interruption)
      if code.rawValue > worst.rawValue { worst = code }
      if interruption.isRequested { break }
    }
    worst = output.ending(worst)
    if worst != .ok { throw worst }
  }

  private var options: RunOptions {
    var options = RunOptions()
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
    commandName: "check", abstract: "Parse and check notebooks or scripts; do no work.")

  @Argument(help: "Notebooks (.mimnb) or scripts (.mim).") var files: [String]
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func run() throws {
    let output = outputOptions.makeOutput(interruption: Interruption())
    let codes = files.map { Commands.check($0, output: output) }
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
