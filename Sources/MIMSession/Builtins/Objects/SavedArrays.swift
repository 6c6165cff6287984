import MIMModels
import MIMScript
import MIMTensor

/// Arrays as `save` writes them: the main one, others by name, and the labels that belong to its
/// rows.
struct SavedArrays {
  /// The main array, `[n, …]`.
  let values: HostArray<Float>
  /// Its name in an archive, and what its columns are called before their number.
  let name: String
  /// What its columns are called where they have names of their own.
  private(set) var columnNames: [String]?
  /// Further arrays.
  let others: [String: HostArray<Float>]
  /// One class number per row.
  let labels: [Int32]?
  /// The names of the classes.
  let classNames: [String]?
  /// The items that the rows stand for, where they are at hand.
  let items: HeldItems?
  /// The items that have the names of lines: read only where these are written.
  private let namedItems: HeldItems?

  init(_ codes: CodesObject) {
    values = codes.values
    name = "z"
    others = ["mean": codes.means, "scale": codes.scales]
    labels = codes.labels
    classNames = codes.classNames
    items = codes.items
    namedItems = codes.items
  }

  init(_ embedding: EmbeddingObject) {
    values = embedding.points
    name = "y"
    others = [:]
    labels = embedding.labels
    classNames = embedding.classNames
    items = nil
    namedItems = embedding.subjects.items
  }

  init(_ items: ItemsObject) {
    values = items.inOwnUnits
    name = "x"
    columnNames = items.tableColumns
    others = [:]
    labels = items.split.labels
    classNames = items.split.classNames
    self.items = HeldItems(items)
    namedItems = self.items
  }

  init(_ decoded: DecodedObject) {
    values = decoded.inOwnUnits(decoded.shown)
    name = "x"
    columnNames = decoded.tableColumns
    let items = [
      "mean": decoded.decoding.means, "draw": decoded.decoding.draws, "original": decoded.originals,
    ]
    others = items.compactMapValues { $0.map(decoded.inOwnUnits) }
      .merging(["z": decoded.decoding.codes]) { first, _ in first }
    labels = decoded.labels
    classNames = decoded.classNames
    self.items = nil
    namedItems = nil
  }

  /// The arrays of an archive; labels are `labels`.
  var named: [String: StoredArray] {
    var arrays = others.mapValues { StoredArray.float32($0) }
    arrays[name] = .float32(values)
    if let labels { arrays["labels"] = .int32(HostArray(labels, shape: [labels.count])) }
    return arrays
  }

  /// One row an item: the name of its line where it has one, its numbers, then class number and name.
  var table: Table {
    let width = values.rowSize
    let names = columnNames ?? (1...max(1, width)).map { "\(name)\($0)" }
    var columns = names.map { Table.Column($0) }
    if labels != nil { columns += [Table.Column("label"), Table.Column("class")] }
    let rows = (0..<values.rowCount).map { row -> [Value] in
      var cells = values.row(row).map { Value.number($0.shortestDouble) }
      if let labels {
        let label = Int(labels[row])
        let known = classNames.flatMap { $0.indices.contains(label) ? $0[label] : nil }
        cells += [.number(Double(label)), .string(known ?? "\(label)")]
      }
      return cells
    }
    guard let lineNames = (try? namedItems?.items)?.lineNames, lineNames.texts.count == rows.count
    else {
      return Table(columns: columns, rows: rows)
    }
    return Table(
      columns: [Table.Column(lineNames.column)] + columns,
      rows: zip(lineNames.texts, rows).map { [.string($0)] + $1 })
  }
}
