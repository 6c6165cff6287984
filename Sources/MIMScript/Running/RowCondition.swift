/// `where=( … )` as a verb receives it: `.object(RowCondition)`, evaluated once per row. Column
/// names take precedence over variables; a comparison with a missing or NaN cell is false.
public struct RowCondition: HostObject {
  let expression: Expression
  let variables: [String: Value]

  /// The condition as it was written.
  public var text: String { expression.span.text }

  /// Whether a row satisfies it.
  /// - Parameter cell: the row's value in a column, nil when there is no such column.
  /// - Throws: `ScriptError` with the place of an unknown name or an operation that cannot be.
  public func holds(_ cell: (String) -> Value?) throws -> Bool {
    try withoutActuallyEscaping(cell) { cell in
      let evaluator = ExpressionEvaluator(
        lookup: { name, span in
          if let value = cell(name) ?? variables[name] { return value }
          throw ScriptError(
            "E109", "no column and no variable is called `\(name)`", at: span,
            label: "put text in quotes")
        },
        perform: { other in
          throw ScriptError("E203", "a condition over rows cannot call verbs", at: other.span)
        },
        toleratesMissing: true)
      return try evaluator.condition(expression)
    }
  }

  /// The rows of a table that fulfil it.
  public func filter(_ table: Table) throws -> Table {
    var result = table
    // Places of cells that stand out are no longer the same.
    result.bold = []
    result.rows = try table.rows.filter { row in
      try holds { name in table.index(of: name).map { row[$0] } }
    }
    return result
  }
}

extension RowCondition {
  /// `condition`.
  public var typeName: String { "condition" }
  /// None.
  public var fieldNames: [String] { [] }
  /// Nil: it has none.
  public func field(_ name: String) -> Value? { nil }
  /// The condition as it was written.
  public func summary(width: Int) -> [String] { [text] }
  /// The condition as it was written.
  public var json: JSON { .string(text) }
}

extension Value {
  /// The condition over rows that a `rowCondition` parameter received.
  public var rowCondition: RowCondition? {
    if case .object(let object) = self { return object as? RowCondition }
    return nil
  }
}

extension Expression {
  /// The names it reads, in the order of the text.
  var namesRead: [Name] {
    switch kind {
    case .name(let name): [Name(name, at: span)]
    case .field(let base, _): base.namesRead
    case .list(let elements): elements.flatMap(\.namesRead)
    case .group(let inner), .unary(_, let inner): inner.namesRead
    case .range(let first, let last, let step):
      first.namesRead + last.namesRead + (step?.namesRead ?? [])
    case .binary(_, let left, let right): left.namesRead + right.namesRead
    case .call(let call): call.arguments.flatMap(\.value.namesRead)
    default: []
    }
  }
}
