import MIMAnalysis
import MIMScript

/// The mutual information of all pairs of columns: what `mi_table` gives.
struct InformationTableObject: TabularObject, FieldedObject, Codable {
  /// The values, symmetric.
  let matrix: InformationMatrix
  /// Whose columns.
  let source: String
  /// What was left out and why.
  let notes: [String]

  private var width: Int { matrix.names.count }

  static let typeName = "information table"
  static let fields: [ObjectField<InformationTableObject>] = [
    ObjectField("names", "the columns") { .list($0.matrix.names.map(Value.string)) },
    ObjectField("values", "the matrix, in nats") { $0.rows },
    ObjectField(
      "pairs", "a table with a row for each pair, the strongest first",
      infer: { _ in .object(type: "table", facts: [:]) }
    ) { .table($0.pairs) },
    ObjectField("n", "the number of rows that were compared") {
      .number(Double($0.matrix.count))
    },
  ]

  private var rows: Value {
    .list(
      (0..<width).map { row in
        .list((0..<width).map { Self.cell(matrix.values[row * width + $0]) })
      })
  }

  private static func cell(_ value: Double) -> Value {
    value.isFinite ? .number(value) : Value.none
  }

  /// A row for each pair, the strongest first.
  var pairs: Table {
    let places = (0..<width).flatMap { a in (a + 1..<max(a + 1, width)).map { (a, $0) } }
    let sorted = places.enumerated().sorted { first, second in
      let (a, b) = (value(first.element), value(second.element))
      return a > b || (a == b && first.offset < second.offset)
    }
    return Table(
      title: "mutual information of pairs of columns of \(source)",
      columns: [
        Table.Column("x"), Table.Column("y"), Table.Column("mi", title: "MI (nats)"),
        Table.Column("estimator"),
      ],
      rows: sorted.map { _, pair in
        [
          .string(matrix.names[pair.0]), .string(matrix.names[pair.1]),
          Self.cell(matrix.values[pair.0 * width + pair.1]),
          .string(matrix.estimators[pair.0 * width + pair.1]),
        ]
      }, notes: notes)
  }

  /// Pairs that were not measured come last.
  private func value(_ pair: (Int, Int)) -> Double {
    let value = matrix.values[pair.0 * width + pair.1]
    return value.isFinite ? value : -.infinity
  }

  /// The matrix with a row and a column for each variable.
  var table: Table {
    Table(
      title: "mutual information of all pairs of columns of \(source) in nats, n = \(matrix.count)",
      columns: [Table.Column("column")] + matrix.names.map { Table.Column($0, format: "%.3f") },
      rows: (0..<width).map { row in
        [.string(matrix.names[row])]
          + (0..<width).map { Self.cell(matrix.values[row * width + $0]) }
      }, notes: notes)
  }

  var tables: [Table] { [table] }

  func summary(width columns: Int) -> [String] {
    width <= 12
      ? table.text(width: columns) : pairs.text(width: columns, maximumRows: 20)
  }

  var json: JSON {
    .object([
      ("type", .string(typeName)), ("source", .string(source)),
      ("n", .number(Double(matrix.count))),
      ("names", .array(matrix.names.map(JSON.string))), ("pairs", pairs.json()),
      ("notes", .array(notes.map(JSON.string))),
    ])
  }
}

extension InformationTableObject: SavedObject {
  var savedContent: SaveContent { .table(table) }
}
