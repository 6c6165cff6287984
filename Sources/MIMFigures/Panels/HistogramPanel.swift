import Foundation

/// Bars or outlines over equally wide bins.
struct HistogramPanel: PanelDrawing {
  let histogram: Histogram
  let notes: [String]
  private let edges: [Double]
  /// Bar heights, one list a series.
  private let heights: [[Double]]
  private let xScale: AxisScale
  private let yScale: AxisScale
  private var placement: LegendPlacement

  init(_ histogram: Histogram) {
    self.histogram = histogram
    let range = histogram.xAxis.range
    let kept = histogram.series.map { series in
      series.values.filter { value in
        AxisScale.accepts(value, log: false) && (range?.contains(value) ?? true)
      }
    }
    let total = histogram.series.reduce(0) { $0 + $1.values.count }
    let finite = histogram.series.reduce(0) { sum, series in
      sum + series.values.count { AxisScale.accepts($0, log: false) }
    }
    let inside = kept.reduce(0) { $0 + $1.count }
    var notes = omissionNote(total - finite, of: total, "values", log: false)
    if inside < finite { notes.append("\(finite - inside) of \(total) values outside the axis") }
    let edges = Self.edges(kept.flatMap { $0 }, bins: histogram.bins, range: range)
    let heights = kept.map { Self.heights($0, edges: edges, density: histogram.density) }
    let highest = heights.joined().max() ?? 0
    self.notes = notes
    self.edges = edges
    self.heights = heights
    xScale = AxisScale(lower: edges[0], upper: edges[edges.count - 1], isLog: false)
    let room = Axis(range: histogram.yAxis.range ?? 0...(highest > 0 ? highest * 1.06 : 1))
    yScale = .fitting([], axis: room)
    let isSingle = histogram.series.count < 2
    let entries = histogram.series.enumerated().map { index, series in
      LegendEntry(
        name: series.name,
        swatch: .box(fill: Self.fill(index, of: histogram), line: Self.color(index, of: histogram)))
    }
    placement = LegendPlacement(
      Legend(title: nil, entries: isSingle ? [] : entries), histogram.legend)
  }

  private static func color(_ index: Int, of histogram: Histogram) -> Color {
    let palette = Palette.colors(for: histogram.series.count)
    return palette[index % palette.count]
  }

  private static func fill(_ index: Int, of histogram: Histogram) -> Color {
    let color = color(index, of: histogram)
    return histogram.series.count == 1 ? color.mixed(with: .white, 0.25) : color.with(alpha: 0.28)
  }

  /// Edges of bins over the values: the requested number of bins, or as Freedman and Diaconis' rule
  /// (width 2·IQR·n^(−1/3)) gives, 5 to 80. Bins of whole numbers hold equally many of these, so that none is higher for its edges alone.
  private static func edges(_ values: [Double], bins: Int?, range: ClosedRange<Double>?)
    -> [Double]
  {
    var extent = range ?? ColorBar.range(of: values)
    if bins == nil, range == nil, let whole = Histogram.wholeEdges(values) { return whole }
    if extent.upperBound <= extent.lowerBound { extent = 0...1 }
    let span = extent.upperBound - extent.lowerBound
    var count = bins ?? 10
    if bins == nil, values.count > 1 {
      let width = Histogram.usualWidth(values)
      count = width > span / 80 ? max(5, Int((span / width).rounded(.up))) : 80
      if width == 0 { count = 20 }
    }
    return (0...count).map { extent.lowerBound + span * (Double($0) / Double(count)) }
  }

  private static func heights(_ values: [Double], edges: [Double], density: Bool) -> [Double] {
    let bins = edges.count - 1
    let lower = edges[0]
    let span = edges[bins] - lower
    let width = span / Double(bins)
    var counts = [Double](repeating: 0, count: bins)
    for value in values {
      let place = (value - lower) / span * Double(bins)
      counts[min(max(Int(min(max(place, 0), Double(bins))), 0), bins - 1)] += 1
    }
    guard density, !values.isEmpty else { return counts }
    return counts.map { $0 / (Double(values.count) * width) }
  }

  func preferredHeight(width: Double, _ type: Typesetter) -> Double { width * 0.62 }

  private var horizontal: MeasuredAxis { MeasuredAxis(title: histogram.xAxis.title) }
  private var vertical: MeasuredAxis {
    MeasuredAxis(
      title: histogram.yAxis.title ?? (histogram.density ? "density" : "count"),
      wholeNumbers: !histogram.density)
  }

  private func area(_ frame: Rect) -> PlotArea { PlotArea(frame: frame, x: xScale, y: yScale) }

  private func decorations(_ frame: Rect, _ type: Typesetter) -> Margins {
    horizontal.horizontalMargins(xScale, length: frame.width, type).union(
      vertical.verticalMargins(yScale, length: frame.height, type))
  }

  /// The outlines, which the legend must not cover, with their insides.
  private func marks(_ plot: Size) -> [Point] {
    let area = area(Rect(x: 0, y: 0, width: plot.width, height: plot.height))
    return heights.flatMap { bars in
      bars.enumerated().flatMap { index, height in
        let top = area.place((edges[index] + edges[index + 1]) / 2, height)
        let rows = max(1, Int((area.frame.bottom - top.y) / 4))
        return (0...rows).map { row in
          Point(x: top.x, y: top.y + Double(row) * (area.frame.bottom - top.y) / Double(rows))
        }
      }
    }
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    let frame = Rect(x: 0, y: 0, width: plot.width, height: plot.height)
    let decorations = decorations(frame, type)
    let marks = placement.avoidsMarks ? marks(plot) : []
    return placement.margins(around: plot, decorations: decorations, marks: marks, type)
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let area = area(plot)
    canvas.saved {
      canvas.clip(plot)
      for index in heights.indices { drawBars(index, area, on: canvas, type) }
    }
    drawAxes(area, horizontal: horizontal, vertical: vertical, open: true, on: canvas, type)
    if !heights.joined().contains(where: { $0 > 0 }) { drawNoData(in: plot, on: canvas, type) }
    placement.draw(
      around: plot, decorations: decorations(plot, type),
      marks: placement.avoidsMarks ? marks(plot.size) : [], on: canvas, type)
  }

  private func drawBars(_ index: Int, _ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    let fill = Self.fill(index, of: histogram)
    var outline = [area.place(edges[0], 0)]
    for (bin, height) in heights[index].enumerated() {
      let left = area.place(edges[bin], height)
      let right = area.place(edges[bin + 1], 0)
      outline += [left, Point(x: right.x, y: left.y)]
      let bar = canvas.snapped(
        Rect(x: left.x, y: left.y, width: right.x - left.x, height: right.y - left.y))
      guard heights.count == 1, bar.height > 0 else { continue }
      canvas.fill(bar, fill)
      if bar.width > type.font * 0.4 { canvas.stroke(bar, .white, width: type.font * 0.05) }
    }
    guard heights.count > 1, let end = edges.last else { return }
    outline.append(area.place(end, 0))
    canvas.fill(outline, fill)
    canvas.polyline(
      outline, Self.color(index, of: histogram), width: type.font * 0.11,
      dash: LineStyle.dash(index / Palette.petroff10.count, dashed: false, type))
  }
}
