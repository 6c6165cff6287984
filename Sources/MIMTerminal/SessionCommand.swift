import ArgumentParser
import Foundation
import MIMSession

import struct MIMScript.Source

/// A session at the prompt, a script, `-c CODE`, or code on standard input.
struct SessionCommand: EngineCommand {
  static let configuration = CommandConfiguration(
    commandName: "session",
    abstract: "Start a session at the prompt (the default), or run a script or code.")

  @Argument(
    help: "A script to run (.mim); with -i also a notebook.",
    completion: .file(extensions: ["mim", "mimnb"]))
  var file: String?

  @Flag(name: .customShort("i"), help: "Run FILE, then stay at the prompt with its names.")
  var interactive = false

  @Option(name: .short, help: ArgumentHelp("Run this code.", valueName: "code"))
  var code: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Folder for relative save= paths.", valueName: "dir"))
  var outputFolder: String?

  @Option(help: "The session's seed, from which every random stream is derived.")
  var seed: UInt64 = 1

  @Option(help: "Number of threads for one computation.")
  var threads: Int?

  @Option(help: "Sweep rows that run at the same time (default: one per core).")
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "Write the numbers of every epoch for TensorBoard, a folder for each training.",
      valueName: "dir"))
  var events: String?

  @Option(
    help: ArgumentHelp(
      "Pictures in the terminal: auto, kitty, iterm, sixel, blocks or off (help set).",
      valueName: "form"))
  var images: PictureChoice = .auto

  @Flag(help: "Don't read $XDG_CONFIG_HOME/mim-repl/init.mim at the start of a session.")
  var noInit = false

  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var engine: EngineOptions

  func validate() throws {
    if file != nil && code != nil {
      throw ValidationError("give either a FILE or -c CODE, not both")
    }
    if seed > UInt64(Int32.max) {
      throw ValidationError("--seed takes a whole number from 0 to \(Int32.max), not \(seed)")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs takes a number from 1 to 1024, not \(jobs)")
    }
    if interactive, file == nil { throw ValidationError("-i needs a FILE") }
    if interactive, ProgramRanks.current.isShared {
      throw ValidationError("-i works in one process; start it without mpirun")
    }
    if let file, !interactive, file.hasSuffix(".mimnb") || file.hasSuffix(".mimnb.md") {
      throw ValidationError(
        "\(file) is a notebook; try: mim-repl run \(file), or mim-repl -i \(file)")
    }
  }

  func run() throws {
    try ProgramRanks.requireAgreement()
    let interruption = Interruption()
    Signals.watch(interruption)
    let isInteractive =
      (file == nil || interactive) && code == nil && isatty(STDIN_FILENO) == 1
      && !ProgramRanks.current.isShared
    let output = outputOptions.makeOutput(
      interruption: interruption, preview: FigurePreview(isInteractive: isInteractive),
      pager: isInteractive ? Pager(environment: ProcessInfo.processInfo.environment) : nil)
    let session = Session(
      settings: try settings(CacheCommand.usersStore()), table: Program.current.table,
      output: output, interruption: interruption)
    output.follow { [weak context = session.context] in context?.settings.images ?? .auto }
    if isInteractive, let folder = session.context.settings.journalFolder {
      session.journal = SessionJournal(in: folder, seed: session.context.settings.seed)
    }
    var result = ProgramExit.ok
    if interactive, let file {
      result = session.include(file, shows: true)
      if result != .ok, !isInteractive { throw output.ending(result) }
    }
    result = try isInteractive ? converse(session, output) : evaluate(source(), in: session)
    let ending = output.ending(result)
    if ending != .ok { throw ending }
  }

  private func settings(_ store: ResultStore?) -> SessionSettings {
    var settings = SessionSettings(seed: seed, width: TerminalStyle.width(of: STDOUT_FILENO))
    settings.catalog = Program.current.catalog
    if let threads { settings.threads = threads }
    settings.jobs = jobs
    settings.cache = store
    settings.journalFolder = History(environment: ProcessInfo.processInfo.environment).journalFolder
    settings.ranks = ProgramRanks.current
    settings.outputFolder = outputFolder
    settings.eventsFolder = events
    settings.images = images
    settings.runStore =
      outputFolder.map { $0 + "/runs.sqlite" } ?? SessionSettings.defaultRunStore
    return settings
  }

  // MARK: Batch

  private func source() throws -> Source {
    if let code { return Source(name: "-c", text: code) }
    if let file, !interactive {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw ValidationError("cannot read \(file)")
      }
      return Source(name: file, text: try Self.text(data, of: file))
    }
    // mpirun gives its standard input to rank 0.
    let text = try ProgramRanks.fromLeading {
      try Self.text(standardInput(), of: "standard input")
    }
    return Source(name: "<stdin>", text: text)
  }

  /// All of standard input. Throws where it is closed or a folder, at which `FileHandle` traps.
  private func standardInput() throws -> Data {
    do {
      return try FileHandle.standardInput.readToEnd() ?? Data()
    } catch {
      throw ValidationError("cannot read standard input; give a FILE or -c CODE")
    }
  }

  private static func text(_ data: Data, of name: String) throws -> String {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw ValidationError("\(name) is not UTF-8 text")
    }
    return text
  }

  private func evaluate(_ source: Source, in session: Session) -> ProgramExit {
    let code = ProgramExit(session.evaluate(source), failedRows: session.failedRowCount)
    return code.worse(ProgramExit(losses: session.context))
  }

  // MARK: Prompt

  private func converse(_ session: Session, _ output: TerminalOutput) -> ProgramExit {
    let environment = ProcessInfo.processInfo.environment
    if !outputOptions.quiet {
      session.context.message("mim-repl \(programVersion)   help · help tour · quit")
      sayWhatIsLost(session)
    }
    if !noInit {
      let journal = session.journal
      session.journal = nil
      runInitFile(in: session, environment: environment)
      session.journal = journal
    }
    let isDumb = (environment["TERM"] ?? "dumb") == "dumb"
    let usesEditor = isatty(STDOUT_FILENO) == 1 && !isDumb
    return Prompt(
      session: session, history: History(environment: environment), usesEditor: usesEditor,
      statementEditor: StatementEditor(environment: environment), takeTyped: output.takeTyped
    ).run()
  }

  /// Where the last session did not end by the user's will, its names can be had again.
  private func sayWhatIsLost(_ session: Session) {
    guard let folder = session.context.settings.journalFolder,
      let last = SessionJournal.ended(in: folder).first, !last.isComplete
    else { return }
    session.context.message(
      "the session of \(last.begin) ended unexpectedly; `recover` brings back its names")
  }

  private func runInitFile(in session: Session, environment: [String: String]) {
    let configuration =
      environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      ?? environment["HOME"].map { $0 + "/.config" }
    guard let path = configuration.map({ $0 + "/mim-repl/init.mim" }),
      let data = FileManager.default.contents(atPath: path)
    else { return }
    session.evaluate(Source(name: path, text: String(decoding: data, as: UTF8.self)))
  }
}

extension PictureChoice: ExpressibleByArgument {
  /// Reads the word of a choice.
  public init?(argument: String) { self.init(word: argument) }

  /// The words.
  public static var allValueStrings: [String] { all.map(\.word) }
}
