extension SweepOutcome {
  /// The outcome of a row whose block gave this value.
  /// - Throws: E210 for a value that has no columns.
  init(_ value: Value, at span: Span) throws {
    switch value {
    case .number, .string, .bool, .list, .word, .range: cells = [(Table.Column("value"), value)]
    case .table(let table) where table.rows.count == 1:
      cells = Array(zip(table.columns, table.rows[0]))
    case .table(let table): cells = Self.metrics(table) ?? []
    case .object(let object):
      let plain = object.fieldNames.compactMap { name in
        object.field(name).flatMap { $0.isPlain ? (Table.Column(name), $0) : nil }
      }
      cells = object.rowValues ?? plain
    case .none: cells = []
    }
    guard !cells.isEmpty else {
      throw ScriptError(
        "E210", "the last value of the block cannot become a row of the sweep", at: span,
        label: "this is \(value.typeName.withArticle); end the block with `evaluate …` or a number")
    }
  }

  /// A table with the columns `metric` and `value`, one metric a row.
  private static func metrics(_ table: Table) -> [(column: Table.Column, value: Value)]? {
    guard let name = table.index(of: "metric"), let value = table.index(of: "value") else {
      return nil
    }
    return table.rows.map { (Table.Column($0[name].shortText), $0[value]) }
  }
}

extension Value {
  /// A number, text or truth value: something a table cell can hold.
  fileprivate var isPlain: Bool {
    switch self {
    case .number, .string, .bool: true
    default: false
    }
  }
}
