import MIMModels
import MIMScript

/// The epochs of a training as columns: `m.history`.
struct HistoryObject: TabularObject, FieldedObject, Codable {
  /// The columns.
  let history: TrainingHistory
  /// The best epoch, if one was selected.
  let bestEpoch: Int?

  static let typeName = "history"

  /// A column: the name it is shown under, and where it stands in the history.
  typealias Column = (name: String, source: String, split: String?)

  /// The columns that every history has.
  private static let columns = columns(of: [])

  /// The columns in the order in which they are shown; clock times stand apart. `extras` are what parts of
  /// the model add to the loss.
  private static func columns(of extras: [String]) -> [Column] {
    let losses = TrainingHistory.splitColumns + extras
    let train: [Column] = losses.map { ($0, $0, "train") }
    let val: [Column] = losses.map { ("val_\($0)", $0, "val") }
    let settings: [Column] = [("beta", "beta", nil), ("lr", "lr", nil)]
    return [("epoch", "epoch", nil)] + train + val + settings
  }

  private var columns: [Column] { Self.columns(of: history.extraColumns) }

  static let fields: [ObjectField<HistoryObject>] =
    columns.map { column in
      ObjectField(column.name, "one value an epoch") { history in
        history.ownField(column.name) ?? Value.none
      }
    } + [
      ObjectField("n", "the number of epochs") { .number(Double($0.history.count)) },
      ObjectField("best", "the epoch that was kept") {
        $0.bestEpoch.map { .number(Double($0)) } ?? Value.none
      },
    ]

  static func mayHaveOwnField(_ name: String, _ facts: [String: Value]) -> Bool {
    ModelFacts(facts).extraLosses.contains { name == $0 || name == "val_\($0)" }
  }

  var ownFieldNames: [String] {
    columns.map(\.name).filter { name in !Self.columns.contains { $0.name == name } }
  }

  func ownField(_ name: String) -> Value? {
    values(of: name).map { .list($0.map(Value.number)) }
  }

  var columnNames: [String]? { columns.map(\.name) }

  /// A column by the name it is shown under.
  func values(of name: String) -> [Double]? {
    guard let column = columns.first(where: { $0.name == name }) else { return nil }
    return history.column(column.source, split: column.split)
  }

  var table: Table {
    let present = columns.compactMap { column -> (Table.Column, [Double])? in
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

extension HistoryObject: SavedObject {
  var savedContent: SaveContent { .table(table) }
}
