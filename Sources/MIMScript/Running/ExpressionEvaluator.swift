/// Evaluates expressions: literals, operators, lists, ranges, fields. Names and calls are looked
/// up by whoever uses it: the interpreter, or a condition over the columns of a table.
struct ExpressionEvaluator {
  /// The value of a name at a place.
  let lookup: (String, Span) throws -> Value
  /// The value of a call, a sweep or a figure block.
  let perform: (Expression) throws -> Value
  /// In row conditions a missing cell makes a comparison false instead of failing.
  var toleratesMissing = false

  func evaluate(_ expression: Expression) throws -> Value {
    switch expression.kind {
    case .none: .none
    case .bool(let flag): .bool(flag)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .name(let name): try lookup(name, expression.span)
    case .field(let base, let name): try Self.field(name, of: evaluate(base))
    case .list(let elements):
      try located(expression.span) { try Arithmetic.list(elements.map(evaluate)) }
    case .group(let inner): try evaluate(inner)
    case .range(let first, let last, let step): try range(expression.span, first, last, step)
    case .unary(let operation, let operand): try unary(operation, operand)
    case .binary(let operation, let left, let right):
      try binary(operation, left, right, expression.span)
    case .call, .sweep, .figure, .invalid: try perform(expression)
    }
  }

  private func range(
    _ span: Span, _ first: Expression, _ last: Expression, _ step: Expression?
  ) throws -> Value {
    let ends = (try evaluate(first), try evaluate(last), try step.map(evaluate))
    return try located(span) { try Arithmetic.range(ends.0, ends.1, ends.2) }
  }

  private func unary(_ operation: UnaryOperator, _ operand: Expression) throws -> Value {
    switch operation {
    case .not: return .bool(try !condition(operand))
    case .negate:
      let value = try evaluate(operand)
      return try located(operand.span) { try Arithmetic.negate(value) }
    }
  }

  private func binary(
    _ operation: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
  ) throws -> Value {
    switch operation {
    case .and: return .bool(try condition(left) && condition(right))
    case .or: return .bool(try condition(left) || condition(right))
    default: break
    }
    let a = try evaluate(left)
    let b = try evaluate(right)
    if toleratesMissing, Self.isMissing(a) || Self.isMissing(b) {
      if [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(operation) {
        return .bool(false)
      }
      if ![.equal, .notEqual].contains(operation) { return .none }
    }
    return try located(span) { try Arithmetic.apply(operation, a, b) }
  }

  private static func isMissing(_ value: Value) -> Bool {
    if case .none = value { return true }
    return false
  }

  /// A value that must be true or false.
  func condition(_ expression: Expression) throws -> Bool {
    let value = try evaluate(expression)
    if case .bool(let flag) = value { return flag }
    if toleratesMissing, Self.isMissing(value) { return false }
    throw ScriptError(
      "E208", "a condition must be true or false", at: expression.span,
      label: "this is \(value.typeName.withArticle)")
  }

  /// A field of a value.
  static func field(_ name: Name, of value: Value) throws -> Value {
    if let found = value.field(name.text) { return found }
    throw unknownField(name.text, of: value.typeName, value.fieldNames, at: name.span)
  }

  /// Gives an operator's mistake its place.
  func located<Result>(_ span: Span, _ body: () throws -> Result) throws -> Result {
    try Self.locating(span, body)
  }

  /// Gives an operator's mistake its place.
  static func locating<Result>(_ span: Span, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let mistake as Arithmetic.Mistake {
      throw ScriptError(mistake.code, mistake.message, at: span, label: mistake.label)
    }
  }
}

extension Value {
  /// The names that may follow its dot.
  public var fieldNames: [String] {
    switch self {
    case .object(let object): object.fieldNames
    case .table(let table): table.columns.map(\.name)
    case .list, .range: ["count"]
    default: []
    }
  }

  /// The value of a field: an object's own; a table's column as a list; `count` of a list.
  public func field(_ name: String) -> Value? {
    switch self {
    case .object(let object): return object.field(name)
    case .table(let table):
      guard let column = table.index(of: name) else { return nil }
      return .list(table.rows.map { $0[column] })
    case .list(let elements): return name == "count" ? .number(Double(elements.count)) : nil
    case .range(let range): return name == "count" ? .number(Double(range.count)) : nil
    default: return nil
    }
  }

  /// What a column place and `where=( )` take when this is the first thing given; nil: not known.
  var columnNames: [String]? {
    switch self {
    case .table(let table): return table.columns.map(\.name)
    case .object(let object): return object.columnNames
    case .list(let elements):
      var names: [String] = []
      for element in elements {
        guard let more = element.columnNames else { return nil }
        // Side by side, what has values for a row is one.
        var own: [String] = []
        if case .object(let object) = element { own = object.rowValues?.map(\.column.name) ?? [] }
        names += (own + more).filter { !names.contains($0) }
      }
      return names.isEmpty ? nil : names
    default: return nil
    }
  }
}
