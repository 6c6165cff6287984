import MIMScript
import MIMSession

/// Where variables occur: definitions, references, renaming.
extension DraftedDocument {
  /// The occurrence of a variable in a cell at a position.
  func occurrence(at position: TextPosition) -> NameOccurrence? {
    guard let (cell, offset) = place(position) else { return nil }
    return draft.occurrences.first {
      $0.span.source.firstLine == cell.source.firstLine && $0.span.range.lowerBound <= offset
        && offset <= $0.span.range.upperBound
    }
  }

  /// The value in prose at a position.
  func inlineValue(at position: TextPosition) -> InlineValue? {
    draft.notebook.inlineValues.first { range(of: $0.span).contains(position) }
  }

  /// `textDocument/definition`.
  func definition(at position: TextPosition) -> JSON {
    var span: Span?
    if let occurrence = occurrence(at: position) {
      span = definition(of: occurrence)
    } else if let value = inlineValue(at: position) {
      span = definition(of: value)
    }
    return span.map { location(range(of: $0)) } ?? .null
  }

  /// The last binding before an occurrence; a binding is its own.
  func definition(of occurrence: NameOccurrence) -> Span? {
    guard occurrence.role != .binding else { return occurrence.span }
    let before = draft.occurrences.last {
      $0.role == .binding && $0.isOf(occurrence.name, occurrence.scope)
        && ($0.span.source.firstLine, $0.countsFrom)
          <= (occurrence.span.source.firstLine, occurrence.span.range.lowerBound)
    }
    return before?.span ?? bindings(occurrence.name, occurrence.scope).first
  }

  private func definition(of value: InlineValue) -> Span? {
    let bindings = bindings(value.path[0], nil)
    let place = range(of: value.span).start
    // A value that is bound only below is that at the end of the run.
    return bindings.last { range(of: $0).start < place } ?? bindings.last
  }

  private func bindings(_ name: String, _ scope: Span?) -> [Span] {
    let all = draft.occurrences.filter { $0.role == .binding && $0.isOf(name, scope) }.map(\.span)
    guard scope == nil, let parameter = parameter(name) else { return all }
    return [parameter] + all
  }

  private func parameter(_ name: String) -> Span? {
    draft.parameters.first { $0.name == name }?.span
  }

  // MARK: All places

  /// A variable, by its name and the block that it belongs to.
  private func variable(at position: TextPosition) -> (name: String, scope: Span?)? {
    if let occurrence = occurrence(at: position) { return (occurrence.name, occurrence.scope) }
    if let value = inlineValue(at: position) { return (value.path[0], nil) }
    let parameter = draft.parameters.first {
      $0.span.map { range(of: $0).contains(position) } ?? false
    }
    return parameter.map { ($0.name, nil) }
  }

  /// Every place of a variable: in cells, in prose and in front matter.
  private func places(_ name: String, _ scope: Span?) -> [TextRange] {
    var places = draft.occurrences.filter { $0.isOf(name, scope) }.map { range(of: $0.span) }
    if scope == nil {
      places += draft.notebook.inlineValues.filter { $0.path[0] == name }.map(nameRange)
      places += [parameter(name)].compactMap { $0 }.map { range(of: $0) }
    }
    return places.sorted { $0.start < $1.start }
  }

  /// The name in `` `{mim} s.mi` ``.
  private func nameRange(_ value: InlineValue) -> TextRange {
    let text = Array(value.span.text.utf8)
    let mark = Array("{mim}".utf8)
    let behind = text.firstRange(of: mark)?.upperBound ?? 0
    let blanks = text[behind...].prefix { $0 == UInt8(ascii: " ") }.count
    let start = value.span.range.lowerBound + behind + blanks
    return range(of: Span(value.span.source, start..<start + value.path[0].utf8.count))
  }

  /// `textDocument/references`.
  func references(at position: TextPosition) -> JSON {
    guard let (name, scope) = variable(at: position) else { return .null }
    return .array(places(name, scope).map(location))
  }

  /// `textDocument/documentHighlight`.
  func highlights(at position: TextPosition) -> JSON {
    guard let (name, scope) = variable(at: position) else { return .null }
    return .array(places(name, scope).map { .members(["range": $0.json]) })
  }

  private func location(_ range: TextRange) -> JSON {
    .members(["uri": .string(document.uri), "range": range.json])
  }

  // MARK: Renaming

  /// `textDocument/prepareRename`: the range of the name; null where there is no variable.
  func renameable(at position: TextPosition) -> JSON {
    guard let (name, scope) = variable(at: position),
      let place = places(name, scope).first(where: { $0.contains(position) })
    else { return .null }
    return .members(["range": place.json, "placeholder": .string(name)])
  }

  /// `textDocument/rename`.
  /// - Throws: why it can't be done without changing what the text means.
  func rename(at position: TextPosition, to new: String, table: HostTable) throws -> JSON {
    guard let (name, scope) = variable(at: position) else {
      throw RequestError.failed("there is no variable here")
    }
    guard let problem = NameRule.problem(with: new, table: table) else {
      try requireRenameable(name, scope, new)
      return edits(places(name, scope).map { TextEdit(range: $0, text: new) })
    }
    throw RequestError.failed(problem)
  }

  private func requireRenameable(_ name: String, _ scope: Span?, _ new: String) throws {
    guard new != name else { return }
    if let mistake = mistakes.first {
      throw RequestError.failed(
        "the text has a mistake at line \(mistake.range.start.line + 1), so that not every place of `\(name)` is known"
      )
    }
    guard !bindings(name, scope).isEmpty else {
      throw RequestError.failed("`\(name)` is not bound in this text")
    }
    if draft.hiddenNames.contains(name) {
      throw RequestError.failed("`\(name)` stands in a cell that expects an error")
    }
    if let unclear = draft.occurrences.first(where: { $0.name == name && $0.role == .unclear }) {
      let line = range(of: unclear.span).start.line + 1
      throw RequestError.failed(
        "`\(name)` at line \(line) is the variable or a column of that name")
    }
    let isTaken =
      draft.occurrences.contains { $0.name == new } || parameter(new) != nil
      || draft.names[new] != nil || draft.notebook.inlineValues.contains { $0.path[0] == new }
    if isTaken { throw RequestError.failed("`\(new)` is another variable's name already") }
  }
}

extension NameOccurrence {
  fileprivate func isOf(_ other: String, _ block: Span?) -> Bool {
    guard name == other, (scope == nil) == (block == nil) else { return false }
    guard let scope, let block else { return true }
    return scope.range == block.range && scope.source.firstLine == block.source.firstLine
  }
}
