extension Interpreter {
  var evaluator: ExpressionEvaluator {
    ExpressionEvaluator(
      lookup: { try self.lookup($0, at: $1) },
      perform: { try self.value(of: $0, target: nil) })
  }

  /// The value of an expression; a call at its head knows the name that it is bound to.
  func value(of expression: Expression, target: String?) throws -> Value {
    switch expression.kind {
    case .call(let call): return try perform(call, at: expression.span, target: target)
    case .sweep(let sweep): return try run(sweep, target: target)
    case .figure(let figure): return try run(figure, at: expression.span, target: target)
    case .group(let inner): return try value(of: inner, target: target)
    case .invalid:
      throw ScriptError("E009", "this could not be read", kind: .check, at: expression.span)
    default: return try evaluator.evaluate(expression)
    }
  }

  private func perform(_ call: Call, at span: Span, target: String?) throws -> Value {
    guard let function = table[call.verb.text] else {
      throw unknownVerb(call.verb, table: table)
    }
    let arguments = try arguments(
      of: Signature(function), call.arguments, at: call.verb.span)
    return try run(function, arguments, at: span, verb: call.verb.span, target: target)
  }

  private var variables: [String: Value] {
    state.scopes.reduce(into: [:]) { $0.merge($1) { _, inner in inner } }
  }

  /// Runs a verb with checked arguments; whatever it throws gets a place.
  func run(
    _ function: HostFunction, _ arguments: BoundArguments<Value>, at span: Span, verb: Span,
    target: String?
  ) throws -> Value {
    var seed: UInt64 = 0
    var sharedSeed: UInt64?
    if function.isRandom {
      sharedSeed = state.streams.sharedSeed(session: sessionSeed)
      seed = state.streams.seed(session: sessionSeed, verb: function.name, target: target)
    }
    if case .number(let given)? = arguments.options["seed"], let whole = Int64(exactly: given) {
      seed = UInt64(bitPattern: whole)
      sharedSeed = seed
    }
    let hostCall = HostCall(
      verb: function.name, positional: arguments.positional, options: arguments.options,
      given: arguments.given, span: span, argumentSpans: arguments.spans, target: target,
      seed: seed, sharedSeed: sharedSeed, statement: state.statement,
      variables: function.readsVariables ? variables : [:], host: state.host)
    do {
      if state.host.forecaster != nil, !function.runsInForecasts { throw ForecastEnds() }
      return try function.run(hostCall)
    } catch {
      throw located(error, at: verb)
    }
  }
}

/// Where to look for a verb.
func verbHelp(_ word: String) -> String {
  "help lists the verbs; `help \(word)` looks for the word in its pages"
}

/// The error for a call of something that is no verb.
func unknownVerb(_ name: Name, table: HostTable) -> ScriptError {
  let isWord = table.allWords.contains { $0.name == name.text }
  return ScriptError(
    "E103", isWord ? "`\(name.text)` is not a verb" : "there is no verb `\(name.text)`",
    kind: .check, at: name.span,
    label: isWord
      ? "some verbs take this word, but not here"
      : Suggestions.label(for: name.text, in: table.functions.map(\.name))
        ?? Parser.foreignWords[name.text],
    notes: isWord ? [] : [verbHelp(name.text)],
    fixes: isWord ? [] : Suggestions.fixes(for: name.text, in: table.functions.map(\.name)))
}
