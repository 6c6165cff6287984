import MIMFigures
import MIMScript

extension DrawnPanels {
  /// The subsampling curve of an estimate over 1/n, with the line to 1/n = 0 and what zero looks like.
  mutating func curve(of information: InformationObject, _ call: HostCall) throws {
    let points = information.estimate.curve
    guard !points.isEmpty else {
      throw ScriptError(
        "E303", "this estimate has no curve to draw", at: call.span(at: 0),
        notes: ["try: measure it with curve=true, on at least 32 rows"])
    }
    become(.table)
    let inverse = points.map { 1 / Double($0.rows) }
    var series = [LineChart.Series(name: "estimate", x: inverse, y: points.map(\.value))]
    if let last = information.estimate.extrapolated, points.count == 3 {
      // The least-squares line through the three places.
      let mean = points.reduce(0) { $0 + $1.value } / 3
      let middle = inverse.reduce(0, +) / 3
      let slope = middle > 0 ? (mean - last) / middle : 0
      let end = inverse.max() ?? 0
      series.append(
        LineChart.Series(
          name: "line to 1/n = 0", x: [0, end], y: [last, last + slope * end], dashed: true))
    }
    if let null = information.estimate.null {
      series.append(
        LineChart.Series(
          name: "independent rows, 95 %", x: [0, inverse.max() ?? 0], y: [null.upper, null.upper],
          dashed: true))
    }
    panels = [
      Panel(
        .lines(
          LineChart(
            series: series, xAxis: call.axis("x", title: "1/n"),
            yAxis: call.axis("y", title: "MI (nats)"), legend: call.legend(.inside))))
    ]
    altText = "\(information.subject) over the number of rows"
  }
}

extension DrawnPanels {
  /// The information of all pairs as a heat map with the names of the columns.
  mutating func pairs(of information: InformationTableObject, _ call: HostCall) {
    become(.heatMap)
    let names = information.matrix.names
    panels = [
      Panel(
        .heatMap(
          HeatMap(
            values: information.matrix.values, rows: names.count, columns: names.count,
            valueTitle: "MI (nats)", rowsFromTop: true, columnLabels: names, rowLabels: names,
            cellValues: names.count <= 12, xAxis: call.axis("x", title: nil),
            yAxis: call.axis("y", title: nil))))
    ]
    altText = "mutual information of all pairs of \(names.count) columns"
  }
}
