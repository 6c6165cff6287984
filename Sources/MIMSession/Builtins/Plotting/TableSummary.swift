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
    let rows = grouped.groups.enumerated().map { row, group -> [Value] in
      var most = 0
      let cells = values.indices.map { place -> Value in
        guard let statistics = grouped.statistics(of: values[place], in: group) else {
          return .none
        }
        most = max(most, statistics.count)
        if statistics.mean == best[place] {
          bold.insert(Table.Place(row: row, column: keys.count + place))
        }
        return cell(statistics)
      }
      counts.append(most)
      return group.key + cells + [.number(Double(most))]
    }
    let columns =
      keys.map { table.columns[$0] }
      + values.map {
        Table.Column(table.columns[$0].name, title: AxisTitle.text(table.columns[$0]))
      }
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

  private func cell(_ statistics: GroupedRows.Statistics) -> Value {
    guard style != "mean", statistics.count > 1 else { return .number(statistics.mean) }
    let spread = statistics.halfWidth(of: String(style.suffix(2)))
    return .string("\(statistics.mean.text()) ± \(spread.text(2))")
  }

  private var failures: [String] {
    guard let column = table.index(of: "error") else { return [] }
    let failed = table.rows.count { !$0[column].isNone }
    return failed == 0 ? [] : ["\(failed) failed rows are left out"]
  }
}
