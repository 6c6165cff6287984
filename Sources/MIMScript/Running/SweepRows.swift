/// The rows of a sweep: every combination of the axes, the last one varying fastest, and what came
/// out of each.
struct SweepRows {
  /// How many rows a sweep may have.
  static let mostRows = 1_000_000

  /// One combination.
  struct Row {
    let axes: [(name: String, value: Value)]

    /// `kind="mim" seed=3`.
    var text: String {
      axes.map { "\($0.name)=\($0.value.quotedText)" }.joined(separator: " ")
    }
  }

  /// The columns that a row's last value gives.
  struct Result {
    var cells: [(column: Table.Column, value: Value)]

    /// - Throws: E210 for a value that has no columns.
    init(_ value: Value, at span: Span) throws {
      switch value {
      case .number, .string, .bool, .list, .word, .range: cells = [(Table.Column("value"), value)]
      case .table(let table) where table.rows.count == 1:
        cells = Array(zip(table.columns, table.rows[0]))
      case .table(let table):
        guard let cells = Self.metrics(table) else { throw Self.noRow(value, span) }
        self.cells = cells
      case .object(let object):
        let plain = object.fieldNames.compactMap { name in
          object.field(name).flatMap { $0.isPlain ? (Table.Column(name), $0) : nil }
        }
        cells = object.rowValues ?? plain
      case .none: cells = []
      }
      if cells.isEmpty { throw Self.noRow(value, span) }
    }

    /// A table with the columns `metric` and `value`, one metric a row.
    private static func metrics(_ table: Table) -> [(column: Table.Column, value: Value)]? {
      guard let name = table.index(of: "metric"), let value = table.index(of: "value") else {
        return nil
      }
      return table.rows.map { (Table.Column($0[name].shortText), $0[value]) }
    }

    private static func noRow(_ value: Value, _ span: Span) -> ScriptError {
      ScriptError(
        "E210", "the block's last value cannot become a row of the sweep", at: span,
        label: "this gives \(value.typeName); end with `evaluate …` or a number")
    }
  }

  private let axes: [(name: String, values: [Value])]
  private let keyword: Span
  private var done = 0
  private var finished: [(row: Row, result: Result?, error: ScriptError?)] = []
  private(set) var failures = 0

  init(_ axes: [(name: String, values: [Value])], keyword: Span) {
    self.axes = axes
    self.keyword = keyword
  }

  /// How many rows there are; nil beyond what fits a number.
  private var count: Int? {
    axes.reduce(Optional(1)) { product, axis in
      guard let product else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: axis.values.count)
      return overflow ? nil : next
    }
  }

  func checkSize() throws {
    guard let count, count <= Self.mostRows else {
      throw ScriptError(
        "E207", "this sweep has more than \(Self.mostRows) rows", at: keyword,
        label: axes.map { "\($0.name): \($0.values.count)" }.joined(separator: " × "))
    }
  }

  mutating func next() -> Row? {
    guard done < count ?? 0 else { return nil }
    defer { done += 1 }
    return row(done)
  }

  private func row(_ index: Int) -> Row {
    var rest = index
    var places: [(name: String, value: Value)] = []
    for axis in axes.reversed() {
      places.append((axis.name, axis.values[rest % axis.values.count]))
      rest /= axis.values.count
    }
    return Row(axes: places.reversed())
  }

  mutating func finish(_ row: Row, with result: Result) { finished.append((row, result, nil)) }

  mutating func fail(_ row: Row, with error: ScriptError) {
    failures += 1
    finished.append((row, nil, error))
  }

  /// How far the sweep has come.
  func progress(_ row: Row? = nil, isFinished: Bool = false) -> ProgressUpdate {
    let failed = failures > 0 ? ", \(failures) failed" : ""
    return ProgressUpdate(
      title: "sweep", done: Double(finished.count), total: count.map(Double.init),
      detail: row?.text ?? "\(finished.count) of \(count ?? 0) rows\(failed)",
      isFinished: isFinished)
  }

  // MARK: Tables

  private var axisColumns: [Table.Column] { axes.map { Table.Column($0.name) } }

  /// The rows that would run.
  func plan() -> Table {
    let rows = (0..<(count ?? 0)).map { row($0).axes.map(\.value) }
    return Table(
      title: "\(rows.count) rows (plan only, nothing was run)", columns: axisColumns, rows: rows)
  }

  /// Axis columns first, then the columns of the results in the order of their first appearance,
  /// then `error` when a row failed.
  func table(interrupted: Bool = false) -> Table {
    var columns: [Table.Column] = []
    var places: [String: Int] = [:]
    for cell in finished.flatMap({ $0.result?.cells ?? [] }) where places[cell.column.name] == nil {
      places[cell.column.name] = columns.count
      columns.append(cell.column)
    }
    let rows = finished.map { row, result, error in
      var cells = [Value](repeating: .none, count: columns.count)
      for cell in result?.cells ?? [] {
        if let place = places[cell.column.name] { cells[place] = cell.value }
      }
      let failure = error.map { Value.string("\($0.code): \($0.message)") } ?? .none
      return row.axes.map(\.value) + cells + (failures > 0 ? [failure] : [])
    }
    var notes =
      failures > 0 ? ["\(failures) of \(finished.count) rows failed; see the column error"] : []
    if interrupted { notes.append("stopped after \(finished.count) of \(count ?? 0) rows") }
    let taken = Set(axes.map(\.name))
    let renamed = columns.map { column in
      taken.contains(column.name)
        ? Table.Column(column.name + "_value", title: column.title, format: column.format) : column
    }
    let errorColumn = failures > 0 ? [Table.Column("error")] : []
    return Table(columns: axisColumns + renamed + errorColumn, rows: rows, notes: notes)
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
