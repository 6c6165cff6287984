import MIMScript

extension HostFunction {
  static let history = HostFunction(
    "history", group: .session,
    summary: "list the statements of this session, or save it as a notebook",
    positional: [
      Parameter(
        "WHAT", .word([WordSpec("save", "write a notebook that runs")]), isOptional: true,
        "save: instead of listing"),
      Parameter("FILE", .path, isOptional: true, "save: the notebook, NAME.mimnb"),
    ],
    options: [
      Parameter("force", .bool, default: .bool(false), "save: replace an existing file"),
      Parameter(
        "n", .integer(1...1_000_000), default: .number(20), "how many of the latest statements"),
    ],
    result: "a page of text; save: nothing",
    details: [
      "history save \"NAME.mimnb\" keeps the statements that the results need: those of what was shown,",
      "drawn or saved, and of the names that exist now. It gives the numbers of this session again.",
    ],
    example: "history n=50", seeAlso: ["help"],
    depends: .session
  ) { call in
    if call.argument(0) != nil { return try save(call) }
    let entries = try call.session.log.entries
    var count = 20
    if case .number(let number)? = call.options["n"] { count = Int(exactly: number) ?? count }
    let first = max(0, entries.count - count)
    let digits = String(entries.count).count
    let lines = entries[first...].enumerated().flatMap { index, entry in
      numbered(entry.text, first + index + 1, digits: digits)
    }
    return .object(TextPage(lines: lines.isEmpty ? ["no statements yet"] : lines))
  }

  private static func save(_ call: HostCall) throws -> Value {
    guard case .string(let path)? = call.argument(1) else {
      throw ScriptError(
        "E105", "`history save` needs a FILE", at: call.span,
        label: "write: history save \"NAME.mimnb\"")
    }
    guard path.hasSuffix(".mimnb") || path.hasSuffix(".mimnb.md") else {
      throw ScriptError(
        "E220", "a notebook's name ends in .mimnb", at: call.span(at: 1),
        label: "try: \"\(path).mimnb\"")
    }
    let session = try call.session
    let notebook = SessionNotebook(session, title: FileText.stem(path))
    guard notebook.count > 0 else {
      throw ScriptError("E220", "there is nothing to save yet", at: call.span)
    }
    let file = try session.write(
      Array(notebook.text.utf8), to: path, for: call, force: call.flag("force"))
    call.host.message("wrote \(file): \(notebook.count) of \(notebook.total) statements")
    return .none
  }

  /// The lines of a statement, the first with its number.
  private static func numbered(_ text: String, _ number: Int, digits: Int) -> [String] {
    let label = String(number)
    let margin = String(repeating: " ", count: digits + 2)
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map {
      $0 == 0 ? margin.dropLast(label.count + 2) + label + "  " + $1 : margin + $1
    }
  }
}
