/// Reads the written arguments of a call. Matching them with the parameters, bare words, columns, word calls, types and defaults are
/// the same for all who read them; only what an expression is, and what becomes of a mistake, differs. The interpreter evaluates
/// everything and stops at the first mistake. The checker evaluates what is known before the run and collects every mistake.
protocol ArgumentReader {
  associatedtype Outcome: BoundValue

  /// Whether a variable of this name exists here.
  func isBound(_ name: String) -> Bool
  /// Whether there is a verb of this name.
  func isVerb(_ name: String) -> Bool
  /// What an expression is, outside all places that take bare words.
  mutating func outcome(of expression: Expression) throws -> Outcome
  /// What a variable is at a place for columns that are only known when the statement runs: it may be one of them.
  mutating func possibleColumn(_ name: String, at span: Span) -> Outcome
  /// What a condition over rows is, at a place that knows the columns or not.
  mutating func rowCondition(_ expression: Expression, at place: Place) throws -> Outcome
  /// Takes a mistake: throws it, or notes it and gives what stands for the argument.
  mutating func mistake(_ error: ScriptError) throws -> Outcome
}

extension ArgumentReader {
  /// Whoever knows every value knows the columns too, and is not asked.
  mutating func possibleColumn(_ name: String, at span: Span) -> Outcome { .known(.string(name)) }

  /// Matches written arguments with the parameters of a verb or word and reads them, first those without a name: they say
  /// which columns there are.
  mutating func read(
    _ written: [Argument], for signature: Signature, at place: Span
  ) throws -> BoundArguments<Outcome> {
    let (matches, mistakes) = signature.match(written, at: place)
    for error in mistakes { _ = try mistake(error) }
    var result = BoundArguments<Outcome>()
    var columns: [String]?
    var columnsComeLater = false
    var slots: [[(Outcome, Span)]] = signature.positional.map { _ in [] }
    let ordered = matches.filter { $0.slot != nil }.sorted { ($0.slot ?? 0) < ($1.slot ?? 0) }
    for match in ordered + matches.filter({ $0.slot == nil }) {
      let outcome = try read(
        match, of: signature, columns: columns, columnsComeLater: columnsComeLater)
      if let slot = match.slot {
        slots[slot].append((outcome, match.value.span))
        columns = columns ?? outcome.columnNames
        columnsComeLater = columnsComeLater || outcome.value == nil
      } else {
        result.options[match.parameter.name] = outcome
        result.spans[match.parameter.name] = match.value.span
        result.given.insert(match.parameter.name)
      }
    }
    result.fill(slots, signature)
    return result
  }

  private mutating func read(
    _ match: Signature.Match, of signature: Signature, columns: [String]?,
    columnsComeLater: Bool = false
  ) throws -> Outcome {
    let place = Place(
      owner: signature.name, parameter: match.parameter, isPositional: match.name == nil,
      columns: columns, columnsComeLater: columnsComeLater)
    let type = match.parameter.type
    if type.acceptsRowCondition { return try rowCondition(match.value, at: place) }
    return try accept(placed(match.value, type, place), type, place, match.value)
  }

  // MARK: Places

  /// What an expression is at a place: one for words takes its own words first, one for columns their names.
  private mutating func placed(
    _ expression: Expression, _ type: ParameterType, _ place: Place
  ) throws -> Outcome {
    switch expression.kind {
    case .name(let name):
      let isBound = isBound(name)
      if let word = type.words.first(where: { $0.name == name }),
        !(type.acceptsAnything && isBound)
      {
        for error in Signature(word).match([], at: expression.span).errors {
          _ = try mistake(error)
        }
        return .known(.word(word.bare(at: expression.span)))
      }
      if type.acceptsColumn, place.takesColumn(name, isBound: isBound) {
        return .known(.string(name))
      }
      if type.acceptsColumn, isBound, place.columns == nil, place.columnsComeLater {
        return possibleColumn(name, at: expression.span)
      }
      if !isBound, let error = place.unknownWord(name, type, at: expression.span) {
        return try mistake(error)
      }
    case .call(let call):
      // A word that takes nothing may be a verb too: `init=pca`, `init=pca(z)`.
      if let word = type.words.first(where: { $0.name == call.verb.text }),
        !(word.parameters.isEmpty && !call.arguments.isEmpty && isVerb(word.name))
      {
        return try wordCall(word, call, at: expression.span)
      }
      if !isVerb(call.verb.text), !type.words.isEmpty,
        let error = place.unknownWord(call.verb.text, type, at: call.verb.span)
      {
        return try mistake(error)
      }
    case .list(let elements):
      guard let element = type.elementType else { break }
      var outcomes: [Outcome] = []
      for part in elements {
        outcomes.append(try accept(placed(part, element, place), element, place, part))
      }
      return try list(outcomes, at: expression.span)
    default: break
    }
    return try outcome(of: expression)
  }

  /// A list is known when all its elements are.
  mutating func list(_ elements: [Outcome], at span: Span) throws -> Outcome {
    do {
      return try ExpressionEvaluator.locating(span) {
        try Outcome.combining(elements) { try Arithmetic.list($0) }
      }
    } catch let error as ScriptError {
      return try mistake(error)
    }
  }

  private mutating func wordCall(_ word: WordSpec, _ call: Call, at span: Span) throws -> Outcome {
    let signature = Signature(word)
    let (matches, mistakes) = signature.match(call.arguments, at: call.verb.span)
    var standIn: Outcome?
    for error in mistakes { standIn = try mistake(error) }
    var outcomes: [Outcome] = []
    for match in matches { outcomes.append(try read(match, of: signature, columns: nil)) }
    if let standIn { return standIn }
    return Outcome.combining(outcomes) { values in
      var positional: [Value] = []
      var named = word.bare(at: nil).named
      for (match, value) in zip(matches, values) {
        if match.name == nil { positional.append(value) }
        if !match.parameter.repeats { named[match.parameter.name] = value }
      }
      return .word(WordCall(word.name, positional: positional, named: named, span: span))
    }
  }

  // MARK: Types

  /// Whether what is known of an argument fits the place, and the form in which the verb receives it.
  private mutating func accept(
    _ outcome: Outcome, _ type: ParameterType, _ place: Place, _ expression: Expression
  ) throws -> Outcome {
    if let found = outcome.objectType, !type.acceptsObject(found) {
      _ = try mistake(place.mistake(objectOf: found, type, at: expression.span))
    }
    guard let value = outcome.value else { return outcome }
    switch type.accept(value) {
    case .refused(let refusal):
      return try mistake(place.mistake(value, refusal, at: expression.span))
    case .accepted(let accepted):
      for error in place.unknownColumns(accepted, type, at: expression.span) {
        _ = try mistake(error)
      }
      return .known(accepted)
    }
  }
}

extension BoundArguments {
  /// Puts positional values into order and fills in defaults.
  fileprivate mutating func fill(_ slots: [[(Outcome, Span)]], _ signature: Signature) {
    let last = slots.lastIndex { !$0.isEmpty } ?? -1
    for (slot, parameter) in signature.positional.enumerated() {
      for (outcome, span) in slots[slot] {
        spans["#\(positional.count)"] = span
        positional.append(outcome)
      }
      guard slots[slot].isEmpty else { continue }
      if let value = parameter.defaultValue {
        positional.append(.known(value))
      } else if slot < last {
        positional.append(.known(.none))
      }
    }
    for option in signature.options where options[option.name] == nil {
      options[option.name] = option.defaultValue.map { .known($0) }
    }
  }
}
