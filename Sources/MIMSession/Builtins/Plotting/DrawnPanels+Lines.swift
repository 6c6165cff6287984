import MIMFigures
import MIMScript

extension DrawnPanels {
  /// A training history: one line for each column and split, over the epochs.
  mutating func lines(of history: HistoryObject, _ call: HostCall) throws {
    let columns = call.option("y")?.asTexts ?? ["loss"]
    let splits = call.option("split")?.asTexts ?? ["train", "val"]
    let rows = try call.rows(of: history)
    let allEpochs = call.text("x").flatMap(history.values) ?? history.values(of: "epoch") ?? []
    let epochs = rows.map { allEpochs[$0] }
    var series: [LineChart.Series] = []
    for column in columns {
      for split in splits {
        let name = split == "val" ? "val_\(column)" : column
        guard let all = history.values(of: name) else { continue }
        let values = rows.map { all[$0] }
        guard values.contains(where: \.isFinite) else { continue }
        let isSplit = history.values(of: "val_\(column)") != nil
        let title = isSplit ? "\(column) (\(split))" : column
        guard !series.contains(where: { $0.name == title }) else { continue }
        series.append(
          LineChart.Series(name: title, x: epochs, y: values, dashed: split == "val"))
      }
    }
    guard !series.isEmpty else {
      throw ScriptError(
        "E303", "the history has no numbers in \(columns.joined(separator: ", "))",
        at: call.argumentSpans["y"] ?? call.span(at: 0))
    }
    become(.history)
    let title = columns.count == 1 ? AxisTitle.text(named: columns[0]) : "nats"
    panels = [
      Panel(
        .lines(
          LineChart(
            series: series, xAxis: call.axis("x", title: call.text("x") ?? "epoch"),
            yAxis: call.axis("y", title: title), legend: call.legend(.inside))))
    ]
    altText = "\(columns.joined(separator: ", ")) over \(epochs.count.epochText)"
  }

  /// A table: a panel for each `y`, a line for each value of `color`, means with error bars over
  /// rows that agree in both.
  mutating func lines(of given: Table, _ call: HostCall) throws {
    var table = given
    if let condition = call.option("where")?.asObject(RowCondition.self) {
      table = try condition.filter(table)
    }
    guard !table.rows.isEmpty else {
      throw ScriptError("E221", "the table has no rows to draw", at: call.span(at: 0))
    }
    let names = call.option("y")?.asTexts ?? []
    call.warn(ofCaveatsIn: table, columns: names + ["x", "heat"].compactMap(call.text))
    if let heat = call.text("heat") { return try heatMap(of: table, heat: heat, call) }
    guard let x = call.text("x"), let place = table.index(of: x) else {
      throw ScriptError(
        "E105", "plotting a table needs `x=` and `y=`", at: call.span(at: 0),
        notes: ["columns: " + table.columns.map(\.name).joined(separator: " ")])
    }
    guard !names.isEmpty else {
      return columnHistogram(table, place, call)
    }
    become(.table)
    let color = try call.colorColumn(of: table)
    for name in names {
      guard let column = table.index(of: name) else { continue }
      var chart = try chart(table, x: place, y: column, color: color, call)
      // The same legend stands for all panels.
      if !panels.isEmpty { chart.legend = .none }
      panels.append(Panel(.lines(chart)))
    }
    columns = call.integer("cols") ?? (names.count > 1 ? min(names.count, 2) : nil)
    altText = "\(names.joined(separator: ", ")) against \(x)"
  }

  private mutating func columnHistogram(_ table: Table, _ column: Int, _ call: HostCall) {
    become(.histogram)
    let numbers = table.rows.compactMap { $0[column].asNumber }
    let title = AxisTitle.text(table.columns[column])
    panels = [
      Panel(
        .histogram(
          Histogram(
            series: [Histogram.Series(name: title, values: numbers)], bins: call.integer("bins"),
            xAxis: call.axis("x", title: title), yAxis: call.axis("y", title: "count"))))
    ]
    altText = "histogram of \(numbers.count) values of \(table.columns[column].name)"
  }

  private func chart(
    _ table: Table, x: Int, y: Int, color: Int?, _ call: HostCall
  ) throws -> LineChart {
    if call.flag("points") { return try scatter(table, x: x, y: y, color: color, call) }
    let grouped = GroupedRows(table, by: (color.map { [$0] } ?? []) + [x])
    let bar = call.given.contains("error") ? call.text("error") : "sd"
    var series: [LineChart.Series] = []
    var counts: [Int] = []
    for group in grouped.groups {
      guard let position = group.key.last?.asNumber else {
        throw ScriptError(
          "E201", "`x` takes a column of numbers, but \(table.columns[x].name) has other values",
          at: call.span(of: "x"), notes: ["try: table … by=\(table.columns[x].name)"])
      }
      guard let statistics = grouped.statistics(of: y, in: group) else { continue }
      counts.append(statistics.count)
      let name = color == nil ? table.columns[y].name : group.key[0].shortText
      let place = series.firstIndex { $0.name == name } ?? series.count
      if place == series.count {
        series.append(LineChart.Series(name: name, x: [], y: [], spread: bar == nil ? nil : []))
      }
      series[place].x.append(position)
      series[place].y.append(statistics.mean)
      series[place].spread?.append(
        statistics.halfWidth(of: bar ?? "sd"))
    }
    let hasBars = bar != nil && counts.contains { $0 > 1 }
    if !hasBars { for index in series.indices { series[index].spread = nil } }
    let n = GroupedRows.text(ofCounts: counts)
    return LineChart(
      series: series.map(\.sorted),
      spreadMeaning: hasBars ? "mean ± \(GroupedRows.barText(bar ?? "sd")), n = \(n)" : nil,
      xAxis: call.axis("x", title: AxisTitle.text(table.columns[x])),
      yAxis: call.axis("y", title: AxisTitle.text(table.columns[y])),
      legend: call.legend(color == nil && !hasBars ? .none : .inside),
      legendTitle: color.map { table.columns[$0].title ?? table.columns[$0].name })
  }
}

extension DrawnPanels {
  /// A marker for each row.
  private func scatter(
    _ table: Table, x: Int, y: Int, color: Int?, _ call: HostCall
  ) throws -> LineChart {
    if call.given.contains("error") {
      throw ScriptError(
        "E220", "`error=` has no effect with points=true: each row has a marker of its own",
        at: call.span(of: "error"), label: "leave it out")
    }
    let series = GroupedRows(table, by: color.map { [$0] } ?? []).groups.map { group in
      let rows = group.rows.compactMap { row -> (Double, Double)? in
        guard let x = table.rows[row][x].asNumber, let y = table.rows[row][y].asNumber else {
          return nil
        }
        return (x, y)
      }
      return LineChart.Series(
        name: group.key.first?.shortText ?? table.columns[y].name, x: rows.map(\.0),
        y: rows.map(\.1))
    }
    return LineChart(
      series: series, xAxis: call.axis("x", title: AxisTitle.text(table.columns[x])),
      yAxis: call.axis("y", title: AxisTitle.text(table.columns[y])),
      legend: call.legend(color == nil ? .none : .inside),
      legendTitle: color.map { table.columns[$0].title ?? table.columns[$0].name }, markers: .only)
  }
}

extension LineChart.Series {
  /// The same with its points from left to right.
  fileprivate var sorted: LineChart.Series {
    let order = x.indices.sorted { x[$0] < x[$1] }
    return LineChart.Series(
      name: name, x: order.map { x[$0] }, y: order.map { y[$0] },
      spread: spread.map { spread in order.map { spread[$0] } }, dashed: dashed)
  }
}

extension HostCall {
  /// The numbers of the epochs that `where=` keeps; all without it.
  fileprivate func rows(of history: HistoryObject) throws -> [Int] {
    let epochs = history.values(of: "epoch") ?? []
    guard let condition = option("where")?.asObject(RowCondition.self) else {
      return Array(epochs.indices)
    }
    let kept = try epochs.indices.filter { row in
      try condition.holds { name in history.values(of: name).map { .number($0[row]) } }
    }
    guard !kept.isEmpty else {
      throw ScriptError(
        "E221", "no epoch satisfies \(condition.text)", at: span(of: "where"),
        notes: ["the history has \(epochs.count.epochText)"])
    }
    return kept
  }

  /// The column whose values become lines; nil without one.
  fileprivate func colorColumn(of table: Table) throws -> Int? {
    guard given.contains("color"), let color = option("color") else { return nil }
    guard let name = color.asText, let column = table.index(of: name) else {
      throw ScriptError(
        "E201", "`color` of a table takes a column", at: span(of: "color"),
        notes: ["columns: " + table.columns.map(\.name).joined(separator: " ")])
    }
    return column
  }
}
