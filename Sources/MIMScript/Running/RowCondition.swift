/// `where=( … )` as a verb receives it: `.object(RowCondition)`, to be asked once a row. Column
/// names come before variables; a missing or NaN cell makes a comparison false.
public struct RowCondition: HostObject {
  let expression: Expression
  let variables: [String: Value]

  /// The condition as it was written.
  public var text: String { expression.span.text }

  /// Whether a row fulfils it.
  /// - Parameter cell: the row's value in a column, nil when there is no such column.
  /// - Throws: `ScriptError` with the place of an unknown name or an operation that cannot be.
  public func holds(_ cell: (String) -> Value?) throws -> Bool { false }

  /// The rows of a table that fulfil it.
  public func filter(_ table: Table) throws -> Table { table }
}

extension RowCondition {
  public var typeName: String { "condition" }
  public var fieldNames: [String] { [] }
  public func field(_ name: String) -> Value? { nil }
  public func summary(width: Int) -> [String] { [text] }
  public var json: JSON { .string(text) }
}
