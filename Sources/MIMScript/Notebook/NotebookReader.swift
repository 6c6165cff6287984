/// Turns a notebook's file into front matter, prose and cells.
public enum NotebookReader {
  /// Reads a file's bytes.
  /// - Throws: `NotebookErrors` with everything that is wrong with its form.
  public static func read(_ bytes: [UInt8], name: String) throws(NotebookErrors) -> Notebook {
    var builder = NotebookBuilder(text: try NotebookText(bytes: bytes, name: name))
    return try builder.build()
  }

  /// Reads what can be read of a notebook that somebody is just writing, with everything that is wrong with its form. A fence that is
  /// not closed yet is a cell up to the end.
  /// - Throws: `NotebookErrors` if it isn't text.
  package static func readDraft(
    _ bytes: [UInt8], name: String
  ) throws(NotebookErrors) -> (notebook: Notebook, errors: [ScriptError]) {
    let text = try NotebookText(bytes: bytes, name: name, mayBeEmpty: true)
    var builder = NotebookBuilder(text: text)
    return builder.draft()
  }

  /// Reads a script's bytes as a notebook of one cell, `script`, without prose.
  /// - Throws: `NotebookErrors` if it isn't text.
  public static func readScript(_ bytes: [UInt8], name: String) throws(NotebookErrors) -> Notebook {
    let text = try NotebookText(bytes: bytes, name: name, mayBeEmpty: true)
    let cell = NotebookCell(
      number: 1, name: "script", source: text.source, fenceLine: 1, prefix: "",
      options: CellOptions(), span: Span(text.source, 0..<0))
    return Notebook(source: text.source, frontMatter: nil, blocks: [.cell(cell)])
  }
}

/// Collects blocks and errors line by line.
struct NotebookBuilder {
  private let text: NotebookText
  private var scanner = FenceScanner()
  private var blocks: [Notebook.Block] = []
  private var errors: [ScriptError] = []
  private var prose: [NotebookText.Line] = []
  /// Lines of the prose in which inline values are looked for.
  private var readable: Set<Int> = []
  private var cellCount = 0
  private var labels: [String: Int] = [:]
  private var lineNumber = 0

  init(text: NotebookText) {
    self.text = text
  }

  mutating func build() throws(NotebookErrors) -> Notebook {
    let (notebook, errors) = draft()
    guard errors.isEmpty else { throw NotebookErrors(errors: errors) }
    return notebook
  }

  /// The notebook as far as it can be read, and what is wrong with it.
  mutating func draft() -> (notebook: Notebook, errors: [ScriptError]) {
    let frontMatter = readFrontMatter()
    while let line = nextLine() {
      switch scanner.classify(line.text) {
      case .prose:
        readable.insert(line.number)
        prose.append(line)
      case .hidden: prose.append(line)
      case .opening(let fence): readFence(fence, at: line)
      }
    }
    endProse()
    nameUnlabelledCells()
    let notebook = Notebook(source: text.source, frontMatter: frontMatter, blocks: blocks)
    return (notebook, errors)
  }

  private mutating func nextLine() -> NotebookText.Line? {
    guard lineNumber < text.lines.count else { return nil }
    lineNumber += 1
    return text.lines[lineNumber - 1]
  }

  // MARK: Front matter

  private mutating func readFrontMatter() -> FrontMatterText? {
    func isMark(_ line: NotebookText.Line, _ mark: String) -> Bool {
      FenceScanner.trimmed(line.text) == mark && line.text.first != " "
    }
    guard let first = text.lines.first, isMark(first, "---") else { return nil }
    let end = text.lines.dropFirst().firstIndex { isMark($0, "---") || isMark($0, "...") }
    guard let end else {
      errors.append(
        ScriptError(
          "E609", "the front matter is not closed", kind: .check, at: text.span(first),
          label: "opened here", notes: ["end it with a line `---`"]))
      lineNumber = text.lines.count
      return nil
    }
    lineNumber = end + 1
    let body = text.lines[1..<end].map { $0.text + "\n" }.joined()
    return FrontMatterText(text: body, firstLine: 2)
  }

  // MARK: Fences

  private mutating func readFence(_ fence: FenceScanner.Fence, at opening: NotebookText.Line) {
    let isCell = fence.info == "mim"
    if !isCell { reportLookalike(fence, opening) }
    if isCell { endProse() } else { prose.append(opening) }
    var content: [NotebookText.Line] = []
    while let line = nextLine() {
      if scanner.closes(line.text, fence) {
        if isCell {
          appendCell(fence, opening, content)
        } else {
          prose += content + [line]
        }
        return
      }
      if isCell, scanner.beginsBlock(line.text) {
        // No statement looks like that: the cell's end is missing, and the next block begins.
        reportUnclosed(fence, opening, before: line)
        appendCell(fence, opening, content)
        lineNumber -= 1
        return
      }
      content.append(line)
    }
    reportUnclosed(fence, opening)
    if isCell { appendCell(fence, opening, content) }
  }

  /// A block that other programs would run: `{mim}`, `Mim`, `mim echo=false`. As prose it would be shown and never run.
  private mutating func reportLookalike(
    _ fence: FenceScanner.Fence, _ opening: NotebookText.Line
  ) {
    let words = fence.info.split { "{}, \t".contains($0) }
    guard words.first?.lowercased() == "mim" else { return }
    let mark = String(repeating: fence.mark, count: fence.length)
    let options = words.dropFirst().map { word in
      "#| " + word.split(separator: "=", maxSplits: 1).joined(separator: ": ")
    }
    errors.append(
      ScriptError(
        "E615", "this block is no cell, and would not run", kind: .check, at: text.span(opening),
        label: "write \(mark)mim",
        notes: options.isEmpty
          ? ["a block that is only shown needs another word, such as \(mark)text"]
          : [
            "options of a cell stand in its first lines: " + options.joined(separator: "  "),
            "help notebook lists them",
          ],
        fixes: [
          ScriptError.Fix(fence.prefix + mark + "mim")
        ]))
  }

  private mutating func reportUnclosed(
    _ fence: FenceScanner.Fence, _ opening: NotebookText.Line, before next: NotebookText.Line? = nil
  ) {
    let mark = String(repeating: fence.mark, count: fence.length)
    let message =
      fence.info == "mim" ? "this cell has no closing \(mark)" : "this code fence is not closed"
    let place = next.map { ", above line \($0.number), where the next block begins" } ?? ""
    errors.append(
      ScriptError(
        "E603", message, kind: .check, at: text.span(opening), label: "opened here",
        notes: ["end the block with a line that contains only \(mark)\(place)"]))
  }

  private mutating func endProse() {
    guard let first = prose.first else { return }
    let body = prose.map { $0.text + "\n" }.joined()
    var finder = InlineValueScanner(lines: prose, readable: readable, text: text)
    finder.scan()
    errors += finder.errors
    blocks.append(
      .prose(Prose(text: body, firstLine: first.number, inlineValues: finder.values)))
    prose = []
    readable = []
  }

  // MARK: Cells

  private mutating func appendCell(
    _ fence: FenceScanner.Fence, _ opening: NotebookText.Line, _ content: [NotebookText.Line]
  ) {
    cellCount += 1
    let options = readOptions(content)
    let lines = content.map { String(FenceScanner.content($0.text, of: fence)) }
    let body = lines.map { $0 + "\n" }.joined()
    let name = options.label ?? ""
    let source = Source(
      name: text.source.name, text: body, firstLine: opening.number + 1, cell: name)
    blocks.append(
      .cell(
        NotebookCell(
          number: cellCount, name: name, source: source, fenceLine: opening.number,
          prefix: fence.prefix, options: options, span: text.span(opening))))
  }

  private mutating func readOptions(_ content: [NotebookText.Line]) -> CellOptions {
    var options = CellOptions()
    var seen: Set<String> = []
    let head = content.prefix { FenceScanner.trimmed($0.text).hasPrefix("#|") }
    for line in head { read(line, into: &options, &seen) }
    for line in content.dropFirst(head.count)
    where FenceScanner.trimmed(line.text).hasPrefix("#|") {
      errors.append(
        ScriptError(
          "E607", "cell options must come at the start of a cell", kind: .check,
          at: text.span(line), notes: ["move the line up, or write `#` for a comment"]))
    }
    return options
  }

  private mutating func read(
    _ line: NotebookText.Line, into options: inout CellOptions, _ seen: inout Set<String>
  ) {
    let body = FenceScanner.trimmed(line.text).dropFirst(2)
    guard let colon = body.firstIndex(of: ":") else {
      report("E604", "a cell option must be written as `#| key: value`", line)
      return
    }
    let key = FenceScanner.trimmed(body[..<colon])
    let value = unquoted(FenceScanner.trimmed(body[body.index(after: colon)...]))
    guard !value.isEmpty else {
      report("E605", "the option `\(key)` has no value", line)
      return
    }
    guard seen.insert(key).inserted else {
      report("E604", "the option `\(key)` is given twice", line)
      return
    }
    do throws(CellOptionProblem) {
      try options.set(key, to: value)
      if key == "label" { noteLabel(value, line) }
    } catch {
      report(error, key, line)
    }
  }

  private mutating func noteLabel(_ label: String, _ line: NotebookText.Line) {
    if let earlier = labels[label] {
      report("E606", "the label `\(label)` is already used at line \(earlier)", line)
    } else {
      labels[label] = line.number
    }
  }

  private mutating func report(
    _ problem: CellOptionProblem, _ key: String, _ line: NotebookText.Line
  ) {
    var label = problem.label
    var notes: [String] = []
    var fixes: [ScriptError.Fix] = []
    if problem.code == "E604" {
      label = Suggestions.label(for: key, in: CellOptions.keys)
      fixes = Suggestions.near(key, in: CellOptions.keys).compactMap { near in
        line.text.firstRange(of: key).map { place in
          ScriptError.Fix(
            String(line.text[..<place.lowerBound]) + near + line.text[place.upperBound...])
        }
      }
      notes = ["options: " + CellOptions.keys.joined(separator: " ")]
    }
    errors.append(
      ScriptError(
        problem.code, problem.message, kind: .check, at: text.span(line), label: label,
        notes: notes, fixes: fixes))
  }

  private mutating func report(_ code: String, _ message: String, _ line: NotebookText.Line) {
    errors.append(ScriptError(code, message, kind: .check, at: text.span(line)))
  }

  private func unquoted(_ value: String) -> String {
    guard value.utf8.count >= 2, let first = value.first, first == value.last,
      first == "\"" || first == "'"
    else { return value }
    return String(value.dropFirst().dropLast())
  }

  /// Cells without a label are called `cell-3`; a user's own label of that form comes first.
  private mutating func nameUnlabelledCells() {
    for (index, block) in blocks.enumerated() {
      guard case .cell(let cell) = block, cell.name.isEmpty else { continue }
      var name = "cell-\(cell.number)"
      while labels[name] != nil { name += "x" }
      labels[name] = cell.fenceLine
      let source = Source(
        name: cell.source.name, text: cell.source.text, firstLine: cell.source.firstLine,
        cell: name)
      blocks[index] = .cell(
        NotebookCell(
          number: cell.number, name: name, source: source, fenceLine: cell.fenceLine,
          prefix: cell.prefix, options: cell.options, span: cell.span))
    }
  }
}
