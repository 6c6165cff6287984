/// The rows of a sweep: every combination of the axes, the last one varying fastest.
struct SweepRows: Sendable {
  /// How many rows a sweep may have.
  static let mostRows = 1_000_000

  /// One combination.
  struct Row: Sendable {
    let index: Int
    let axes: [(name: String, value: Value)]

    /// `kind="mim" seed=3`.
    var text: String {
      axes.map { "\($0.name)=\($0.value.quotedText)" }.joined(separator: " ")
    }
  }

  private let axes: [(name: String, values: [Value])]
  /// How many rows there are.
  let count: Int

  /// - Throws: E207 for too many rows, E211 for an axis without values.
  init(_ axes: [(name: String, values: [Value])], keyword: Span) throws {
    self.axes = axes
    if let empty = axes.first(where: { $0.values.isEmpty }) {
      throw ScriptError(
        "E211", "the axis `\(empty.name)` has no values", at: keyword,
        notes: ["10..1 is empty because ranges count up; to count down, write 10..1 by -1"])
    }
    let product = axes.reduce(Optional(1)) { product, axis in
      guard let product else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: axis.values.count)
      return overflow ? nil : next
    }
    guard let product, product <= Self.mostRows else {
      throw ScriptError(
        "E207", "this sweep has more than \(Self.mostRows) rows", at: keyword,
        label: axes.map { "\($0.name): \($0.values.count)" }.joined(separator: " × "))
    }
    count = product
  }

  /// The names of the axes.
  var names: [String] { axes.map(\.name) }

  subscript(index: Int) -> Row {
    var rest = index
    var places: [(name: String, value: Value)] = []
    for axis in axes.reversed() {
      places.append((axis.name, axis.values[rest % axis.values.count]))
      rest /= axis.values.count
    }
    return Row(index: index, axes: places.reversed())
  }

  // MARK: Tables

  private var axisColumns: [Table.Column] { axes.map { Table.Column($0.name) } }

  /// Axis columns first, then the columns of the results in the order of their first appearance,
  /// then `error` when a row failed. Rows that did not come to their end are left out.
  func table(_ outcomes: [SweepOutcome?]) -> Table {
    let finished = outcomes.enumerated().compactMap { index, outcome in
      outcome.map { (axes: self[index].axes, outcome: $0) }
    }
    var columns: [Table.Column] = []
    var places: [String: Int] = [:]
    for cell in finished.flatMap(\.outcome.cells) where places[cell.column.name] == nil {
      places[cell.column.name] = columns.count
      columns.append(cell.column)
    }
    let failures = finished.count { $0.outcome.error != nil }
    let rows = finished.map { row -> [Value] in
      var cells = [Value](repeating: .none, count: columns.count)
      for cell in row.outcome.cells {
        if let place = places[cell.column.name] { cells[place] = cell.value }
      }
      let failure = row.outcome.error.map { Value.string("\($0.code): \($0.message)") } ?? .none
      return row.axes.map(\.value) + cells + (failures > 0 ? [failure] : [])
    }
    var notes =
      failures > 0 ? ["\(failures) of \(finished.count) rows failed; see the column `error`"] : []
    if finished.count < count { notes.append("stopped after \(finished.count) of \(count) rows") }
    let errorColumn = failures > 0 ? [Table.Column("error")] : []
    return Table(
      columns: axisColumns + columns.map { renamed($0, finished.map(\.outcome)) } + errorColumn,
      rows: rows, notes: notes)
  }

  /// A column of results: under another name where it is called like an axis, and with a dash where a row has no number.
  private func renamed(_ column: Table.Column, _ outcomes: [SweepOutcome]) -> Table.Column {
    let holdsNumbers = outcomes.contains { outcome in
      outcome.cells.contains { cell in
        if case .number = cell.value { cell.column.name == column.name } else { false }
      }
    }
    return Table.Column(
      names.contains(column.name) ? column.name + "_value" : column.name, title: column.title,
      format: column.format, spread: column.spread, absent: holdsNumbers ? "–" : column.absent)
  }

  /// The rows that would run, with what each would cost where that is known.
  func plan(_ costs: [WorkCost?], jobs: Int) -> Table {
    var columns = axisColumns
    let isKnown = costs.contains { $0 != nil }
    if isKnown {
      columns += [
        Table.Column("parameters"), Table.Column("memory", title: "memory (MB)", format: "%.1f"),
        Table.Column("seconds", title: "at most (s)"),
      ]
    }
    let rows = (0..<count).map { index -> [Value] in
      let axes = self[index].axes.map(\.value)
      guard isKnown else { return axes }
      guard let cost = costs[index] else { return axes + [.none, .none, .none] }
      return axes + [
        .number(Double(cost.parameters)), .number(Double(cost.bytes) / 1e6),
        .number(cost.seconds),
      ]
    }
    return Table(
      title: "\(count) rows (plan only, nothing was run)", columns: columns, rows: rows,
      notes: isKnown ? [summary(costs.compactMap { $0 }, jobs: jobs)] : [])
  }

  private func summary(_ costs: [WorkCost], jobs: Int) -> String {
    let side = min(jobs, count)
    let seconds = costs.reduce(0) { $0 + $1.seconds } / Double(side)
    let bytes = costs.map(\.bytes).sorted().suffix(side).reduce(0, +)
    return "\(side) at a time: at most \(DurationText.rough(seconds)) of training and "
      + "\(NumberFormat.fourDigits.string(Double(bytes) / 1e6)) MB at once; early stopping "
      + "makes it shorter, and evaluation takes extra time"
  }
}

/// How a row came to its end.
struct SweepOutcome: Sendable {
  /// The columns that its last value gave; none for a failed row.
  var cells: [(column: Table.Column, value: Value)] = []
  /// Why it failed.
  var error: ScriptError?
  /// Whether it was taken from the run store.
  var isKept = false
}
