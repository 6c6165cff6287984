import MIMScript

/// Rows that agree in some columns put together: a mean with its spread in each cell.
struct TableSummary {
  /// The rows.
  let table: Table
  /// The columns in which rows agree.
  let keys: [Int]
  /// A further column, whose values stand side by side; nil for one line a group.
  let across: Int?
  /// The columns summarised.
  let values: [Int]
  /// `mean ± sd`, `mean ± se` or `mean`.
  let style: String
  /// Whether the best mean of each column stands in bold; with `across`, of each line.
  let marksBest: Bool

  /// `sd`, `se`, `ci`; nil where only means are shown.
  private var bar: String? { style == "mean" ? nil : String(style.suffix(2)) }
  /// The summary. Without `across`, the number of rows behind each line stands in the column `n`.
  var summary: Table { across.map(sideBySide) ?? lines }

  private var lines: Table {
    let grouped = GroupedRows(table, by: keys)
    let statistics = grouped.groups.map { group in
      values.map { grouped.statistics(of: $0, in: group) }
    }
    let counts = statistics.map { $0.map { $0?.count ?? 0 }.max() ?? 0 }
    var summary = Table(
      columns: keys.map { table.columns[$0] }
        + values.flatMap { columns(of: table.columns[$0], of: $0) }
        + [Table.Column("n", format: "%d")],
      rows: grouped.groups.enumerated().map { row, group in
        group.key
          + zip(values, statistics[row]).flatMap { cells($1, of: $0, in: group.rows) }
          + [.number(Double(counts[row]))]
      }, notes: spreadNote(counts) + failures)
    guard marksBest else { return summary }
    var marking = BestMarking()
    for (place, value) in values.enumerated() {
      marking.add(
        name: table.columns[value].name, numbers: statistics.map { $0[place]?.best },
        hasCaveats: summary.index(of: table.columns[value].name).map(summary.hasCaveats) ?? false
      ) { row in
        summary.index(of: table.columns[value].name).map { Table.Place(row: row, column: $0) }
      }
    }
    marking.apply(to: &summary)
    return summary
  }

  /// A line for each group, with a column for each value of `across` and each column summarised.
  private func sideBySide(_ across: Int) -> Table {
    let names = GroupedRows(table, by: [across]).groups.map { $0.key[0].shortText }
    let lines = GroupedRows(table, by: keys)
    let lineOf = Dictionary(
      lines.groups.enumerated().flatMap { line, group in group.rows.map { ($0, line) } },
      uniquingKeysWith: { first, _ in first })
    let cells = GroupedRows(table, by: keys + [across])
    let none = [Found](
      repeating: Found(statistics: nil, rows: []), count: names.count * values.count)
    var found = Array(repeating: none, count: lines.groups.count)
    for group in cells.groups {
      guard let line = group.rows.first.flatMap({ lineOf[$0] }),
        let name = group.key.last.flatMap({ names.firstIndex(of: $0.shortText) })
      else { continue }
      for (place, value) in values.enumerated() {
        found[line][name * values.count + place] = Found(
          statistics: cells.statistics(of: value, in: group), rows: group.rows)
      }
    }
    let columns = names.flatMap { name in
      values.flatMap { value -> [Table.Column] in
        let own = table.columns[value]
        let title = values.count == 1 ? name : "\(name): \(AxisTitle.text(own))"
        return self.columns(
          of: Table.Column(values.count == 1 ? name : "\(name)_\(own.name)", title: title),
          of: value)
      }
    }
    let counts = found.flatMap { $0 }.compactMap { $0.statistics?.count }
    var summary = Table(
      columns: keys.map { table.columns[$0] } + columns,
      rows: zip(lines.groups, found).map { group, found in
        group.key
          + found.enumerated().flatMap { place, found in
            self.cells(found.statistics, of: values[place % values.count], in: found.rows)
          }
      },
      notes: (values.count == 1 ? [AxisTitle.text(table.columns[values[0]])] : [])
        + spreadNote(counts) + failures)
    guard marksBest else { return summary }
    var marking = BestMarking()
    for (row, line) in found.enumerated() {
      for (place, value) in values.enumerated() {
        let own = names.indices.map { line[$0 * values.count + place] }
        marking.add(
          name: table.columns[value].name, numbers: own.map { $0.statistics?.best },
          hasCaveats: own.contains { !table.caveats(of: value, in: $0.rows).isEmpty }
        ) { name in
          let column =
            values.count == 1 ? names[name] : "\(names[name])_\(table.columns[value].name)"
          return summary.index(of: column).map { Table.Place(row: row, column: $0) }
        }
      }
    }
    marking.apply(to: &summary)
    return summary
  }

  /// What stands in one place of the lines with `across`.
  private struct Found {
    let statistics: GroupedRows.Statistics?
    let rows: [Int]
  }

  /// The mean, its spread, and the caveats of its rows, each in a column of its own: files hold numbers.
  private func cells(
    _ statistics: GroupedRows.Statistics?, of value: Int, in rows: [Int]
  ) -> [Value] {
    var cells = [statistics.map { Value.number($0.mean) } ?? .none]
    if let bar {
      let spread = statistics.flatMap { $0.count > 1 ? $0.halfWidth(of: bar) : nil }
      cells.append(spread.map(Value.number) ?? .none)
    }
    if table.caveatColumn(of: value) != nil {
      let caveats = table.caveats(of: value, in: rows)
      cells.append(caveats.isEmpty ? .none : .string(caveats.joined(separator: "; ")))
    }
    return cells
  }

  /// The columns that the means of the table's column `value` take.
  private func columns(of column: Table.Column, of value: Int) -> [Table.Column] {
    let title = AxisTitle.text(column)
    let caveats =
      table.caveatColumn(of: value) == nil
      ? [] : [Table.Column(Table.caveatName(of: column.name))]
    guard let bar else {
      return [Table.Column(column.name, title: title, absent: column.absent)] + caveats
    }
    let spread = "\(column.name)_\(bar)"
    return [
      Table.Column(column.name, title: title, spread: spread, absent: column.absent),
      Table.Column(spread),
    ] + caveats
  }

  /// What stands behind ±, where something does.
  private func spreadNote(_ counts: [Int]) -> [String] {
    guard let bar, counts.contains(where: { $0 > 1 }) else { return [] }
    return [
      "mean ± \(GroupedRows.barText(bar)) over matching rows, n = \(GroupedRows.text(ofCounts: counts))"
    ]
  }

  private var failures: [String] {
    guard let column = table.index(of: "error") else { return [] }
    let failed = table.rows.count { !$0[column].isNone }
    return failed == 0 ? [] : ["\(failed) failed rows are left out"]
  }
}
