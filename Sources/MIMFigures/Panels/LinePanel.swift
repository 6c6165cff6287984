import Foundation

/// Lines with error bars, axes and legend.
struct LinePanel: PanelDrawing {
  let chart: LineChart
  let notes: [String]
  private let xScale: AxisScale
  private let yScale: AxisScale
  private var placement: LegendPlacement
  private let hasPoints: Bool
  /// Epochs, widths and seeds have no halves between them.
  private let hasWholeX: Bool

  init(_ chart: LineChart, _ type: Typesetter) {
    self.chart = chart
    let logX = chart.xAxis.scale == .log
    let logY = chart.yAxis.scale == .log
    func accepted(_ line: LineChart.Series, _ index: Int) -> Bool {
      AxisScale.accepts(line.x[index], log: logX) && AxisScale.accepts(line.y[index], log: logY)
    }
    let total = chart.series.reduce(0) { $0 + $1.x.count }
    var xs: [Double] = []
    var ys: [Double] = []
    var count = 0
    for line in chart.series {
      for index in line.x.indices where accepted(line, index) {
        count += 1
        xs.append(line.x[index])
        ys.append(line.y[index])
        if let bar = Self.spread(line, index) {
          ys += [line.y[index] - bar, line.y[index] + bar]
        }
      }
    }
    hasPoints = count > 0
    hasWholeX = !logX && Set(xs.prefix(10_000)).count > 1 && xs.allSatisfy { $0 == $0.rounded() }
    notes = omissionNote(total - count, of: total, "points", log: logX || logY)
    xScale = .fitting(xs, axis: chart.xAxis)
    yScale = .fitting(ys, axis: chart.yAxis)
    placement = LegendPlacement(Self.legend(chart, type), chart.legend)
  }

  /// Half the error bar at a point, where there is one.
  private static func spread(_ line: LineChart.Series, _ index: Int) -> Double? {
    guard let bar = line.spread?[index], AxisScale.accepts(bar, log: false), bar > 0 else {
      return nil
    }
    return bar
  }

  private static func legend(_ chart: LineChart, _ type: Typesetter) -> Legend {
    var entries: [LegendEntry] = []
    for (index, line) in chart.series.enumerated() where !line.name.isEmpty {
      let color = color(index, of: chart)
      let swatch: Swatch =
        chart.markers == .only
        ? .marker(marker(index, of: chart), color)
        : .line(
          color, dash: dash(index, of: chart, type),
          marker: hasMarkers(line, chart) ? marker(index, of: chart) : nil)
      entries.append(LegendEntry(name: line.name, swatch: swatch))
    }
    let hasBars = chart.series.contains { line in
      line.y.indices.contains { spread(line, $0) != nil }
    }
    if hasBars, let meaning = chart.spreadMeaning {
      entries.append(LegendEntry(name: meaning, swatch: .bar))
    }
    return Legend(title: entries.isEmpty ? nil : chart.legendTitle, entries: entries)
  }

  /// The number of a line's look.
  private static func look(_ index: Int, of chart: LineChart) -> Int {
    max(chart.series[index].color ?? index, 0)
  }

  private static func palette(_ chart: LineChart) -> [Color] {
    Palette.colors(for: (chart.series.indices.map { look($0, of: chart) }.max() ?? 0) &+ 1)
  }

  private static func color(_ index: Int, of chart: LineChart) -> Color {
    let palette = palette(chart)
    return palette[look(index, of: chart) % palette.count]
  }

  private static func dash(_ index: Int, of chart: LineChart, _ type: Typesetter) -> [Double] {
    LineStyle.dash(
      look(index, of: chart) / palette(chart).count, dashed: chart.series[index].dashed, type)
  }

  private static func marker(_ index: Int, of chart: LineChart) -> Marker {
    Marker.at(look(index, of: chart))
  }

  private static func hasMarkers(_ line: LineChart.Series, _ chart: LineChart) -> Bool {
    switch chart.markers {
    case .automatic: line.x.count <= 40
    case .always, .only: true
    case .none: line.x.count == 1
    }
  }

  func preferredHeight(width: Double, _ type: Typesetter) -> Double { width * 0.68 }

  private var horizontal: MeasuredAxis {
    MeasuredAxis(title: chart.xAxis.title, wholeNumbers: hasWholeX)
  }
  private var vertical: MeasuredAxis { MeasuredAxis(title: chart.yAxis.title) }

  private func area(_ frame: Rect) -> PlotArea { PlotArea(frame: frame, x: xScale, y: yScale) }

  private func decorations(_ frame: Rect, _ type: Typesetter) -> Margins {
    horizontal.horizontalMargins(xScale, length: frame.width, type).union(
      vertical.verticalMargins(yScale, length: frame.height, type))
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    let frame = Rect(x: 0, y: 0, width: plot.width, height: plot.height)
    let decorations = decorations(frame, type)
    let marks = placement.avoidsMarks ? marks(plot) : []
    return placement.margins(around: plot, decorations: decorations, marks: marks, type)
  }

  /// The parts of each line between values that have no place.
  private func pieces(_ line: LineChart.Series) -> [[Int]] {
    var pieces: [[Int]] = [[]]
    for index in line.x.indices {
      if AxisScale.accepts(line.x[index], log: xScale.isLog),
        AxisScale.accepts(line.y[index], log: yScale.isLog)
      {
        pieces[pieces.count - 1].append(index)
      } else {
        pieces.append([])
      }
    }
    return pieces.filter { !$0.isEmpty }
  }

  /// Ends of the error bar at a point on the page; a bar that reaches below zero on a
  /// logarithmic axis ends at the axis.
  private func bar(_ line: LineChart.Series, _ index: Int, _ area: PlotArea) -> (Double, Double)? {
    guard let spread = Self.spread(line, index) else { return nil }
    let top = area.place(line.x[index], line.y[index] + spread).y
    let low = line.y[index] - spread
    let bottom = yScale.isLog && low <= 0 ? area.frame.bottom : area.place(line.x[index], low).y
    return (top, bottom)
  }

  /// Points along all lines and bars, a point apart at most, that the legend must not cover.
  private func marks(_ plot: Size) -> [Point] {
    let area = area(Rect(x: 0, y: 0, width: plot.width, height: plot.height))
    var marks: [Point] = []
    for line in chart.series {
      for piece in pieces(line) {
        let points = piece.map { area.place(line.x[$0], line.y[$0]) }
        marks += points
        for (first, second) in zip(points, points.dropFirst()) where chart.markers != .only {
          marks += between(first, second)
        }
      }
      for index in pieces(line).joined() {
        guard let (top, bottom) = bar(line, index, area) else { continue }
        let x = area.place(line.x[index], line.y[index]).x
        marks += between(Point(x: x, y: top), Point(x: x, y: bottom))
        marks += [Point(x: x, y: top), Point(x: x, y: bottom)]
      }
    }
    return marks
  }

  private func between(_ first: Point, _ second: Point) -> [Point] {
    let length = hypot(second.x - first.x, second.y - first.y)
    let count = min(Int(length / 3), 600)
    guard count > 0 else { return [] }
    return (1...count).map { index in
      let share = Double(index) / Double(count + 1)
      return Point(
        x: first.x + (second.x - first.x) * share, y: first.y + (second.y - first.y) * share)
    }
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let area = area(plot)
    canvas.saved {
      canvas.clip(plot.inset(by: -LineStyle.markerSize(type)))
      for (index, line) in chart.series.enumerated() {
        draw(line, index, area, on: canvas, type)
      }
    }
    drawAxes(area, horizontal: horizontal, vertical: vertical, open: true, on: canvas, type)
    if !hasPoints { drawNoData(in: plot, on: canvas, type) }
    placement.draw(
      around: plot, decorations: decorations(plot, type),
      marks: placement.avoidsMarks ? marks(plot.size) : [], on: canvas, type)
  }

  private func draw(
    _ line: LineChart.Series, _ index: Int, _ area: PlotArea, on canvas: Canvas,
    _ type: Typesetter
  ) {
    let color = Self.color(index, of: chart)
    for piece in pieces(line) {
      let points = piece.map { area.place(line.x[$0], line.y[$0]) }
      if chart.markers != .only {
        canvas.polyline(
          points, color, width: LineStyle.width(type), dash: Self.dash(index, of: chart, type))
      }
      for position in piece {
        guard let (top, bottom) = bar(line, position, area) else { continue }
        let x = area.place(line.x[position], line.y[position]).x
        LineStyle.drawBar(on: canvas, x: x, from: top, to: bottom, color, type)
      }
      guard Self.hasMarkers(line, chart) || points.count == 1 else { continue }
      for point in points {
        Self.marker(index, of: chart).draw(
          on: canvas, at: point, size: LineStyle.markerSize(type), color: color)
      }
    }
  }
}
