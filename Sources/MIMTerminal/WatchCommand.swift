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

  @OptionGroup var notebook: NotebookOptions
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func run() throws {
    guard !ProgramRanks.current.isShared else {
      throw ValidationError("watch runs in one process; start it without mpirun")
    }
    let interruption = Interruption()
    Signals.watch(interruption)
    let output = outputOptions.makeOutput(interruption: interruption)
    var server: PageServer?
    let code = Commands.watch(
      file, options: try notebook.runOptions(), table: Program.current.table, output: output,
      interruption: interruption
    ) { page in
      let new = try PageServer.start(page, port: port)
      server = new
      page.port = new.port
      output.message("watching \(file)   Ctrl-C ends")
      // On standard output, where programs find it.
      print(new.address)
      fflush(nil)
      if open { Browser.open(new.address) }
    }
    server?.stop()
    if code != .ok { throw code }
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
