import MIMScript

/// A notebook or script that somebody is just writing: everything that is wrong with it, and what is known of its names. Nothing of it
/// runs; headers of data files are read under the rules of `check` (docs/security.md).
package struct Draft: Sendable {
  /// Prose and cells; a script is one cell.
  package let notebook: Notebook
  /// The parameters of the front matter.
  package let parameters: [FrontMatter.Param]
  /// Everything that is wrong, in no order.
  package private(set) var mistakes: [ScriptError] = []
  /// Where variables are bound and read in cells, in the order of the text.
  package private(set) var occurrences: [NameOccurrence] = []
  /// The names of which an expected mistake hides something.
  package private(set) var hiddenNames: Set<String> = []
  /// What is known of the names at the end.
  package var names: [String: StaticValue] { checker.names }

  private let table: HostTable
  private let access: FileAccess
  /// What is known before each cell.
  private var before: [Checker] = []
  private var checker: Checker

  /// Reads a text and checks it.
  /// - Parameter path: where the file lies or would lie; decides what may be read.
  package init(
    _ text: String, path: String, isScript: Bool, table: HostTable,
    options: RunOptions = RunOptions()
  ) {
    self.table = table
    access = FileAccess(notebook: path, folder: "out/\(FileText.stem(path))", options: options)
    checker = Checker(table: table)
    checker.noteOccurrences()
    let (notebook, formMistakes) = Self.read(text, FileText.name(path), isScript: isScript)
    self.notebook = notebook
    let reserved = table.vocabulary.verbs.union(LoadedNotebook.keywords)
    let (frontMatter, yamlMistakes) = FrontMatterReader.draft(notebook, reservedNames: reserved)
    parameters = frontMatter.params
    mistakes = formMistakes + yamlMistakes
    for parameter in parameters { checker.bind(parameter.name, to: .known(parameter.value)) }
    FileAccess.$current.withValue(access) {
      for cell in notebook.cells { check(cell, isScript: isScript) }
    }
    mistakes += LoadedNotebook.inlineErrors(notebook, before, atEnd: checker)
    occurrences = checker.occurrences
  }

  private static func read(
    _ text: String, _ name: String, isScript: Bool
  ) -> (Notebook, [ScriptError]) {
    let bytes = Array(text.utf8)
    do throws(NotebookErrors) {
      guard !isScript else { return (try NotebookReader.readScript(bytes, name: name), []) }
      let draft = try NotebookReader.readDraft(bytes, name: name)
      return (draft.notebook, draft.errors)
    } catch {
      let source = Source(name: name, text: text)
      return (Notebook(source: source, frontMatter: nil, blocks: []), error.errors)
    }
  }

  private mutating func check(_ cell: NotebookCell, isScript: Bool) {
    before.append(checker)
    let parsed = Parser.parse(cell.source, vocabulary: table.vocabulary)
    var copy = checker
    if !parsed.errors.isEmpty {
      // What cannot be read yet binds its names all the same; else the rest of the text would be full of mistakes.
      for name in cell.source.boundAtHeads { copy.bind(name, to: .unknown) }
    }
    let found = isScript ? check(parsed.program, including: &copy) : copy.check(parsed.program)
    var errors = parsed.errors + found.filter { !Self.mayFollow($0, from: parsed) }
    if case .expect(let code) = cell.options.error, errors.contains(where: { $0.code == code }) {
      errors = []
      hiddenNames.formUnion(Self.words(cell.source))
    }
    mistakes += errors
    if cell.options.run {
      checker = copy
    } else {
      checker.take(copy.occurrences)
    }
  }

  /// Checks a script, whose `include` binds the names of the file.
  private func check(_ program: Program, including checker: inout Checker) -> [ScriptError] {
    var errors: [ScriptError] = []
    var waiting: [Statement] = []
    for statement in program.statements {
      guard let inclusion = Inclusion(statement) else {
        waiting.append(statement)
        continue
      }
      errors += checker.check(Program(statements: waiting))
      waiting = []
      errors += bindNames(of: inclusion, in: &checker)
    }
    return errors + checker.check(Program(statements: waiting))
  }

  /// Gives a checker what an included file binds; the first mistake in that file stands where it is named.
  private func bindNames(of inclusion: Inclusion, in checker: inout Checker) -> [ScriptError] {
    do {
      let path = SessionContext.expandingHome(inclusion.path)
      guard access.mayRead(path) else { return [FileAccess.readError(path, at: inclusion.span)] }
      let loaded = try LoadedNotebook.load(path, options: RunOptions(), table: table)
      for (name, value) in loaded.names { checker.bind(name, to: value) }
      return []
    } catch {
      let inner = (error as? Halt)?.errors.first
      return [
        ScriptError(
          inner?.code ?? "E226", inner.map(\.message) ?? "\(error)", kind: .check,
          at: inclusion.span, label: "in `\(inclusion.path)`")
      ]
    }
  }

  /// Whether a mistake stands in a statement that can't be read as it was meant.
  private static func mayFollow(_ error: ScriptError, from parsed: ParseResult) -> Bool {
    guard !parsed.errors.isEmpty, let place = error.span?.range.lowerBound else { return false }
    return parsed.program.statements.contains { statement in
      statement.span.range.contains(place)
        && parsed.errors.contains { error in
          error.span.map { statement.span.range.contains($0.range.lowerBound) } ?? false
        }
    }
  }

  private static func words(_ source: Source) -> Set<String> {
    Set(
      source.text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }

  // MARK: Places

  /// What is known of names at a UTF-8 offset in a cell, which may be in the middle of a statement.
  package func names(in cell: NotebookCell, at offset: Int) -> [String: StaticValue] {
    guard before.indices.contains(cell.number - 1) else { return names }
    var checker = before[cell.number - 1]
    let source = Source(
      name: cell.source.name, text: Span(cell.source, 0..<offset).text,
      firstLine: cell.source.firstLine, cell: cell.name)
    let program = Parser.parse(source, vocabulary: table.vocabulary).program
    return FileAccess.$current.withValue(access) {
      checker.namesAtEnd(of: program, isInBlock: source.endsInBlock)
    }
  }

  /// The headings in its prose: level from 1 to 6, text, and line of the file.
  package var headings: [(level: Int, text: String, line: Int)] {
    notebook.blocks.flatMap { block -> [(level: Int, text: String, line: Int)] in
      guard case .prose(let prose) = block else { return [] }
      return CommonMark.headings(prose.text).map {
        ($0.level, $0.text, prose.firstLine + $0.line - 1)
      }
    }
  }
}
