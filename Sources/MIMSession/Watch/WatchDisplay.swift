import MIMFormats
import MIMScript
import MIMTensor

/// What a watched notebook looks like now: its newest sound text with the newest results of its cells.
struct WatchDisplay {
  /// How a cell stands.
  enum CellState: String {
    /// Its results are those of its text.
    case fresh
    /// Its text, or what it reads, is another than when it ran; it waits for its turn.
    case stale
    case running
    case failed
    /// It was stopped; what it had made is there.
    case stopped
    /// It has not run, and nothing is about to run it.
    case notRun = "not-run"
    /// It says `run: false`.
    case skipped
  }

  /// A cell that runs.
  struct Running {
    let cell: String
    let since: Double
    var progress: ProgressUpdate?
    var rate = MovingRate()
    var remaining: Double?
  }

  /// An inline value by its place: what it names, its format, and how many cells stand above.
  private struct InlinePlace: Hashable {
    let name: String
    let format: String?
    let cells: Int
  }

  /// The newest text without mistakes.
  private(set) var loaded: LoadedNotebook?
  private(set) var keys: WorkKeys?
  /// What is wrong with the last save, with its place.
  var problem: String?
  /// What else there is to say.
  var notice: String?
  /// Whether a run is on, or about to begin.
  var isBusy = false
  var running: Running?
  /// Stopped cells that left something to go on with.
  var partialCells: Set<String> = []
  private var results: [String: (result: CellResult, key: String?)] = [:]
  private var texts: [InlinePlace: InlineText] = [:]
  /// The rest of what the last run that came to its end gave.
  private var last: ReportContent?
  private let vocabulary: Vocabulary
  private let settings: (LoadedNotebook) -> SessionSettings

  init(vocabulary: Vocabulary, settings: @escaping (LoadedNotebook) -> SessionSettings) {
    self.vocabulary = vocabulary
    self.settings = settings
  }

  // MARK: What is new

  /// Takes a newer text.
  mutating func take(_ loaded: LoadedNotebook, _ keys: WorkKeys) {
    self.loaded = loaded
    self.keys = keys
    problem = nil
  }

  /// Takes the result of a cell of the text that runs.
  mutating func take(
    _ result: CellResult, _ inlineTexts: [Span: InlineText], of pass: WatchPass
  ) {
    results[result.cell.name] = (result, pass.keys[result.cell.name])
    take(inlineTexts, of: pass.loaded)
  }

  /// Takes what a run gave that came to its end.
  mutating func take(_ content: ReportContent) {
    last = content
    texts = [:]
    take(content.inlineTexts, of: content.loaded)
  }

  private mutating func take(_ inlineTexts: [Span: InlineText], of loaded: LoadedNotebook) {
    for (span, place) in Self.places(loaded) {
      if let text = inlineTexts[span] { texts[place] = text }
    }
  }

  private static func places(_ loaded: LoadedNotebook) -> [(Span, InlinePlace)] {
    var cells = 0
    return loaded.notebook.blocks.flatMap { block -> [(Span, InlinePlace)] in
      switch block {
      case .cell:
        cells += 1
        return []
      case .prose(let prose):
        return prose.inlineValues.map { value in
          (value.span, InlinePlace(name: value.name, format: value.format, cells: cells))
        }
      }
    }
  }

  /// The inline values of the newest text, as far as they are known.
  var inlineTexts: [Span: InlineText] {
    guard let loaded else { return [:] }
    var known: [Span: InlineText] = [:]
    for (span, place) in Self.places(loaded) { known[span] = texts[place] }
    return known
  }

  /// Whether the newest text has inline values that nobody knows.
  var asksForValues: Bool {
    inlineTexts.count < (loaded?.notebook.inlineValues.count ?? 0)
  }

  // MARK: How it looks

  /// The page; nil as long as no text was sound.
  var content: ReportContent? {
    guard let loaded else { return nil }
    let results = loaded.notebook.cells.map { cell in
      self.results[cell.name]?.result.showing(cell) ?? CellResult(cell: cell)
    }
    var content = ReportContent(
      loaded: loaded, settings: settings(loaded), vocabulary: vocabulary, results: results,
      inlineTexts: inlineTexts)
    if let last {
      content.failedInline = last.failedInline
      content.failedRowCount = last.failedRowCount
      content.dataFiles = last.dataFiles
    }
    return content
  }

  /// The name of a figure's picture in the page.
  static func pictureName(_ figure: FigureRecord) -> String {
    (figure.pixelHash ?? SHA256.hexadecimal(of: figure.png)) + ".png"
  }

  /// How a cell stands.
  func state(of name: String) -> CellState {
    if running?.cell == name { return .running }
    guard let known = results[name] else { return isBusy ? .stale : .notRun }
    // Its text may have become another one while it ran, one that asked for the same; then it was stopped.
    let isPartial = !isBusy && known.result.status == .interrupted && partialCells.contains(name)
    guard known.key == keys?[name] || isPartial else { return .stale }
    switch known.result.status {
    case .ok, .expectedError: return .fresh
    case .failed: return .failed
    case .interrupted: return .stopped
    case .notRun: return .notRun
    case .skipped: return .skipped
    }
  }

  /// How all cells stand, for the page's script.
  func status(version: Int, now: Double) -> String {
    let cells = (loaded?.notebook.cells ?? []).map { cell in
      (cell.name, JSON.object(status(of: cell.name, now)))
    }
    return JSON.object([
      ("version", .number(Double(version))), ("busy", .bool(isBusy)),
      ("problem", problem.map { .string($0) } ?? .null),
      ("notice", notice.map { .string($0) } ?? .null), ("cells", .object(cells)),
    ]).text()
  }

  private func status(of name: String, _ now: Double) -> [(String, JSON)] {
    var parts: [(String, JSON)] = [("state", .string(state(of: name).rawValue))]
    if partialCells.contains(name) { parts.append(("partial", .bool(true))) }
    guard let running, running.cell == name else { return parts }
    parts.append(("seconds", .number((now - running.since).rounded(.down))))
    guard let progress = running.progress else { return parts }
    let line = [progress.title, progress.detail].filter { !$0.isEmpty }
    parts.append(("text", .string(line.joined(separator: " · "))))
    if let total = progress.total, total > 0 {
      parts.append(("fraction", .number(min(max(progress.done / total, 0), 1))))
    }
    if let seconds = running.remaining {
      parts.append(("left", .string(DurationText.text(seconds))))
    }
    return parts
  }

  // MARK: Progress

  /// A statement of a cell runs.
  mutating func runs(_ cell: String, now: Double) {
    let since = running?.cell == cell ? running?.since ?? now : now
    running = Running(cell: cell, since: since)
  }

  /// Takes how far the running statement has come.
  mutating func take(_ update: ProgressUpdate, now: Double) {
    guard var running else { return }
    if running.progress?.title != update.title { running.rate = MovingRate() }
    running.progress = update
    running.rate.add(done: update.done, at: now)
    running.remaining =
      update.remaining
      ?? update.total.flatMap { running.rate.remaining(done: update.done, total: $0) }
    self.running = running
  }
}
