/// Points with their axes, legend, colour bar and class names.
struct ScatterPanel: PanelDrawing {
  let scatter: Scatter
  let notes: [String]
  /// Indices of the points that have a place, in drawing order.
  private let shown: [Int]
  private let xScale: AxisScale
  private let yScale: AxisScale
  private var placement: LegendPlacement
  private let colorBar: ColorBar?
  private let classCount: Int
  private let valueRange: ClosedRange<Double>

  init(_ scatter: Scatter) {
    self.scatter = scatter
    let logX = scatter.xAxis.scale == .log
    let logY = scatter.yAxis.scale == .log
    shown = scatter.x.indices.filter {
      AxisScale.accepts(scatter.x[$0], log: logX) && AxisScale.accepts(scatter.y[$0], log: logY)
    }
    notes = omissionNote(
      scatter.x.count - shown.count, of: scatter.x.count, "points", log: logX || logY)
    xScale = .fitting(shown.lazy.map { scatter.x[$0] }, axis: scatter.xAxis)
    yScale = .fitting(shown.lazy.map { scatter.y[$0] }, axis: scatter.yAxis)
    var legend = Legend(title: scatter.legendTitle, entries: [])
    var bar: ColorBar?
    var count = 0
    switch scatter.coloring {
    case .single: break
    case .classes(_, let names):
      count = names.count
      legend.entries = names.enumerated().map { index, name in
        LegendEntry(
          name: name,
          swatch: .marker(
            Self.marker(index, of: names.count), Self.color(index, of: names.count)))
      }
    case .values(let values, let title, let range):
      bar = ColorBar(values: values, range: range, title: title)
    }
    valueRange = bar?.range ?? 0...1
    classCount = count
    colorBar = scatter.legend == .none ? nil : bar
    placement = LegendPlacement(legend, scatter.legend)
  }

  /// The colour of a class.
  static func color(_ index: Int, of count: Int) -> Color {
    let palette = Palette.colors(for: count)
    return palette[index % palette.count]
  }

  /// Above eight classes colour is never alone: shapes change too.
  static func marker(_ index: Int, of count: Int) -> Marker {
    count <= Palette.okabeIto.count
      ? .circle : Marker.at(index + index / Palette.petroff10.count)
  }

  private var markerSize: Double {
    if let size = scatter.size { return size }
    switch shown.count {
    case ..<200: return 4
    case ..<1_000: return 2.8
    case ..<5_000: return 1.8
    default: return 1.2
    }
  }

  func preferredHeight(width: Double, _ type: Typesetter) -> Double {
    width * (scatter.equalAspect || !scatter.ticks ? 0.9 : 0.72)
  }

  private var axes: (horizontal: MeasuredAxis, vertical: MeasuredAxis) {
    (
      MeasuredAxis(title: scatter.xAxis.title, marks: scatter.ticks ? .numbers : .none),
      MeasuredAxis(title: scatter.yAxis.title, marks: scatter.ticks ? .numbers : .none)
    )
  }

  private func area(_ frame: Rect) -> PlotArea {
    let area = PlotArea(frame: frame, x: xScale, y: yScale)
    return scatter.equalAspect ? area.withEqualUnits() : area
  }

  private func decorations(_ area: PlotArea, _ type: Typesetter) -> Margins {
    axes.horizontal.horizontalMargins(area.x, length: area.frame.width, type).union(
      axes.vertical.verticalMargins(area.y, length: area.frame.height, type))
  }

  /// The points on a plot area at (0, 0).
  private func marks(_ plot: Size) -> [Point] {
    let area = area(Rect(x: 0, y: 0, width: plot.width, height: plot.height))
    return shown.map { area.place(scatter.x[$0], scatter.y[$0]) }
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    let area = area(Rect(x: 0, y: 0, width: plot.width, height: plot.height))
    let decorations = decorations(area, type)
    let marks = placement.avoidsMarks ? marks(plot) : []
    var margins = placement.margins(
      around: plot, decorations: decorations, marks: marks, type)
    margins.right += colorBar?.margin(height: plot.height, type) ?? 0
    return margins
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let area = area(plot)
    canvas.layer(in: plot, dense: shown.count > 2_000) { canvas in
      canvas.saved {
        canvas.clip(plot)
        drawPoints(area, on: canvas)
      }
    }
    drawAxes(
      area, horizontal: axes.horizontal, vertical: axes.vertical, open: false, on: canvas, type)
    if shown.isEmpty { drawNoData(in: plot, on: canvas, type) }
    drawClassNames(area, on: canvas, type)
    let decorations = decorations(area, type)
    placement.draw(
      around: plot, decorations: decorations, marks: placement.avoidsMarks ? marks(plot.size) : [],
      on: canvas, type)
    colorBar?.draw(rightOf: plot, offset: decorations.right, on: canvas, type)
  }

  private func drawPoints(_ area: PlotArea, on canvas: Canvas) {
    let size = markerSize
    let edge: Color? = size >= 2.5 && shown.count < 1_000 ? .white : nil
    for index in shown {
      let center = area.place(scatter.x[index], scatter.y[index])
      switch scatter.coloring {
      case .single:
        let color = Palette.okabeIto[0].with(alpha: shown.count > 1_000 ? 0.6 : 1)
        Marker.circle.draw(on: canvas, at: center, size: size, color: color, edge: edge)
      case .classes(let labels, _):
        let label = labels[index]
        guard label >= 0, label < classCount else {
          Marker.circle.draw(on: canvas, at: center, size: size, color: .missing, edge: edge)
          continue
        }
        Self.marker(label, of: classCount).draw(
          on: canvas, at: center, size: size, color: Self.color(label, of: classCount), edge: edge)
      case .values(let values, _, _):
        Marker.circle.draw(
          on: canvas, at: center, size: size,
          color: ColorMap.color(of: values[index], in: valueRange), edge: edge)
      }
    }
  }

  /// Above eight classes the names also stand at the medians of their points.
  private func drawClassNames(_ area: PlotArea, on canvas: Canvas, _ type: Typesetter) {
    guard case .classes(let labels, let names) = scatter.coloring,
      names.count > Palette.okabeIto.count
    else { return }
    var members: [Int: [Int]] = [:]
    for index in shown { members[labels[index], default: []].append(index) }
    var taken: [Rect] = []
    let size = names.count > Palette.petroff10.count ? type.tiny * 0.9 : type.small
    for (label, name) in names.enumerated() {
      guard let points = members[label] else { continue }
      let text = type.fitted(
        name, size: size, limit: min(type.font * 9, area.frame.width), bold: true)
      let width = type.width(text, size: size, bold: true)
      let center = area.place(
        median(points.map { scatter.x[$0] }), median(points.map { scatter.y[$0] }))
      guard
        let room = freeRoom(
          around: center, size: Size(width: width, height: size), in: area.frame, taken)
      else { continue }
      taken.append(room)
      canvas.text(
        text, at: Point(x: room.x, y: room.centerY + Typesetter.halfCapital(size)),
        size: size, bold: true, color: .black, halo: .white.with(alpha: 0.85))
    }
  }

  /// A place for a label near `center`, inside `frame`, that covers no earlier one; where there is
  /// none, the legend alone names the class.
  private func freeRoom(around center: Point, size: Size, in frame: Rect, _ taken: [Rect]) -> Rect?
  {
    func room(_ shift: Double) -> Rect {
      let x = min(max(center.x - size.width / 2, frame.x + 1), frame.right - size.width - 1)
      let y = min(
        max(center.y + shift - size.height / 2, frame.y + 1), frame.bottom - size.height - 1)
      return Rect(x: x, y: y, width: size.width, height: size.height)
    }
    for step in 0..<12 {
      let shift = Double((step + 1) / 2) * size.height * 0.55 * (step.isMultiple(of: 2) ? 1 : -1)
      let candidate = room(shift)
      if !taken.contains(where: candidate.intersects) { return candidate }
    }
    return nil
  }

  private func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }
}
