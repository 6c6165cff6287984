import MIMScript
import Synchronization

/// `include "FILE"` on a line of its own, at the prompt or in a script: the file runs as `mim-repl run` runs it, so that what is kept
/// is found, and its names are there afterwards.
struct Inclusion {
  /// The file as the statement has it.
  let path: String
  /// Where the statement names it.
  let span: Span

  /// Nil for any other statement.
  init?(_ statement: Statement) {
    guard case .evaluate(nil, let expression) = statement.kind,
      case .call(let call) = expression.kind, call.verb.text == "include",
      call.arguments.count == 1, call.arguments[0].name == nil,
      case .string(let path) = call.arguments[0].value.kind
    else { return nil }
    self.path = path
    span = call.arguments[0].value.span
  }

  /// A file that the command line names.
  init(path: String) {
    self.path = path
    span = Span(Source(name: path, text: ""), 0..<0)
  }

  /// Reads and checks the file.
  /// - Throws: a `Halt` with every mistake in it.
  func load(for session: Session) throws -> LoadedNotebook {
    let path = SessionContext.expandingHome(path)
    guard path != "-" else { throw missing("`-` is not a file") }
    do {
      try session.context.requireReadable(path, at: span)
    } catch let error as ScriptError {
      throw Halt(.check, [error])
    }
    guard !FileText.isMissing(path) else { throw missing("there is no file `\(path)`") }
    let options = options(session)
    let access = FileAccess(
      notebook: path, folder: try Commands.outputFolders([path], options)[0], options: options)
    return try FileAccess.$current.withValue(access) {
      try LoadedNotebook.load(path, options: options, table: session.givenTable)
    }
  }

  private func missing(_ message: String) -> Halt {
    Halt(.check, [ScriptError("E226", message, kind: .check, at: span)])
  }

  /// The options of a run, with the session's settings where the file says nothing.
  private func options(_ session: Session) -> RunOptions {
    let settings = session.context.settings
    var options = RunOptions()
    options.cache = settings.cache
    options.catalog = settings.catalog
    options.jobs = settings.jobs
    options.quick = settings.quick
    options.ranks = settings.ranks
    options.fallbackSeed = settings.seed
    options.outputFolder = settings.outputFolder.map { "\($0)/\(FileText.stem(path))" }
    return options
  }

  /// Runs the file, and gives the session its names, its parameters and its seed: what was bound before a failure too.
  /// - Parameter shows: whether its results are shown, as those of a script are.
  func run(in session: Session, shows: Bool) throws -> ExitCode {
    let loaded = try load(for: session)
    let context = session.context
    let output = InclusionOutput(next: context.output, shows: shows)
    let folder = try Commands.outputFolders([path], options(session))[0]
    let runner = try NotebookRunner(
      loaded, options: options(session), folder: folder, table: session.givenTable,
      output: output, interruption: context.interruption, follower: output)
    let code = try runner.run()
    try session.take(runner)
    let ran = runner.results.count { $0.status != .notRun && $0.status != .skipped && !$0.wasFound }
    let seed = runner.session.context.settings.seed
    let names = runner.cache.names.keys.filter { $0 != "ans" }.sorted()
    context.message(
      "\(path): \(names.isEmpty ? "no names" : names.joined(separator: " ")) · "
        + "\(ran) of \(runner.results.count) cells ran · seed \(seed) · \(folder)/report.html")
    return code
  }
}

extension Session {
  /// Takes over what a run has at its end: names, parameters, the statements for recipes, and the seed.
  fileprivate func take(_ runner: NotebookRunner) throws {
    for param in runner.loaded.frontMatter.params { bind(param.name, to: param.value) }
    for (name, binding) in runner.cache.names {
      if let value = try runner.cache.value(of: name, binding) { restore(name, value) }
    }
    let other = runner.session.context
    context.take(other.log)
    context.recordData(other.dataFiles)
    context.settings.seed = other.settings.seed
  }
}

/// What an included file says: errors, progress and what running statements say; results only where they are wanted.
private final class InclusionOutput: SessionOutput, RunFollower {
  private let next: any SessionOutput
  private let shows: Bool
  private let isRunning = Mutex(false)

  init(next: any SessionOutput, shows: Bool) {
    self.next = next
    self.shows = shows
  }

  func show(_ shown: ShownValue) {
    if shows { next.show(shown) }
  }

  func message(_ text: String) {
    if isRunning.withLock({ $0 }) || text.hasPrefix("warning") { next.message(text) }
  }

  var hasLiveLine: Bool { next.hasLiveLine }

  func progress(_ update: ProgressUpdate) { next.progress(update) }

  func failure(_ error: ScriptError, text: String) { next.failure(error, text: text) }

  func begins(_ statement: String) { next.begins(statement) }

  func ends() { next.ends() }

  func comes(to statement: Int, of cell: NotebookCell) -> Bool {
    isRunning.withLock { $0 = false }
    return true
  }

  func runs(_ statement: Int, of cell: NotebookCell) -> Bool {
    isRunning.withLock { $0 = true }
    return true
  }

  func ended(_ result: CellResult, _ inlineTexts: [Span: InlineText]) {
    isRunning.withLock { $0 = false }
  }
}
