import MIMFormats

extension Interpreter {
  /// Runs statements in the current scope.
  func run(_ statements: [Statement]) throws -> Value {
    var last = Value.none
    for statement in statements {
      try stopIfInterrupted(at: statement.span)
      state.streams.beginStatement()
      last = try run(statement)
    }
    return last
  }

  func stopIfInterrupted(at span: Span) throws {
    try state.host.meetRanks()
    guard state.host.isInterrupted else { return }
    throw ScriptError("E901", "stopped before this statement", kind: .interrupted, at: span)
  }

  private func run(_ statement: Statement) throws -> Value {
    switch statement.kind {
    case .parameter(let name, let initial, let domain):
      let value = try parameter(name, initial, domain)
      bind(name.text, to: value)
      return value
    case .loop(let name, let values, let body): return try loop(name, values, body)
    case .conditional(let condition, let then, let otherwise):
      return try run(try evaluator.condition(condition) ? then : otherwise ?? [])
    case .timed(let inner): return try timed(inner)
    case .evaluate(let target, let expression):
      return try evaluate(statement, target: target, expression)
    }
  }

  private func evaluate(
    _ statement: Statement, target: Name?, _ expression: Expression
  ) throws -> Value {
    let outer = state.statement
    defer { state.statement = outer }
    state.statement = statement.span.text
    let value: Value
    do {
      value = try self.value(of: expression, target: target?.text)
    } catch {
      throw bindingPartial(error, target, statement.span)
    }
    if let target { bind(target.text, to: value) }
    if !value.isNone {
      bind("ans", to: value)
      if target == nil { show(value, isHidden: statement.isHidden) }
    }
    return value
  }

  /// Keeps what failed or interrupted work had made, and gives the error a place.
  private func bindingPartial(_ error: any Error, _ target: Name?, _ span: Span) -> ScriptError {
    var located = located(error, at: span)
    if let partial = located.partial {
      if located.kind == .interrupted, let target { bind(target.text, to: partial) }
      bind("ans", to: partial)
      located.partial = nil
    }
    return located
  }

  /// Any error as a `ScriptError` with a place.
  func located(_ error: any Error, at span: Span) -> ScriptError {
    guard var known = error as? ScriptError else {
      return ScriptError("E400", "\(error)", at: span)
    }
    if known.span == nil { known.span = span }
    // What is found while running is a failed statement, whoever found it.
    if known.kind == .check { known.kind = .failure }
    return known
  }

  /// Shows a value. In a figure block a picture is a panel whether a line or a `;` ends its statement: nobody draws one there to hide it.
  private func show(_ value: Value, isHidden: Bool) {
    if let panels = state.panels, panels.take(value) { return }
    if !isHidden, !state.isQuiet { state.host.show(value, statement: state.statement) }
  }

  // MARK: Blocks

  private func parameter(
    _ name: Name, _ initial: Expression, _ domain: Expression?
  ) throws -> Value {
    let value = try evaluator.evaluate(initial)
    let choices = try domain.map(evaluator.evaluate)
    if let choices, !ParameterOverride.contains(choices, value) {
      throw ScriptError(
        "E209", "the default of `\(name.text)` is not among its choices", kind: .check,
        at: initial.span, label: "choices: \(choices.shortText)")
    }
    do {
      return try overrides[name.text]?.value(for: name.text, initial: value, domain: choices)
        ?? value
    } catch {
      throw located(error, at: name.span)
    }
  }

  private func loop(_ name: Name, _ values: Expression, _ body: [Statement]) throws -> Value {
    let elements = try elements(of: values)
    let streams = state.streams
    defer { state.streams = streams }
    var last = Value.none
    for element in elements {
      try stopIfInterrupted(at: name.span)
      bind(name.text, to: element)
      state.streams = streams
      state.streams.enclosing.append((name.text, element))
      last = try run(body)
    }
    return last
  }

  /// What `for` and an axis go over.
  func elements(of expression: Expression) throws -> [Value] {
    let value = try evaluator.evaluate(expression)
    return try evaluator.located(expression.span) { try Arithmetic.elements(value) }
  }

  private func timed(_ inner: Statement) throws -> Value {
    let clock = ContinuousClock()
    let start = clock.now
    let value = try run(inner)
    let seconds = start.duration(to: clock.now).seconds
    state.host.message("time: \(NumberFormat.fourDigits.string(seconds)) s")
    return value
  }
}

extension Value {
  var isNone: Bool {
    if case .none = self { return true }
    return false
  }
}
