import MIMScript

/// What the text of a notebook asks for, as keys: a statement has the same key in another text if it does the same there, as far as
/// the text tells. Prose, comments, captions and the order of cells that don't need each other don't count.
///
/// The cache's keys (``KeyState``) are exact, but need the results of what stands above. These here need nothing, so that a save can be
/// judged while a cell runs.
struct WorkKeys: Equatable {
  /// A cell and its statements.
  struct Cell: Equatable {
    let name: String
    let statements: [String]
    /// The key of the cell: of its statements, and of those options that say how it runs.
    let key: String
  }

  let cells: [Cell]

  init(_ loaded: LoadedNotebook, table: HostTable, seed: UInt64?) {
    var reader = WorkKeyReader(loaded, table: table, seed: seed)
    cells = zip(loaded.notebook.cells, loaded.programs).map { reader.read($0, $1) }
  }

  /// The key of a cell.
  subscript(name: String) -> String? { cells.first { $0.name == name }?.key }

  /// The key of a statement.
  func statement(_ index: Int, of name: String) -> String? {
    guard let cell = cells.first(where: { $0.name == name }),
      cell.statements.indices.contains(index)
    else { return nil }
    return cell.statements[index]
  }

  /// Whether a statement with that key is still asked for.
  func asks(for key: String) -> Bool { cells.contains { $0.statements.contains(key) } }
}

/// Goes through the cells from top to bottom.
private struct WorkKeyReader {
  private let loaded: LoadedNotebook
  private let table: HostTable
  private let seed: UInt64
  private let figures: String
  /// Where the values of names come from.
  private var names: [String: String] = [:]
  /// Everything that was set so far.
  private var settings = ""
  private var counts: [String: String] = [:]

  init(_ loaded: LoadedNotebook, table: HostTable, seed: UInt64?) {
    self.loaded = loaded
    self.table = table
    self.seed = seed ?? loaded.frontMatter.seed ?? 1
    let figures = loaded.frontMatter.figures
    let width = figures.width.map { "\($0)" } ?? ""
    self.figures = "\(figures.folder) \(figures.formats.map(\.rawValue)) \(figures.dpi) \(width)"
    for param in loaded.frontMatter.params {
      names[param.name] = "parameter " + ContentKey.text(of: param.value)
    }
  }

  mutating func read(_ cell: NotebookCell, _ parsed: ParseResult) -> WorkKeys.Cell {
    let options = cell.options
    let timeout = options.timeout.map { "\($0)" } ?? ""
    let how = "\(options.error) \(options.run) \(options.cache) \(timeout)"
    guard options.run, parsed.errors.isEmpty else {
      // It binds nothing; one that does not parse expects just that.
      let text = options.run ? cell.source.text : ""
      return WorkKeys.Cell(name: cell.name, statements: [], key: ContentKey.of([how, text]))
    }
    counts = [:]
    let statements = parsed.program.statements.map { key(of: $0, in: cell, how) }
    return WorkKeys.Cell(
      name: cell.name, statements: statements, key: ContentKey.of([how] + statements))
  }

  private mutating func key(
    of statement: Statement, in cell: NotebookCell, _ how: String
  ) -> String {
    let facts = StatementFacts(statement)
    let verbs = facts.calls.compactMap { table[$0] }
    var parts = [how, statement.normalisedText, "\(statement.isHidden)", settings]
    let readsAll = verbs.contains { $0.readsVariables }
    for name in (readsAll ? Set(names.keys) : facts.reads).sorted() {
      parts += [name, names[name] ?? "not bound"]
    }
    for name in facts.parameters.sorted() {
      if let given = loaded.overrides[name] { parts += ["given", name, "\(given)"] }
    }
    if facts.savesFiles || verbs.contains(where: { $0.group == .look }) { parts.append(figures) }
    let random = verbs.filter { $0.isRandom && facts.unseeded.contains($0.name) }.map(\.name)
    if !random.isEmpty { parts += ["random", "\(seed)", cell.name] }
    for verb in random.sorted() { parts += [verb, counts[verb] ?? ""] }
    let key = ContentKey.of(parts)
    for name in facts.binds { names[name] = "\(key) \(name)" }
    names["ans"] = "\(key) ans"
    if facts.calls.contains("set") { settings = key }
    for (verb, count) in facts.unnamed { counts[verb] = "\(counts[verb] ?? "") +\(count)" }
    for verb in facts.uncertain { counts[verb] = "\(counts[verb] ?? "") ?\(key)" }
    return key
  }
}
