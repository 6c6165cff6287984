extension Checker: ArgumentReader {
  func isBound(_ name: String) -> Bool { lookup(name) != nil }

  func isVerb(_ name: String) -> Bool { table[name] != nil }

  mutating func outcome(of expression: Expression) -> StaticValue { check(expression) }

  mutating func mistake(_ error: ScriptError) -> StaticValue {
    report(error)
    return .unknown
  }

  mutating func possibleColumn(_ name: String, at span: Span) -> StaticValue {
    noteReading(name, at: span, .unclear)
    return .unknown
  }

  mutating func rowCondition(_ expression: Expression, at place: Place) -> StaticValue {
    checkCondition(expression, place)
    return .unknown
  }

  /// In `where=( )` every name is a column or a variable, and nothing is called.
  private mutating func checkCondition(_ expression: Expression, _ place: Place) {
    if let call = expression.firstCall {
      report(
        ScriptError(
          "E203", "a condition over rows cannot call verbs", kind: .check, at: call.span,
          label: "give the value a name first"))
    }
    guard let columns = place.columns else {
      for name in expression.namesRead { noteReading(name.text, at: name.span, .unclear) }
      return
    }
    for name in expression.namesRead where !columns.contains(name.text) {
      guard lookup(name.text) == nil else {
        noteReading(name.text, at: name.span)
        continue
      }
      report(
        ScriptError(
          "E109", "no column and no variable is called `\(name.text)`", kind: .check,
          at: name.span,
          label: Suggestions.label(for: name.text, in: columns) ?? "put text in quotes",
          notes: ["columns: " + columns.prefix(24).joined(separator: " ")],
          fixes: Suggestions.fixes(for: name.text, in: columns)))
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
