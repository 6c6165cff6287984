/// Evaluates the arguments of a call; the first mistake is thrown.
struct RunningArguments: ArgumentReader {
  let interpreter: Interpreter

  func isBound(_ name: String) -> Bool {
    interpreter.state.scopes.contains { $0[name] != nil }
  }

  func isVerb(_ name: String) -> Bool { interpreter.table[name] != nil }

  func outcome(of expression: Expression) throws -> Value {
    try interpreter.evaluator.evaluate(expression)
  }

  func mistake(_ error: ScriptError) throws -> Value { throw error }

  func rowCondition(_ expression: Expression, at place: Place) -> Value {
    if case .none = expression.kind { return .none }
    var variables: [String: Value] = [:]
    for name in expression.namesRead {
      variables[name.text] = try? interpreter.lookup(name.text, at: name.span)
    }
    return .object(RowCondition(expression: expression, variables: variables))
  }
}

extension Interpreter {
  /// Evaluates written arguments for the parameters of a verb.
  func arguments(
    of signature: Signature, _ written: [Argument], at place: Span
  ) throws -> BoundArguments<Value> {
    var reader = RunningArguments(interpreter: self)
    return try reader.read(written, for: signature, at: place)
  }
}
