import ArgumentParser
import Foundation
import MIMSession
import MIMWatch

/// `mim-repl watch`: a notebook that runs what is stale whenever it is saved, and a page that follows.
struct WatchCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Run what is stale whenever a notebook is saved, and show it in a page that follows.")

  @Argument(help: "A notebook (.mimnb) or script (.mim).", completion: .file()) var file: String

  @Option(help: "Port of the page on 127.0.0.1 (default: a free one from 8750; 0: any).")
  var port: UInt16?

  @Flag(inversion: .prefixedNo, help: "Open the page in the browser, if there is a desktop.")
  var open = true

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
  @Flag(help: "Smoke test: reduce epochs, samples and seeds, and mark the reports.")
  var quick = false
  @Flag(help: "Continue after a failed cell.") var keepGoing = false
  @OptionGroup var access: AccessOptions
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

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

  func run() throws {
    guard !ProgramRanks.current.isShared else {
      throw ValidationError("watch runs in one process; start it without mpirun")
    }
    let interruption = Interruption()
    Signals.watch(interruption)
    let output = outputOptions.makeOutput(interruption: interruption)
    var server: PageServer?
    let code = Commands.watch(
      file, options: try options, table: Program.current.table, output: output,
      interruption: interruption
    ) { page in
      let new = try PageServer.start(page, port: port)
      server = new
      output.message("watching \(file)   Ctrl-C ends")
      // On standard output, where programs find it.
      print(new.address)
      fflush(nil)
      if open { Browser.open(new.address) }
    }
    server?.stop()
    if code != .ok { throw code }
  }

  private var options: RunOptions {
    get throws {
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
      options.keepGoing = keepGoing
      access.apply(to: &options)
      return options
    }
  }
}

/// The user's browser.
enum Browser {
  /// Opens an address where there is a desktop to open it on; otherwise the user has read it in the terminal.
  static func open(_ address: String) {
    let environment = ProcessInfo.processInfo.environment
    let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { !(environment[$0] ?? "").isEmpty }
    guard hasDesktop, isatty(STDERR_FILENO) == 1 else { return }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["xdg-open", address]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    // Without xdg-open there is still the printed address.
    try? process.run()
  }
}
