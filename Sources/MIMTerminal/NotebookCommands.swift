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
  @Option(help: "How far numbers may be off for --verify, relative to the larger one.")
  var tolerance = 1e-6
  @OptionGroup var access: AccessOptions
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
      files, options: try options(CacheCommand.usersStore()), table: Program.current.table,
      output: output, interruption: interruption)
    let ending = output.ending(code)
    if ending != .ok { throw ending }
  }

  private func options(_ cache: ResultStore?) -> RunOptions {
    var options = RunOptions()
    options.cache = cache
    options.fresh = fresh
    options.frozen = frozen
    options.plan = plan
    options.from = from
    options.only = only
    options.until = until
    options.comparison = comparison
    options.tolerance = tolerance
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
    access.apply(to: &options)
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
