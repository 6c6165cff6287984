import Foundation

/// A matrix as coloured cells with a colour bar.
struct HeatMapPanel: PanelDrawing {
  let map: HeatMap
  let notes: [String]
  private let range: ClosedRange<Double>
  private let colorBar: ColorBar

  init(_ map: HeatMap) {
    self.map = map
    let finite = map.values.count { AxisScale.accepts($0, log: false) }
    let missing = map.values.count - finite
    notes = missing > 0 ? ["\(missing) of \(map.values.count) cells gray: not finite"] : []
    colorBar = ColorBar(values: map.values, range: map.valueRange, title: map.valueTitle)
    range = colorBar.range
  }

  /// Square cells, unless the matrix is so long and narrow that they would vanish.
  var aspect: Double? {
    let ratio = Double(map.rows) / Double(map.columns)
    return map.squareCells && ratio > 0.1 && ratio < 10 ? ratio : nil
  }

  var aligns: Bool { false }

  func preferredHeight(width: Double, _ type: Typesetter) -> Double {
    guard let aspect else { return min(width * 0.75, Double(map.rows + 1) * type.font * 1.5) }
    return min(width * aspect, max(width * 1.5, type.font * 40))
  }

  private var xScale: AxisScale {
    AxisScale.fitting([], axis: Axis(range: map.xAxis.range ?? 0.5...(Double(map.columns) + 0.5)))
  }

  /// Row numbers run downwards where row 0 is at the top.
  private var yScale: AxisScale {
    let range = map.yAxis.range ?? 0.5...(Double(map.rows) + 0.5)
    return map.rowsFromTop
      ? AxisScale(lower: range.upperBound, upper: range.lowerBound, isLog: false)
      : AxisScale(lower: range.lowerBound, upper: range.upperBound, isLog: false)
  }

  private var horizontal: MeasuredAxis {
    MeasuredAxis(
      title: map.xAxis.title,
      marks: map.columnLabels.isEmpty ? .numbers : .names(map.columnLabels),
      wholeNumbers: map.xAxis.range == nil)
  }

  private var vertical: MeasuredAxis {
    let names = map.rowsFromTop ? map.rowLabels.reversed() : map.rowLabels
    return MeasuredAxis(
      title: map.yAxis.title, marks: names.isEmpty ? .numbers : .names(names),
      wholeNumbers: map.yAxis.range == nil)
  }

  private func decorations(_ plot: Size, _ type: Typesetter) -> Margins {
    horizontal.horizontalMargins(xScale, length: plot.width, type).union(
      vertical.verticalMargins(yScale, length: plot.height, type))
  }

  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins {
    var margins = decorations(plot, type)
    margins.right += colorBar.margin(height: plot.height, type)
    return margins
  }

  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    drawCells(in: plot, on: canvas)
    if map.cellValues { drawValues(in: plot, on: canvas, type) }
    drawAxes(
      PlotArea(frame: plot, x: xScale, y: yScale), horizontal: horizontal, vertical: vertical,
      open: false, on: canvas, type)
    if map.values.isEmpty { drawNoData(in: plot, on: canvas, type) }
    colorBar.draw(
      rightOf: plot, offset: decorations(plot.size, type).right, on: canvas, type)
  }

  private func value(row: Int, column: Int) -> Double {
    map.values[(map.rowsFromTop ? row : map.rows - 1 - row) * map.columns + column]
  }

  /// The matrix as an image of one pixel a cell, enlarged without smoothing.
  private func drawCells(in plot: Rect, on canvas: Canvas) {
    var pixels: [UInt32] = []
    pixels.reserveCapacity(map.values.count)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let value = value(row: row, column: column)
        let color =
          AxisScale.accepts(value, log: false) ? ColorMap.color(of: value, in: range) : .missing
        pixels.append(color.pixel)
      }
    }
    canvas.image(pixels, width: map.columns, height: map.rows, in: plot)
  }

  private func drawValues(in plot: Rect, on canvas: Canvas, _ type: Typesetter) {
    let width = plot.width / Double(map.columns)
    let height = plot.height / Double(map.rows)
    guard height >= type.tiny else { return }
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let value = value(row: row, column: column)
        guard AxisScale.accepts(value, log: false) else { continue }
        let text = Self.short(value)
        guard type.width(text, size: type.tiny) <= width else { continue }
        let color = ColorMap.color(of: value, in: range)
        let center = Point(
          x: plot.x + (Double(column) + 0.5) * width,
          y: plot.y + (Double(row) + 0.5) * height + Typesetter.halfCapital(type.tiny))
        canvas.text(
          text, at: center, size: type.tiny, color: color.lightness > 0.55 ? .black : .white,
          align: .center)
      }
    }
  }

  /// Few figures; from 100,000 on with a power of ten, `−2.4e11`.
  private static func short(_ value: Double) -> String {
    if let whole = Int(exactly: value), abs(whole) < 100_000 {
      return whole < 0 ? "−\(-whole)" : "\(whole)"
    }
    let magnitude = abs(value)
    if magnitude >= 99_999.5 {
      var exponent = log10(magnitude).rounded(.down)
      // 9.96 is 10.0 with one decimal.
      if magnitude / pow(10, exponent) >= 9.95 { exponent += 1 }
      return "\(Ticks.fixed(value / pow(10, exponent), decimals: 1))e\(Int(exponent))"
    }
    return Ticks.fixed(value, decimals: magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2)
  }
}
