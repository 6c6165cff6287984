import MIMScript

extension HostFunction {
  /// `who`
  static let who = HostFunction(
    "who", group: .session, summary: "list the names that exist, with what they hold",
    result: "a table: name, type, value", example: "who", seeAlso: ["history", "show"],
    keywords: ["variables", "names"],
    depends: .session, readsVariables: true
  ) { call in
    let rows = call.variables.sorted { $0.key < $1.key }.map { name, value in
      [name, value.typeName, String(value.shortText.prefix(Self.width))].map(Value.string)
    }
    return .table(
      Table(
        title: "", columns: ["name", "type", "value"].map { Table.Column($0) }, rows: rows,
        notes: rows.isEmpty ? ["no names yet"] : []))
  }

  /// What is shown of a value: a line.
  private static let width = 60
}
