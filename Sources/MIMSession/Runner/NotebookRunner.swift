import Foundation
import MIMFormats
import MIMScript

/// Runs one notebook from top to bottom in a fresh session and writes its report.
final class NotebookRunner {
  private(set) var loaded: LoadedNotebook
  let options: RunOptions
  let session: Session
  let recorder: CellRecorder
  let cache: NotebookCache
  private let interruption: Interruption
  private var ranks: Ranks { options.ranks }
  private(set) var results: [CellResult]
  /// Inline values as text, by their position in the file; filled as soon as they are known.
  private(set) var inlineTexts: [Span: InlineText] = [:]
  /// What cells and files came to; the text's own mistakes are added in ``exit``.
  private var workExit = ExitCode.ok
  private(set) var failedInline: [ScriptError] = []
  /// Whether pictures of the prose are missing.
  private var isMissingPictures = false
  /// Keeps other runs off the output folder.
  private var lock: FileLock?
  /// The cells that this run is about.
  private let choice: CellChoice
  /// Whoever follows the run from statement to statement.
  private let follower: (any RunFollower)?
  /// When the last run began, and how long it took.
  private var clock: (started: Date, seconds: Double) = (Date(), 0)
  /// Whether a newer text of the notebook made the run needless before its end.
  private(set) var isSuperseded = false
  /// What it says of outdated files that it removed.
  private(set) var removal: String?
  /// The names before each cell that the run came to.
  private var namesBefore: [KeyState] = []

  init(
    _ loaded: LoadedNotebook, options: RunOptions, folder: String, table: HostTable,
    output: any SessionOutput, interruption: Interruption, follower: (any RunFollower)? = nil
  ) throws {
    self.loaded = loaded
    self.follower = follower
    self.options = options
    choice = try CellChoice(options, loaded.notebook.cells)
    self.interruption = interruption
    recorder = CellRecorder(next: output)
    results = loaded.notebook.cells.map { CellResult(cell: $0) }
    session = Session(
      settings: NotebookRunner.settings(loaded, options, folder), table: table, output: recorder,
      interruption: interruption, overrides: loaded.overrides)
    session.context.withState { $0.folder = OutputFolder(path: folder) }
    // Ranks would have to find the same things: they compute everything.
    cache = NotebookCache(
      loaded, session, recorder, store: options.ranks.isShared ? nil : options.cache,
      usesKept: !options.fresh)
    cache.follower = follower
    for param in loaded.frontMatter.params { cache.bind(param.name, to: param.value) }
  }

  /// The default folder's neighbours share one store; a folder of one's own has its own.
  static func runStore(_ folder: String, _ options: RunOptions) -> String {
    options.outputFolder == nil ? SessionSettings.defaultRunStore : folder + "/runs.sqlite"
  }

  static func settings(
    _ loaded: LoadedNotebook, _ options: RunOptions, _ folder: String
  ) -> SessionSettings {
    var settings = SessionSettings(
      seed: options.seed ?? loaded.frontMatter.seed ?? options.fallbackSeed ?? 1,
      threads: options.threads ?? options.ranks.cores,
      outputFolder: folder, width: 100, quick: options.quick, notebook: loaded.notebook.source.name)
    settings.jobs = options.jobs
    settings.writesJupyter = options.writesJupyter
    settings.eventsFolder = options.eventsFolder
    settings.catalog = options.catalog
    settings.ranks = options.ranks
    settings.runStore = runStore(folder, options)
    settings.access = FileAccess(notebook: loaded.path, folder: folder, options: options)
    settings.figureFormats = loaded.frontMatter.figures.formats
    settings.figureDPI = loaded.frontMatter.figures.dpi
    settings.figureWidth = loaded.frontMatter.figures.width
    return settings
  }

  /// What the run came to.
  var exit: ExitCode {
    let exit = isMissingPictures ? workExit.worse(.failure) : workExit
    return failedInline.reduce(exit) { $0.worse(ExitCode($1)) }
  }

  /// Whether all cells came to a good end, with all that they should have written.
  var hasSoundCells: Bool {
    let sound: Set<CellResult.Status> = [.ok, .expectedError, .skipped]
    return workExit == .ok && results.allSatisfy { sound.contains($0.status) }
  }

  /// Runs all cells, then writes the report. Returns the exit code.
  func run() throws -> ExitCode {
    let started = Date()
    for param in loaded.frontMatter.params { session.bind(param.name, to: param.value) }
    if let code = try answerWithoutRunning() { return code }
    try ranks.leading { lock = try ReportFiles.claim(session.context) }
    defer { lock = nil }
    let deadline = Deadline(seconds: options.timeout, interruption: interruption)
    runBlocks()
    deadline?.cancel()
    takeInlineValues(atEnd: true)
    cache.finish()
    if session.failedRowCount > 0 { workExit = workExit.worse(.failure) }
    workExit = workExit.worse(ExitCode(losses: session.context))
    guard ranks.isLeading, !isSuperseded else { return exit }
    removeOutdatedFiles()
    clock = (started, Date().timeIntervalSince(started))
    try writeReport()
    return exit
  }

  /// Removes what earlier runs named and no cell writes any more. Only a whole run without errors knows that.
  private func removeOutdatedFiles() {
    let isWhole = choice.first == 0 && choice.last == results.count - 1 && !options.quick
    let haveRun = results.allSatisfy { [.ok, .expectedError].contains($0.status) }
    guard isWhole, haveRun, exit == .ok else { return }
    let (context, notebook) = (session.context, loaded.notebook.source.name)
    let access = context.settings.access
    let removed = context.withState { state in
      state.folder?.removeOutdated(of: notebook) { access?.mayWrite($0) ?? true } ?? []
    }
    guard !removed.isEmpty else { return }
    let shown = removed.prefix(5).map(VisibleText.escaped) + (removed.count > 5 ? ["…"] : [])
    let files = removed.count == 1 ? "1 file" : "\(removed.count) files"
    let line = "removed \(files) of earlier runs: \(shown.joined(separator: ", "))"
    removal = line
    recorder.announce(line)
  }

  /// Writes the report of a run that is over.
  func writeReport() throws {
    let report = Report(content)
    isMissingPictures = !report.pictureProblems.isEmpty
    for problem in report.pictureProblems { session.context.report(problem) }
    try ReportFiles.write(report, of: self, started: clock.started, seconds: clock.seconds)
  }

  /// Takes a text whose cells do the same work: other prose, captions and comments.
  func adopt(_ other: LoadedNotebook, inlineTexts: [Span: InlineText]) {
    loaded = other
    self.inlineTexts = inlineTexts
    let known = Dictionary(results.map { ($0.cell.name, $0) }) { first, _ in first }
    results = other.notebook.cells.map { cell in
      known[cell.name]?.showing(cell) ?? CellResult(cell: cell)
    }
  }

  /// `--plan`, and what `--frozen`, `--from` and `--only` ask for before anything runs; nil: the run goes on.
  private func answerWithoutRunning() throws -> ExitCode? {
    let needsForecast = options.plan || options.frozen || choice.needsEarlier
    guard needsForecast else { return nil }
    let cells = zip(loaded.notebook.cells, loaded.programs).enumerated()
      .filter { choice.runs($0.offset) && $0.element.0.options.run }
    let forecast = cache.forecast(cells.map(\.element))
    if options.plan {
      let plan = RunForecast(forecast, cache)
      session.context.show(.table(plan.table), statement: "")
      for line in plan.lines { recorder.announce(line) }
      return .ok
    }
    let needed = options.frozen ? forecast.count : choice.first
    let stale = zip(cells, forecast).filter { $0.0.offset < needed && !$0.1.stale.isEmpty }
    guard !stale.isEmpty else { return nil }
    throw Halt(.stale, stale.map { RunForecast.error(about: $0.1) })
  }

  private func runBlocks() {
    var number = 0
    var goesOn = true
    for block in loaded.notebook.blocks {
      switch block {
      case .prose(let prose): if goesOn { takeInlineValues(of: prose) }
      case .cell:
        if goesOn, choice.runs(number) {
          namesBefore.append(cache.state)
          goesOn = runCell(number)
        }
        number += 1
      }
    }
  }

  // MARK: Cells

  /// Runs a cell; false when nothing may follow it.
  private func runCell(_ index: Int) -> Bool {
    let cell = results[index].cell
    guard cell.options.run else {
      results[index].status = .skipped
      follower?.ended(results[index], inlineTexts)
      return true
    }
    recorder.announce("cell \(cell.name) (\(cell.number) of \(results.count))")
    let start = DispatchTime.now().uptimeNanoseconds
    let outcome = evaluate(cell, loaded.programs[index])
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
    results[index].seconds = seconds
    results[index].wasFound = cache.wasFound(cell)
    collectOutputs(index)
    collectValues(index)
    if case .interrupted(.superseded) = outcome {
      isSuperseded = true
      return false
    }
    // Rank 0 alone draws and writes, which may fail.
    let goesOn = ranks.decided(settle(index, outcome))
    follower?.ended(results[index], inlineTexts)
    return goesOn
  }

  private func evaluate(_ cell: NotebookCell, _ program: ParseResult) -> Session.Outcome {
    let deadline = Deadline(seconds: cell.options.timeout, interruption: interruption)
    defer { deadline?.cancel() }
    if case .expect = cell.options.error { recorder.holdFailures(true) }
    defer { recorder.holdFailures(false) }
    return cache.evaluate(cell, program)
  }

  /// Decides what an outcome means for the cell and the run.
  private func settle(_ index: Int, _ outcome: Session.Outcome) -> Bool {
    let cell = results[index].cell
    if results[index].error != nil, case .finished = outcome {
      return noteFailure(index, .failure)
    }
    switch (outcome, cell.options.error) {
    case (.failed(let error), .expect(let code)) where error.code == code:
      results[index].status = .expectedError
      results[index].error = error
      return true
    case (.failed(let error), .expect(let code)):
      session.context.report(error)
      return fail(index, NotebookRunner.unexpected(cell, code, "it ended with `\(error.code)`"))
    case (.finished, .expect(let code)):
      return fail(index, NotebookRunner.unexpected(cell, code, "it ran without an error"))
    case (.failed(let error), .stop):
      results[index].error = error
      return noteFailure(index, ExitCode(error))
    case (.interrupted(let cause), _): return interrupt(index, cause)
    case (.quit, _):
      results[index].status = .ok
      return false
    case (.finished, .stop):
      // What stopped work left was taken up again.
      let isPartial = cache.hasPartialResult(cell)
      results[index].status = isPartial ? .interrupted : .ok
      if isPartial { workExit = workExit.worse(.interrupted) }
      return true
    }
  }

  private static func unexpected(
    _ cell: NotebookCell, _ code: String, _ what: String
  ) -> ScriptError {
    ScriptError(
      "E617", "the cell `\(cell.name)` should end with error \(code), but \(what)",
      at: cell.span, label: "expects \(code)")
  }

  private func fail(_ index: Int, _ error: ScriptError) -> Bool {
    session.context.report(error)
    results[index].error = error
    _ = recorder.takeEvents()
    return noteFailure(index, .failure)
  }

  private func noteFailure(_ index: Int, _ code: ExitCode) -> Bool {
    results[index].status = .failed
    workExit = workExit.worse(code)
    return options.keepGoing
  }

  private func interrupt(_ index: Int, _ cause: Interruption.Cause) -> Bool {
    let isCellTimeout = cause == .timeout && results[index].cell.options.timeout != nil
    let error = NotebookRunner.interruptionError(
      results[index], cause, at: cache.stopped?.span)
    if !cause.isSilent { session.context.report(error) }
    _ = recorder.takeEvents()
    results[index].error = error
    results[index].status = .interrupted
    workExit = workExit.worse(ExitCode(cause))
    guard isCellTimeout, options.keepGoing else { return false }
    interruption.clear()
    return true
  }

  private static func interruptionError(
    _ result: CellResult, _ cause: Interruption.Cause, at span: Span?
  ) -> ScriptError {
    let message =
      switch cause {
      case .user: "stopped by the user"
      case .termination: "stopped from outside"
      case .timeout: "stopped at the time limit"
      case .closedPipe: "stopped because standard output was closed"
      case .superseded: "stopped because the notebook has changed"
      }
    return ScriptError(
      cause == .timeout ? "E903" : "E901", "\(message) in the cell `\(result.cell.name)`",
      kind: .interrupted, at: span ?? result.cell.span)
  }

  // MARK: Results

  private func collectOutputs(_ index: Int) {
    let events = recorder.takeEvents()
    guard ranks.isLeading else { return }
    var writer = CellOutputWriter(
      cell: results[index].cell, context: session.context,
      figureFolder: loaded.frontMatter.figures.folder, events: events)
    let (outputs, error) = writer.write()
    results[index].outputs = outputs
    if let error {
      session.context.report(error)
      _ = recorder.takeEvents()
      results[index].error = error
    }
  }

  private func collectValues(_ index: Int) {
    let cell = results[index].cell
    var names: [String] = []
    for node in cache.nodes[cell.name] ?? [] {
      names += node.facts.binds.sorted().filter { !names.contains($0) }
    }
    results[index].values = names.compactMap { name in
      cache.json(of: name, in: cell.name).map { (name, $0) }
    }
  }

  // MARK: Inline values

  /// Takes all values that prose shows again, from the results of a run that is over: the text has other prose.
  func takeInlineValuesAgain() {
    inlineTexts = [:]
    failedInline = []
    // A stop was for the cells.
    interruption.clear()
    visitProse { takeInlineValues(of: $0) }
    takeInlineValues(atEnd: true)
  }

  /// Whether all values that prose shows can be had without running a statement.
  var hasInlineValuesAtHand: Bool {
    var areAtHand = true
    visitProse { prose in
      areAtHand =
        areAtHand && prose.inlineValues.allSatisfy { cache.isAtHand($0.path[0]) }
    }
    return areAtHand && loaded.notebook.inlineValues.allSatisfy { cache.isAtHand($0.path[0]) }
  }

  /// Goes through the prose with the names that its place has.
  private func visitProse(_ visit: (Prose) -> Void) {
    let atEnd = cache.state
    defer { cache.state = atEnd }
    var cells = 0
    for block in loaded.notebook.blocks {
      switch block {
      case .cell: cells += 1
      case .prose(let prose):
        cache.state = namesBefore.indices.contains(cells) ? namesBefore[cells] : atEnd
        visit(prose)
      }
    }
  }

  /// Takes the values that prose shows where it stands; a name bound only below is taken at the
  /// end.
  private func takeInlineValues(of prose: Prose) {
    for value in prose.inlineValues where cache.isBound(value.path[0]) { take(value) }
  }

  private func takeInlineValues(atEnd: Bool) {
    for value in loaded.notebook.inlineValues
    where inlineTexts[value.span] == nil && cache.isBound(value.path[0]) {
      take(value)
    }
  }

  private func take(_ inline: InlineValue) {
    guard !failedInline.contains(where: { $0.span == inline.span }) else { return }
    do {
      let value = try cache.value(ofPath: inline.path, at: inline.span)
      inlineTexts[inline.span] = InlineText(
        text: try InlineText.text(value, inline),
        caveat: try cache.caveat(ofPath: inline.path, value, at: inline.span))
    } catch {
      let problem = error as? ScriptError ?? ScriptError("E990", "\(error)", at: inline.span)
      failedInline.append(problem)
      session.context.report(problem)
      _ = recorder.takeEvents()
    }
  }
}
