extension Checker {
  /// Follows statements in the current scope.
  /// - Returns: what is known of the last value.
  mutating func check(_ statements: [Statement]) -> StaticValue {
    var last = StaticValue.known(.none)
    for statement in statements { last = check(statement) }
    return last
  }

  private mutating func check(_ statement: Statement) -> StaticValue {
    switch statement.kind {
    case .parameter(let name, let initial, let domain): return parameter(name, initial, domain)
    case .loop(let name, let values, let body): return loop(name, values, body)
    case .conditional(let condition, let then, let otherwise):
      return conditional(condition, then, otherwise ?? [])
    case .timed(let inner): return check(inner)
    case .evaluate(let target, let expression):
      let value = check(expression)
      if let target {
        noteBinding(target, to: expression)
        bind(target.text, to: value)
        origins[target.text] = expression.span
      }
      bind("ans", to: value)
      return value
    }
  }

  private mutating func parameter(
    _ name: Name, _ initial: Expression, _ domain: Expression?
  ) -> StaticValue {
    let value = check(initial)
    let choices = domain.map { check($0) }
    parameters.append(name.text)
    noteBinding(name, to: domain ?? initial)
    bind(name.text, to: value)
    guard case .known(let initialValue) = value else { return value }
    var domainValue: Value?
    if case .known(let known)? = choices { domainValue = known }
    if let domainValue, !ParameterOverride.contains(domainValue, initialValue) {
      report(
        ScriptError(
          "E209", "the default of `\(name.text)` is not among its choices", kind: .check,
          at: initial.span, label: "choices: \(domainValue.shortText)"))
    }
    if let override = overrides[name.text] {
      let given = reporting(at: name.span) {
        try override.value(for: name.text, initial: initialValue, domain: domainValue)
      }
      if let given { bind(name.text, to: .known(given)) }
    }
    return lookup(name.text) ?? value
  }

  // MARK: Branches

  private mutating func conditional(
    _ condition: Expression, _ then: [Statement], _ otherwise: [Statement]
  ) -> StaticValue {
    let known = check(condition)
    let before = scopes
    if case .known(let value) = known {
      guard case .bool(let flag) = value else {
        reportNoCondition(value, at: condition.span)
        return .unknown
      }
      let wasUnreachable = isUnreachable
      isUnreachable = true
      _ = check(flag ? otherwise : then)
      isUnreachable = wasUnreachable
      scopes = before
      return check(flag ? then : otherwise)
    }
    let first = check(then)
    let afterThen = scopes
    scopes = before
    let second = check(otherwise)
    scopes = zip(afterThen, scopes).map(Self.merged)
    return Self.merged(first, second)
  }

  mutating func reportNoCondition(_ value: Value, at span: Span) {
    report(
      ScriptError(
        "E208", "a condition must be true or false", kind: .check, at: span,
        label: "this is \(value.typeName.withArticle)"))
  }

  /// What is known after either of two ways was taken.
  private static func merged(
    _ a: [String: StaticValue], _ b: [String: StaticValue]
  ) -> [String: StaticValue] {
    var result = a.merging(b) { merged($0, $1) }
    for name in Set(a.keys).symmetricDifference(b.keys) {
      result[name] = result[name].map { merged($0, $0.generalised) }
    }
    return result
  }

  private static func merged(_ a: StaticValue, _ b: StaticValue) -> StaticValue {
    switch (a, b) {
    case (.known(let first), .known(let second)):
      return (try? Arithmetic.equal(first, second)) == true ? a : .unknown
    case (.object(let first, let facts), .object(let second, let others)) where first == second:
      let common = facts.filter { name, value in
        others[name].map { (try? Arithmetic.equal(value, $0)) == true } ?? false
      }
      return .object(type: first, facts: common)
    default: return .unknown
    }
  }

  // MARK: Loops

  private mutating func loop(
    _ name: Name, _ values: Expression, _ body: [Statement]
  ) -> StaticValue {
    let elements = elements(of: values)
    let followed = elements.map { Array($0.prefix(samplesPerLoop)) } ?? []
    let before = scopes
    noteBinding(name)
    loopDepth += 1
    defer { loopDepth -= 1 }
    var last = StaticValue.unknown
    if followed.isEmpty {
      bind(name.text, to: .unknown)
      last = check(body)
    }
    for element in followed {
      bind(name.text, to: .known(element))
      last = check(body)
    }
    if followed.isEmpty || followed.count < elements?.count ?? 0 {
      generaliseChanges(since: before)
      return last.generalised
    }
    return last
  }

  /// How many values of a loop or axis are followed: fewer where loops are nested.
  var samplesPerLoop: Int { loopDepth == 0 ? 24 : loopDepth == 1 ? 6 : loopDepth == 2 ? 2 : 1 }

  /// What `for` or an axis goes over; nil: not known. `hint` says what may have been meant where it is something else.
  mutating func elements(of expression: Expression, hint: String? = nil) -> [Value]? {
    switch check(expression) {
    case .known(let value):
      return reporting(at: expression.span) {
        do {
          return try ExpressionEvaluator.locating(expression.span) {
            try Arithmetic.elements(value)
          }
        } catch var error as ScriptError {
          error.notes += hint.map { [$0] } ?? []
          throw error
        }
      }
    case .object(let type, _):
      report(
        ScriptError(
          "E206", "a list or a range is needed, not \(type.withArticle)", kind: .check,
          at: expression.span))
      return nil
    case .unknown: return nil
    }
  }

  /// After a loop that was not followed to its end, values bound in it are not known.
  private mutating func generaliseChanges(since before: [[String: StaticValue]]) {
    for scope in scopes.indices where before.indices.contains(scope) {
      for (name, value) in scopes[scope] {
        guard case .known(let now) = value else { continue }
        if case .known(let then)? = before[scope][name],
          (try? Arithmetic.equal(now, then)) == true
        {
          continue
        }
        scopes[scope][name] = .unknown
      }
    }
  }
}

extension StaticValue {
  /// The same without its value: a value known here may be another one elsewhere.
  var generalised: StaticValue {
    if case .known = self { return .unknown }
    return self
  }
}
