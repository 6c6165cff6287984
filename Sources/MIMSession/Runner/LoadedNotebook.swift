import MIMFormats
import MIMScript
import MIMTensor

/// A notebook, or a script as a notebook of one cell, that was read and checked as a whole: nothing of it has run.
struct LoadedNotebook {
  let path: String
  /// SHA-256 of the file's bytes.
  let hash: String
  let notebook: Notebook
  let frontMatter: FrontMatter
  /// Values from the command line for `param` lines.
  let overrides: [String: ParameterOverride]
  /// The cells' programs, in the cells' order.
  let programs: [ParseResult]
  /// What is known of the names at its end before it runs.
  private(set) var names: [String: StaticValue] = [:]

  /// Reads and checks a notebook or a script (`.mim`); throws `Halt` with every mistake found.
  static func load(
    _ path: String, options: RunOptions, table: HostTable
  ) throws -> LoadedNotebook {
    let bytes = try FileText.bytes(path)
    try requireNotebook(bytes, of: path)
    return try read(bytes, of: path, options: options, table: table)
  }

  /// The endings of files that may be all prose.
  private static let endings: Set<String> = ["mimnb", "mim", "md", "markdown", "qmd", "txt"]

  /// Refuses a file of another kind, such as a table: it would be a notebook without cells.
  /// - Throws: a `Halt` that says what to do.
  static func requireNotebook(_ bytes: [UInt8], of path: String) throws {
    let name = FileText.name(path)
    let parts = name.split(separator: "/").last?.split(separator: ".") ?? []
    guard path != "-", parts.count > 1, let ending = parts.last?.lowercased(),
      !endings.contains(ending)
    else { return }
    let notebook = (try? NotebookReader.readDraft(bytes, name: name))?.notebook
    guard notebook?.cells.isEmpty ?? true else { return }
    throw Halt.usage(
      "`\(name)` is not a notebook: it has no cells",
      notes: [
        "notebooks end in .mimnb, scripts in .mim; a cell reads a table with load \"\(name)\""
      ])
  }

  /// The same with the file's bytes at hand.
  static func read(
    _ bytes: [UInt8], of path: String, options: RunOptions, table: HostTable
  ) throws -> LoadedNotebook {
    do {
      let name = FileText.name(path)
      let notebook =
        path.hasSuffix(".mim")
        ? try NotebookReader.readScript(bytes, name: name)
        : try NotebookReader.read(bytes, name: name)
      let names = table.vocabulary.verbs.union(LoadedNotebook.keywords)
      var frontMatter = try FrontMatterReader.read(notebook, reservedNames: names)
      let overrides = try ParameterOverrides.apply(options, to: &frontMatter)
      if options.quick { frontMatter.cutForQuickRun() }
      var loaded = LoadedNotebook(
        path: path, hash: SHA256.hexadecimal(of: bytes), notebook: notebook,
        frontMatter: frontMatter, overrides: overrides,
        programs: notebook.cells.map {
          Parser.parse($0.source, vocabulary: table.vocabulary)
        })
      loaded.names = try loaded.check(table)
      return loaded
    } catch let errors as NotebookErrors {
      throw Halt(.check, errors.errors)
    }
  }

  static let keywords: Set<String> = [
    "param", "for", "if", "else", "in", "by", "and", "or", "not", "true", "false", "none", "time",
  ]

  // MARK: Checking

  private func check(_ table: HostTable) throws -> [String: StaticValue] {
    var checker = Checker(table: table, overrides: overrides)
    for param in frontMatter.params { checker.bind(param.name, to: .known(param.value)) }
    var errors: [ScriptError] = []
    var before: [Checker] = []
    for (cell, program) in zip(notebook.cells, programs) {
      before.append(checker)
      errors += check(cell, program, &checker)
    }
    errors += Self.inlineErrors(notebook, before, atEnd: checker)
    guard errors.isEmpty else {
      // E209: a value given from outside does not fit; that is the command line's mistake.
      throw Halt(errors.allSatisfy { $0.code == "E209" } ? .usage : .check, errors)
    }
    try ParameterOverrides.requireDeclared(
      overrides, declared: frontMatter.params.map(\.name) + checker.parameters)
    return checker.names
  }

  private func check(
    _ cell: NotebookCell, _ parsed: ParseResult, _ checker: inout Checker
  ) -> [ScriptError] {
    var copy = checker
    let errors = parsed.errors.isEmpty ? copy.check(parsed.program) : parsed.errors
    if case .expect(let code) = cell.options.error, errors.contains(where: { $0.code == code }) {
      return []
    }
    if !parsed.errors.isEmpty {
      // What it was to bind is no mistake of the cells and the prose that use it.
      for name in cell.source.boundAtHeads { copy.bind(name, to: .unknown) }
    }
    // A cell that does not run is checked, but binds nothing for the cells below.
    if cell.options.run { checker = copy }
    return errors
  }

  /// The inline values whose names no cell binds, and those that cannot be shown as they are written.
  /// - Parameter before: what is known before each cell.
  static func inlineErrors(
    _ notebook: Notebook, _ before: [Checker], atEnd: Checker
  ) -> [ScriptError] {
    var errors: [ScriptError] = []
    var cells = 0
    for block in notebook.blocks {
      switch block {
      case .cell: cells += 1
      case .prose(let prose):
        let here = before.indices.contains(cells) ? before[cells] : atEnd
        errors += prose.inlineValues.compactMap { value in
          // A name that is bound only below has its last value.
          let checker = here.names[value.path[0]] == nil ? atEnd : here
          return checker.names[value.path[0]] == nil
            ? unboundError(value, atEnd) : InlineText.error(value, checker)
        }
      }
    }
    return errors
  }

  private static func unboundError(_ value: InlineValue, _ checker: Checker) -> ScriptError {
    ScriptError(
      "E616", "no cell defines `\(value.path[0])`", kind: .check, at: value.span,
      label: Suggestions.label(for: value.path[0], in: checker.names.keys),
      fixes: Suggestions.near(value.path[0], in: checker.names.keys).map(value.renamed))
  }
}

extension InlineValue {
  /// The value written with another name.
  fileprivate func renamed(_ name: String) -> ScriptError.Fix {
    let fields = path.dropFirst().map { ".\($0)" }.joined()
    return ScriptError.Fix("`{mim} \(name)\(fields)\(format.map { " \($0)" } ?? "")`", at: span)
  }
}

extension FrontMatter {
  /// `--quick` cuts defaults; what the command line gives stays.
  fileprivate mutating func cutForQuickRun() {
    for index in params.indices where !params[index].isOverridden {
      params[index].value = QuickCuts.cut(params[index].value, named: params[index].name)
    }
  }
}
