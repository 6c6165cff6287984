import ArgumentParser
import MIMSession

/// What `run` and `watch` have in common: how a notebook is to be run.
struct NotebookOptions: ParsableArguments {
  @Option(
    name: [.customShort("P")], parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Override a declared parameter.", valueName: "name=value"))
  var parameters: [String] = []

  @Option(
    name: .customLong("params"), help: ArgumentHelp("A YAML file of overrides.", valueName: "file"))
  var parametersFile: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Output folder (default: out/NAME).", valueName: "dir"))
  var outputFolder: String?

  @Option(help: "Override the notebook's seed.") var seed: UInt64?
  @Option(help: "Number of threads for one computation.") var threads: Int?
  @Option(help: "Sweep rows that run at the same time (default: one per core).") var jobs: Int?
  @Flag(help: "Smoke test: reduce epochs, samples and seeds, and mark the reports.")
  var quick = false
  @Flag(help: "Continue after a failed cell.") var keepGoing = false
  @Option(
    help: ArgumentHelp(
      "Write the numbers of every epoch for TensorBoard, a folder for each training.",
      valueName: "dir"))
  var events: String?
  @OptionGroup var access: AccessOptions

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    if let seed, seed > UInt64(Int32.max) {
      throw ValidationError("--seed takes a whole number from 0 to \(Int32.max), not \(seed)")
    }
  }

  /// The options of a run with the user's cache.
  func runOptions() throws -> RunOptions {
    var options = RunOptions()
    options.cache = try CacheCommand.usersStore()
    options.catalog = Program.current.catalog
    options.parameters = parameters
    options.parametersFile = parametersFile
    options.outputFolder = outputFolder
    options.seed = seed
    options.threads = threads
    options.jobs = jobs
    options.quick = quick
    options.eventsFolder = events
    options.keepGoing = keepGoing
    access.apply(to: &options)
    return options
  }
}
