import MIMFigures
import MIMScript

extension DrawnPanels {
  /// A list of lists of numbers, the first at the top.
  mutating func heatMap(of rows: [[Double]], _ call: HostCall) throws {
    become(.heatMap)
    panels = [
      Panel(
        .heatMap(
          HeatMap(
            values: rows.flatMap { $0 }, rows: rows.count, columns: rows[0].count,
            valueRange: try call.colorRange(), rowsFromTop: true,
            xAxis: call.axis("x", title: "column"), yAxis: call.axis("y", title: "row"))))
    ]
    altText = "heat map of \(rows.count) × \(rows[0].count) numbers"
  }

  /// A column of a table, its mean in a cell for each pair of values of two others: `plot r x=estimator y=task heat=bias`.
  mutating func heatMap(of table: Table, heat: String, _ call: HostCall) throws {
    guard let x = call.text("x").flatMap(table.index(of:)),
      let names = call.option("y")?.asTexts, names.count == 1, let y = table.index(of: names[0]),
      let column = table.index(of: heat)
    else {
      throw ScriptError(
        "E105", "a heat map of a table needs one column each for `x=`, `y=` and `heat=`",
        at: call.span(of: "heat"),
        notes: ["columns: " + table.columns.map(\.name).joined(separator: " ")])
    }
    become(.tableHeatMap)
    let (across, down) = (GroupedRows(table, by: [x]).keys, GroupedRows(table, by: [y]).keys)
    var values = [Double](repeating: .nan, count: across.count * down.count)
    let cells = GroupedRows(table, by: [y, x])
    for group in cells.groups {
      guard let row = down.firstIndex(of: group.key[0].shortText),
        let place = across.firstIndex(of: group.key[1].shortText)
      else { continue }
      values[row * across.count + place] = cells.statistics(of: column, in: group)?.mean ?? .nan
    }
    guard values.contains(where: \.isFinite) else {
      throw ScriptError(
        "E221", "`\(heat)` has no numbers to draw", at: call.span(of: "heat"))
    }
    panels = [
      Panel(
        .heatMap(
          HeatMap(
            values: values, rows: down.count, columns: across.count,
            valueRange: try call.colorRange(), valueTitle: AxisTitle.text(table.columns[column]),
            rowsFromTop: true, columnLabels: across, rowLabels: down,
            cellValues: across.count <= 12, xAxis: call.axis("x", title: nil),
            yAxis: call.axis("y", title: nil), squareCells: false)))
    ]
    altText =
      "heat map of \(heat), \(table.columns[y].name) by \(table.columns[x].name), "
      + "\(down.count) × \(across.count)"
  }
}

extension HostCall {
  /// The values at both ends of the colours: `range=[-1, 1]`.
  fileprivate func colorRange() throws -> ClosedRange<Double>? {
    guard let ends = option("range")?.asNumbers else { return nil }
    guard ends.count == 2, ends[0] < ends[1] else {
      throw ScriptError(
        "E201", "`range` takes two numbers, the smaller one first", at: span(of: "range"),
        notes: ["try: range=[-1, 1]"])
    }
    return ends[0]...ends[1]
  }
}

extension GroupedRows {
  /// The groups' values of a single grouping column, as text.
  fileprivate var keys: [String] { groups.map { $0.key[0].shortText } }
}
