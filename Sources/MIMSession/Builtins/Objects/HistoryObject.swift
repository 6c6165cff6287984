import MIMModels
import MIMScript

/// The epochs of a training as columns: `m.history`.
struct HistoryObject: TabularObject, FieldedObject {
  /// The columns.
  let history: TrainingHistory
  /// The best epoch, if one was selected.
  let bestEpoch: Int?

  static let typeName = "history"

  /// The columns in the order in which they are shown; clock times stand apart.
  static let columns: [(name: String, source: String, split: String?)] =
    [("epoch", "epoch", nil)]
    + ["train", "val"].flatMap { split in
      TrainingHistory.splitColumns.map { (split == "train" ? $0 : "val_\($0)", $0, split) }
    } + [("beta", "beta", nil), ("lr", "lr", nil)]

  static let fields: [ObjectField<HistoryObject>] =
    columns.map { column in
      ObjectField(column.name, "one value an epoch") { history in
        history.values(of: column.name).map { .list($0.map(Value.number)) } ?? Value.none
      }
    } + [
      ObjectField("n", "the number of epochs") { .number(Double($0.history.count)) },
      ObjectField("best", "the epoch that was kept") {
        $0.bestEpoch.map { .number(Double($0)) } ?? Value.none
      },
    ]

  var columnNames: [String]? { Self.columns.map(\.name) }

  /// A column by the name it is shown under.
  func values(of name: String) -> [Double]? {
    guard let column = Self.columns.first(where: { $0.name == name }) else { return nil }
    return history.column(column.source, split: column.split)
  }

  var table: Table {
    let present = Self.columns.compactMap { column -> (Table.Column, [Double])? in
      guard let values = history.column(column.source, split: column.split),
        values.contains(where: \.isFinite) || column.name == "loss"
      else { return nil }
      return (Table.Column(column.name, format: column.name == "epoch" ? "%d" : nil), values)
    }
    return Table(
      title: "training history", columns: present.map(\.0),
      rows: (0..<history.count).map { row in present.map { .number($0.1[row]) } },
      notes: bestEpoch.map { ["best epoch: \($0)"] } ?? [])
  }

  var tables: [Table] { [table] }
  func summary(width: Int) -> [String] { table.text(width: width, maximumRows: 20) }
  var json: JSON { table.json() }
}
