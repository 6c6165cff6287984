extension Checker {
  /// Checks one argument against the parameter it belongs to.
  mutating func check(
    _ match: Signature.Match, of signature: Signature, columns: [String]?
  ) -> StaticValue {
    let place = Place(
      owner: signature.name, parameter: match.parameter, isPositional: match.name == nil,
      columns: columns)
    let type = match.parameter.type
    if type.acceptsRowCondition {
      checkCondition(match.value, place)
      return .unknown
    }
    return accept(placed(match.value, for: type, at: place), type, place, match.value)
  }

  /// What is known of an expression at a place: a word place takes its own words first.
  private mutating func placed(
    _ expression: Expression, for type: ParameterType, at place: Place
  ) -> StaticValue {
    switch expression.kind {
    case .name(let name):
      let isBound = lookup(name) != nil
      if let word = type.words.first(where: { $0.name == name }),
        !(type.acceptsAnything && isBound)
      {
        Signature(word).match([], at: expression.span).errors.forEach { report($0) }
        return .known(.word(word.bare(at: expression.span)))
      }
      if type.acceptsColumn, place.takesColumn(name, isBound: isBound) {
        return .known(.string(name))
      }
      if !isBound, let error = place.unknownWord(name, type, at: expression.span) {
        report(error)
        return .unknown
      }
    case .call(let call):
      if let word = type.words.first(where: { $0.name == call.verb.text }) {
        return wordCall(word, call, at: expression.span)
      }
      if table[call.verb.text] == nil, !type.words.isEmpty,
        let error = place.unknownWord(call.verb.text, type, at: call.verb.span)
      {
        report(error)
        return .unknown
      }
    case .list(let elements):
      if let element = type.elementType {
        let values = elements.map {
          accept(placed($0, for: element, at: place), element, place, $0)
        }
        return list(values, at: expression.span)
      }
    default: break
    }
    return check(expression)
  }

  private mutating func wordCall(_ word: WordSpec, _ call: Call, at span: Span) -> StaticValue {
    let signature = Signature(word)
    let (matches, mistakes) = signature.match(call.arguments, at: call.verb.span)
    mistakes.forEach { report($0) }
    var positional: [Value] = []
    var named = word.bare(at: nil).named
    var isKnown = mistakes.isEmpty
    for match in matches {
      guard case .known(let value) = check(match, of: signature, columns: nil) else {
        isKnown = false
        continue
      }
      if match.name == nil { positional.append(value) }
      if !match.parameter.repeats { named[match.parameter.name] = value }
    }
    guard isKnown else { return .unknown }
    return .known(.word(WordCall(word.name, positional: positional, named: named, span: span)))
  }

  /// Whether what is known of a value fits the place.
  private mutating func accept(
    _ value: StaticValue, _ type: ParameterType, _ place: Place, _ expression: Expression
  ) -> StaticValue {
    switch value {
    case .unknown: return .unknown
    case .object(let found, _):
      if !type.acceptsObject(found) {
        let here =
          place.isPositional
          ? "`\(place.parameter.name)` of \(place.owner)" : "`\(place.parameter.name)`"
        report(
          ScriptError(
            "E201", "\(here) takes \(type.wanted), not \(found.withArticle)", kind: .check,
            at: expression.span))
      }
      return value
    case .known(let known):
      switch type.accept(known) {
      case .refused(let refusal):
        report(place.mistake(known, refusal, at: expression.span))
        return .unknown
      case .accepted(let accepted):
        checkColumns(accepted, type, place, expression)
        return .known(accepted)
      }
    }
  }

  // MARK: Columns

  private mutating func checkColumns(
    _ value: Value, _ type: ParameterType, _ place: Place, _ expression: Expression
  ) {
    guard type.acceptsColumn, type.words.isEmpty, let columns = place.columns else { return }
    let names: [Value] = if case .list(let names) = value { names } else { [value] }
    for case .string(let name) in names where !columns.contains(name) {
      report(place.unknownColumn(name, columns, at: expression.span))
    }
  }

  /// In `where=( )` every name is a column or a variable, and nothing is called.
  private mutating func checkCondition(_ expression: Expression, _ place: Place) {
    if let call = expression.firstCall {
      report(
        ScriptError(
          "E203", "a condition over rows cannot call verbs", kind: .check, at: call.span,
          label: "give the value a name first"))
    }
    guard let columns = place.columns else { return }
    for name in expression.namesRead
    where !columns.contains(name.text) && lookup(name.text) == nil {
      report(
        ScriptError(
          "E109", "no column and no variable is called `\(name.text)`", kind: .check,
          at: name.span,
          label: Suggestions.label(for: name.text, in: columns) ?? "put text in quotes",
          notes: ["columns: " + columns.prefix(24).joined(separator: " ")]))
    }
  }
}

extension ParameterType {
  /// Whether an object of that type is allowed here.
  func acceptsObject(_ found: String) -> Bool {
    switch self {
    case .anything: true
    case .object(let types): types.contains(found)
    case .table: found == "table"
    case .list(let element): element.acceptsObject(found)
    case .optional(let wrapped): wrapped.acceptsObject(found)
    case .any(let alternatives): alternatives.contains { $0.acceptsObject(found) }
    default: false
    }
  }
}

extension Expression {
  /// The first call, sweep or figure in it.
  fileprivate var firstCall: Expression? {
    switch kind {
    case .call, .sweep, .figure: self
    case .field(let base, _): base.firstCall
    case .list(let elements): elements.lazy.compactMap(\.firstCall).first
    case .group(let inner), .unary(_, let inner): inner.firstCall
    case .range(let first, let last, let step):
      first.firstCall ?? last.firstCall ?? step?.firstCall
    case .binary(_, let left, let right): left.firstCall ?? right.firstCall
    default: nil
    }
  }
}
