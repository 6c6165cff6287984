import MIMScript

/// Rows that agree in some columns put together: a mean with its spread in each cell.
struct TableSummary {
  /// The rows.
  let table: Table
  /// The columns in which rows agree.
  let keys: [Int]
  /// The columns summarised.
  let values: [Int]
  /// `mean ± sd`, `mean ± se` or `mean`.
  let style: String
  /// Whether the best mean of each column stands in bold.
  let marksBest: Bool

  /// The summary, with the number of rows behind each line in the column `n`.
  var summary: Table {
    let grouped = GroupedRows(table, by: keys)
    let best = values.map { marksBest ? bestMean(of: $0, in: grouped) : nil }
    var counts: [Int] = []
    var bold: Set<Table.Place> = []
    let bar = style == "mean" ? nil : String(style.suffix(2))
    let rows = grouped.groups.enumerated().map { row, group -> [Value] in
      var most = 0
      let cells = values.indices.flatMap { place -> [Value] in
        let statistics = grouped.statistics(of: values[place], in: group)
        most = max(most, statistics?.count ?? 0)
        if let statistics, statistics.mean == best[place] {
          bold.insert(
            Table.Place(row: row, column: keys.count + place * (bar == nil ? 1 : 2)))
        }
        return self.cells(statistics, bar)
      }
      counts.append(most)
      return group.key + cells + [.number(Double(most))]
    }
    let columns =
      keys.map { table.columns[$0] } + values.flatMap { self.columns(of: table.columns[$0], bar) }
      + [Table.Column("n", format: "%d")]
    let isSpread = counts.contains { $0 > 1 } && style != "mean"
    let note =
      isSpread
      ? [
        "mean ± \(GroupedRows.barText(String(style.suffix(2)))) over matching rows, n = \(GroupedRows.text(ofCounts: counts))"
      ] : []
    var summary = Table(columns: columns, rows: rows, notes: note + failures)
    summary.bold = bold
    return summary
  }

  private func bestMean(of column: Int, in grouped: GroupedRows) -> Double? {
    let means = grouped.groups.compactMap { grouped.statistics(of: column, in: $0)?.mean }
    return Table.smallerIsBetter(table.columns[column].name) ? means.min() : means.max()
  }

  /// The mean, and its spread in a column of its own: files hold numbers.
  private func cells(_ statistics: GroupedRows.Statistics?, _ bar: String?) -> [Value] {
    let mean = statistics.map { Value.number($0.mean) } ?? .none
    guard let bar else { return [mean] }
    let spread = statistics.flatMap { $0.count > 1 ? $0.halfWidth(of: bar) : nil }
    return [mean, spread.map(Value.number) ?? .none]
  }

  private func columns(of column: Table.Column, _ bar: String?) -> [Table.Column] {
    let title = AxisTitle.text(column)
    guard let bar else { return [Table.Column(column.name, title: title)] }
    let spread = "\(column.name)_\(bar)"
    return [
      Table.Column(column.name, title: title, spread: spread), Table.Column(spread),
    ]
  }

  private var failures: [String] {
    guard let column = table.index(of: "error") else { return [] }
    let failed = table.rows.count { !$0[column].isNone }
    return failed == 0 ? [] : ["\(failed) failed rows are left out"]
  }
}
