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
  /// The columns that a mean takes.
  private var width: Int { bar == nil ? 1 : 2 }

  /// The summary. Without `across`, the number of rows behind each line stands in the column `n`.
  var summary: Table { across.map(sideBySide) ?? lines }

  private var lines: Table {
    let grouped = GroupedRows(table, by: keys)
    let statistics = grouped.groups.map { group in
      values.map { grouped.statistics(of: $0, in: group) }
    }
    let counts = statistics.map { $0.map { $0?.count ?? 0 }.max() ?? 0 }
    var summary = Table(
      columns: keys.map { table.columns[$0] } + values.flatMap { columns(of: table.columns[$0]) }
        + [Table.Column("n", format: "%d")],
      rows: grouped.groups.indices.map { row in
        grouped.groups[row].key + statistics[row].flatMap(cells) + [.number(Double(counts[row]))]
      }, notes: spreadNote(counts) + failures)
    guard marksBest else { return summary }
    for place in values.indices {
      let isSmaller = smallerIsBetter(place)
      let means = statistics.map { $0[place]?.mean }
      let best = Self.best(of: means, smaller: isSmaller)
      for row in means.indices where best != nil && means[row] == best {
        summary.bold.insert(Table.Place(row: row, column: keys.count + place * width))
      }
    }
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
    let none = [GroupedRows.Statistics?](repeating: nil, count: names.count * values.count)
    var found = Array(repeating: none, count: lines.groups.count)
    for group in cells.groups {
      guard let line = group.rows.first.flatMap({ lineOf[$0] }),
        let name = group.key.last.flatMap({ names.firstIndex(of: $0.shortText) })
      else { continue }
      for (place, value) in values.enumerated() {
        found[line][name * values.count + place] = cells.statistics(of: value, in: group)
      }
    }
    let columns = names.flatMap { name in
      values.flatMap { value -> [Table.Column] in
        let own = table.columns[value]
        let title = values.count == 1 ? name : "\(name): \(AxisTitle.text(own))"
        return self.columns(
          of: Table.Column(values.count == 1 ? name : "\(name)_\(own.name)", title: title))
      }
    }
    let counts = found.flatMap { $0 }.compactMap { $0?.count }
    var summary = Table(
      columns: keys.map { table.columns[$0] } + columns,
      rows: zip(lines.groups, found).map { $0.key + $1.flatMap(self.cells) },
      notes: (values.count == 1 ? [AxisTitle.text(table.columns[values[0]])] : [])
        + spreadNote(counts) + failures)
    guard marksBest else { return summary }
    for (row, line) in found.enumerated() {
      for place in values.indices {
        let own = names.indices.map { line[$0 * values.count + place]?.mean }
        let best = Self.best(of: own, smaller: smallerIsBetter(place))
        for name in own.indices where best != nil && own[name] == best {
          summary.bold.insert(
            Table.Place(row: row, column: keys.count + (name * values.count + place) * width))
        }
      }
    }
    return summary
  }

  private func smallerIsBetter(_ place: Int) -> Bool {
    Table.smallerIsBetter(table.columns[values[place]].name)
  }

  private static func best(of means: [Double?], smaller: Bool) -> Double? {
    let found = means.compactMap { $0 }
    return smaller ? found.min() : found.max()
  }

  /// The mean, and its spread in a column of its own: files hold numbers.
  private func cells(_ statistics: GroupedRows.Statistics?) -> [Value] {
    let mean = statistics.map { Value.number($0.mean) } ?? .none
    guard let bar else { return [mean] }
    let spread = statistics.flatMap { $0.count > 1 ? $0.halfWidth(of: bar) : nil }
    return [mean, spread.map(Value.number) ?? .none]
  }

  private func columns(of column: Table.Column) -> [Table.Column] {
    let title = AxisTitle.text(column)
    guard let bar else {
      return [Table.Column(column.name, title: title, absent: column.absent)]
    }
    let spread = "\(column.name)_\(bar)"
    return [
      Table.Column(column.name, title: title, spread: spread, absent: column.absent),
      Table.Column(spread),
    ]
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
