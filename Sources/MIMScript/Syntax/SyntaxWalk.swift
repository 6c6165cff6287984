extension Statement {
  /// Tells `visit` of every name that is bound in it: by `name = …`, `param`, `for`. The axes of sweeps are options.
  func forEachTarget(_ visit: (Name) -> Void) {
    walk { statement in
      switch statement.kind {
      case .parameter(let name, _, _), .loop(let name, _, _), .evaluate(let name?, _): visit(name)
      case .evaluate(nil, _), .conditional, .timed: break
      }
    } expressions: { _ in
    }
  }

  /// Goes through all statements and expressions in it, itself among them, outer ones first.
  func walk(_ statements: (Statement) -> Void, expressions: (Expression) -> Void) {
    statements(self)
    func inner(_ body: [Statement]) {
      body.forEach { $0.walk(statements, expressions: expressions) }
    }
    switch kind {
    case .parameter(_, let initial, let domain):
      initial.walk(statements, expressions)
      domain?.walk(statements, expressions)
    case .loop(_, let values, let body):
      values.walk(statements, expressions)
      inner(body)
    case .conditional(let condition, let then, let otherwise):
      condition.walk(statements, expressions)
      inner(then)
      inner(otherwise ?? [])
    case .timed(let timed): inner([timed])
    case .evaluate(_, let expression): expression.walk(statements, expressions)
    }
  }
}

extension Expression {
  fileprivate func walk(_ statements: (Statement) -> Void, _ expressions: (Expression) -> Void) {
    expressions(self)
    func inner(_ parts: [Expression?]) { parts.forEach { $0?.walk(statements, expressions) } }
    switch kind {
    case .none, .bool, .number, .string, .name, .invalid: break
    case .field(let base, _), .group(let base), .unary(_, let base): inner([base])
    case .call(let call): inner(call.arguments.map(\.value))
    case .list(let elements): inner(elements)
    case .range(let first, let last, let step): inner([first, last, step])
    case .binary(_, let left, let right): inner([left, right])
    case .sweep(let sweep):
      inner((sweep.options + sweep.axes).map(\.value))
      sweep.body.forEach { $0.walk(statements, expressions: expressions) }
    case .figure(let figure):
      inner(figure.options.map(\.value))
      figure.body.forEach { $0.walk(statements, expressions: expressions) }
    }
  }
}
