extension Checker {
  /// What is known of an expression's value; mistakes in it are reported.
  mutating func check(_ expression: Expression) -> StaticValue {
    switch expression.kind {
    case .none: return .known(.none)
    case .bool(let flag): return .known(.bool(flag))
    case .number(let number): return .known(.number(number))
    case .string(let text): return .known(.string(text))
    case .name(let name):
      if let value = lookup(name) {
        noteReading(name, at: expression.span)
        return value
      }
      // Near names are sought among all others: not for each word of a text that is no program.
      let names = errors.count < Self.mostAdvised ? visibleNames : []
      report(unboundName(name, at: expression.span, names: names, table: table))
      return .unknown
    case .field(let base, let name): return field(name, of: check(base))
    case .call(let call): return check(call, at: expression.span)
    case .list(let elements):
      return (try? list(elements.map { check($0) }, at: expression.span)) ?? .unknown
    case .group(let inner): return check(inner)
    case .range, .unary, .binary: return operation(expression)
    case .sweep(let sweep): return check(sweep)
    case .figure(let figure): return check(figure, at: expression.span)
    case .invalid: return .unknown
    }
  }

  /// What is known of a name followed by fields, as inline values of a notebook use it; nil where the name isn't bound.
  /// - Throws: what is wrong with a field.
  package func value(ofPath path: [String], at span: Span) throws -> StaticValue? {
    guard let name = path.first, var value = lookup(name) else { return nil }
    var copy = self
    copy.errors = []
    for field in path.dropFirst() {
      value = copy.field(Name(field, at: span), of: value)
      if let error = copy.errors.first { throw error }
    }
    return value
  }

  private mutating func field(_ name: Name, of base: StaticValue) -> StaticValue {
    switch base {
    case .unknown: return .unknown
    case .known(let value):
      return reporting(at: name.span) { try ExpressionEvaluator.field(name, of: value) }
        .map(StaticValue.init(of:)) ?? .unknown
    case .object(let type, let facts):
      guard let kind = table.objects.first(where: { $0.typeName == type }) else { return .unknown }
      return reporting(at: name.span) { try kind.infer(name.text, facts) } ?? .unknown
    }
  }

  // MARK: Operators

  private mutating func operation(_ expression: Expression) -> StaticValue {
    switch expression.kind {
    case .unary(.not, let operand):
      guard let flag = condition(operand) else { return .unknown }
      return .known(.bool(!flag))
    case .unary(.negate, let operand):
      return apply(at: operand.span, [check(operand)]) { try Arithmetic.negate($0[0]) }
    case .binary(let operation, let left, let right):
      return binary(operation, left, right, expression.span)
    case .range(let first, let last, let step):
      let parts = ([first, last] + (step.map { [$0] } ?? [])).map { check($0) }
      return apply(at: expression.span, parts) {
        try Arithmetic.range($0[0], $0[1], $0.count > 2 ? $0[2] : nil)
      }
    default: return .unknown
    }
  }

  private mutating func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
  ) -> StaticValue {
    guard operation == .and || operation == .or else {
      let operands = [check(left), check(right)]
      return apply(at: span, operands) { try Arithmetic.apply(operation, $0[0], $0[1]) }
    }
    let decisive = operation == .or
    let first = condition(left)
    let second = condition(right)
    if first == decisive { return .known(.bool(decisive)) }
    guard let first, let second else { return .unknown }
    return .known(.bool(operation == .and ? first && second : first || second))
  }

  /// The value of a condition, nil when not known.
  private mutating func condition(_ expression: Expression) -> Bool? {
    guard case .known(let value) = check(expression) else { return nil }
    if case .bool(let flag) = value { return flag }
    reportNoCondition(value, at: expression.span)
    return nil
  }

  /// Applies an operator when all operands are known; objects fit no operator.
  private mutating func apply(
    at span: Span, _ operands: [StaticValue], _ operation: ([Value]) throws -> Value
  ) -> StaticValue {
    var values: [Value] = []
    for operand in operands {
      switch operand {
      case .known(let value): values.append(value)
      case .object(let type, _) where table.objects.contains { $0.typeName == type && $0.isNumeric }:
        return .unknown
      case .object(let type, _):
        report(
          ScriptError(
            "E203", "operators do not work on \(type.withArticle)", kind: .check, at: span,
            label: "use one of its fields"))
        return .unknown
      case .unknown: return .unknown
      }
    }
    let result = reporting(at: span) {
      try ExpressionEvaluator.locating(span) { try operation(values) }
    }
    return result.map { .known($0) } ?? .unknown
  }
}
