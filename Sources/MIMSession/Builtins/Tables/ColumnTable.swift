import MIMScript
import MIMTensor

/// The items of a table: line by line, as groups are made of them, or each column with what its numbers are like.
struct ColumnTable {
  /// What they are called.
  let name: String
  /// The names of the columns, as they follow a dot.
  let columns: [String]
  /// A line for each item: its numbers in the units of the file, then the name of its class, under each name that the labels have.
  let rows: Table

  /// More columns are pictures.
  static let mostColumns = 2_000

  /// Nil for items that have no columns: pictures, and those with too many.
  init?(_ items: ItemsObject) {
    let width = items.split.items.rowSize
    guard items.split.itemShape.rank <= 1, width > 0, width <= Self.mostColumns else { return nil }
    let values = items.inOwnUnits.flattened
    let fields = items.tableColumns.map(DatasetObject.fieldNames)
    columns = fields?.count == width ? fields ?? [] : (1...width).map { "x\($0)" }
    name = items.name
    let labelNames =
      items.split.labels == nil ? [] : ["label"] + [items.labelField].compactMap { $0 }
    let classes = items.split.labels?.map { label -> Value in
      let names = items.split.classNames ?? []
      return .string(names.indices.contains(Int(label)) ? names[Int(label)] : "\(label)")
    }
    rows = Table(
      title: name, columns: (columns + labelNames).map { Table.Column($0) },
      rows: (0..<values.rowCount).map { row in
        values.row(row).map { Value.number($0.shortestDouble) }
          + labelNames.compactMap { _ in classes?[row] }
      })
  }

  /// A line for each column.
  /// - Parameter lines: those to look at, of `rows`.
  func summary(of lines: Table) -> Table {
    let chosen = lines.columns.indices.filter { columns.contains(lines.columns[$0].name) }
    let measures: [(String, ([Double]) -> Double?)] = [
      ("mean", { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) }),
      ("sd", HostFunction.deviation), ("min", { $0.min() }), ("median", HostFunction.median),
      ("max", { $0.max() }),
    ]
    return Table(
      title: "columns of \(name)",
      columns: [Table.Column("column"), Table.Column("n", format: "%d")]
        + measures.map { Table.Column($0.0) } + [Table.Column("distinct", format: "%d")],
      rows: chosen.map { column in
        let numbers = lines.rows.compactMap { $0[column].asNumber }
        return [.string(lines.columns[column].name), .number(Double(numbers.count))]
          + measures.map { $0.1(numbers).map(Value.number) ?? .none }
          + [.number(Double(Set(numbers).count))]
      })
  }
}

extension Float {
  /// The double of the shortest decimal that is this number: .1 for .1, and not .10000000149.
  var shortestDouble: Double { Double(description) ?? Double(self) }
}
