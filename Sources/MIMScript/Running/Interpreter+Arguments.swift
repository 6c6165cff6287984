/// The arguments of a call after checking: right types, defaults filled in.
struct CheckedArguments {
  var positional: [Value] = []
  var options: [String: Value] = [:]
  var given: Set<String> = []
  var spans: [String: Span] = [:]
}

extension Interpreter {
  /// Evaluates written arguments for the parameters of a verb.
  func arguments(
    of signature: Signature, _ written: [Argument], at place: Span
  ) throws -> CheckedArguments {
    let (matches, errors) = signature.match(written, at: place)
    if let first = errors.first { throw first }
    var result = CheckedArguments()
    var columns: [String]?
    var slots: [[(Value, Span)]] = signature.positional.map { _ in [] }
    let ordered = matches.filter { $0.slot != nil }.sorted { ($0.slot ?? 0) < ($1.slot ?? 0) }
    for match in ordered + matches.filter({ $0.slot == nil }) {
      let value = try evaluate(match, of: signature, columns: columns)
      if let slot = match.slot {
        slots[slot].append((value, match.value.span))
        columns = columns ?? value.columnNames
      } else {
        result.options[match.parameter.name] = value
        result.spans[match.parameter.name] = match.value.span
        result.given.insert(match.parameter.name)
      }
    }
    fill(&result, slots, signature)
    return result
  }

  private func evaluate(
    _ match: Signature.Match, of signature: Signature, columns: [String]?
  ) throws -> Value {
    let place = Place(
      owner: signature.name, parameter: match.parameter, isPositional: match.name == nil,
      columns: columns)
    return try evaluate(match.value, for: match.parameter.type, at: place)
  }

  /// Puts positional values into order and fills in defaults.
  private func fill(
    _ result: inout CheckedArguments, _ slots: [[(Value, Span)]], _ signature: Signature
  ) {
    let last = slots.lastIndex { !$0.isEmpty } ?? -1
    for (slot, parameter) in signature.positional.enumerated() {
      for (value, span) in slots[slot] {
        result.spans["#\(result.positional.count)"] = span
        result.positional.append(value)
      }
      guard slots[slot].isEmpty else { continue }
      if let value = parameter.defaultValue {
        result.positional.append(value)
      } else if slot < last {
        result.positional.append(.none)
      }
    }
    for option in signature.options where result.options[option.name] == nil {
      result.options[option.name] = option.defaultValue
    }
  }

  // MARK: Places

  /// Evaluates an expression for a place: a word place takes a bare word from its list first.
  private func evaluate(
    _ expression: Expression, for type: ParameterType, at place: Place
  ) throws -> Value {
    if type.acceptsRowCondition { return rowCondition(expression) }
    let value = try placed(expression, for: type, at: place)
    switch type.accept(value) {
    case .accepted(let accepted):
      try checkColumns(accepted, type, place, expression)
      return accepted
    case .refused(let refusal): throw place.mistake(value, refusal, at: expression.span)
    }
  }

  private func placed(
    _ expression: Expression, for type: ParameterType, at place: Place
  ) throws -> Value {
    switch expression.kind {
    case .name(let name):
      if let word = type.words.first(where: { $0.name == name }),
        !(type.acceptsAnything && isBound(name))
      {
        return .word(try bareWord(word, at: expression.span))
      }
      if type.acceptsColumn, place.takesColumn(name, isBound: isBound(name)) {
        return .string(name)
      }
      if !isBound(name), let error = place.unknownWord(name, type, at: expression.span) {
        throw error
      }
    case .call(let call):
      if let word = type.words.first(where: { $0.name == call.verb.text }) {
        return .word(try wordCall(word, call, at: expression.span))
      }
    case .list(let elements):
      if let element = type.elementType {
        return try evaluator.located(expression.span) {
          try Arithmetic.list(elements.map { try placed($0, for: element, at: place) })
        }
      }
    default: break
    }
    return try evaluator.evaluate(expression)
  }

  private func isBound(_ name: String) -> Bool {
    state.scopes.contains { $0[name] != nil }
  }

  private func bareWord(_ word: WordSpec, at span: Span) throws -> WordCall {
    let errors = Signature(word).match([], at: span).errors
    if let missing = errors.first { throw missing }
    return word.bare(at: span)
  }

  private func wordCall(_ word: WordSpec, _ call: Call, at span: Span) throws -> WordCall {
    let signature = Signature(word)
    let (matches, errors) = signature.match(call.arguments, at: call.verb.span)
    if let first = errors.first { throw first }
    var positional: [Value] = []
    var named = word.bare(at: nil).named
    for match in matches {
      let value = try evaluate(match, of: signature, columns: nil)
      if match.name == nil { positional.append(value) }
      if !match.parameter.repeats { named[match.parameter.name] = value }
    }
    return WordCall(word.name, positional: positional, named: named, span: span)
  }

  private func rowCondition(_ expression: Expression) -> Value {
    if case .none = expression.kind { return .none }
    var variables: [String: Value] = [:]
    for name in expression.namesRead {
      variables[name.text] = try? lookup(name.text, at: name.span)
    }
    return .object(RowCondition(expression: expression, variables: variables))
  }

  /// Column names must exist where the columns are known.
  private func checkColumns(
    _ value: Value, _ type: ParameterType, _ place: Place, _ expression: Expression
  ) throws {
    guard type.acceptsColumn, type.words.isEmpty, let columns = place.columns else { return }
    let names: [Value] = if case .list(let names) = value { names } else { [value] }
    for case .string(let name) in names where !columns.contains(name) {
      throw place.unknownColumn(name, columns, at: expression.span)
    }
  }
}

extension Place {
  /// Whether a bare name is a column here: known columns come first, then variables, and where
  /// nothing is known any other name.
  func takesColumn(_ name: String, isBound: Bool) -> Bool {
    guard let columns else { return !isBound }
    return columns.contains(name)
  }

  /// The error for an unbound bare name in a word or column place.
  func unknownWord(_ name: String, _ type: ParameterType, at span: Span) -> ScriptError? {
    let words = type.offeredWords.map(\.name)
    if type.acceptsColumn, let columns {
      return unknownColumn(name, columns + words, at: span)
    }
    guard !words.isEmpty, !type.acceptsAnything else { return nil }
    let shown = words.prefix(16).joined(separator: " ") + (words.count > 16 ? " …" : "")
    let here = isPositional ? "" : " for `\(parameter.name)`"
    return ScriptError(
      "E104", "\(owner) does not know `\(name)`\(here)", kind: .check, at: span,
      label: Suggestions.label(for: name, in: words), notes: ["choose from: \(shown)"])
  }

  func unknownColumn(_ name: String, _ columns: [String], at span: Span) -> ScriptError {
    ScriptError(
      "E109", "there is no column `\(name)`", kind: .check, at: span,
      label: Suggestions.label(for: name, in: columns),
      notes: ["columns: " + columns.prefix(24).joined(separator: " ")])
  }
}
