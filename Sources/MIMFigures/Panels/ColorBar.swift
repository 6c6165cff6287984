/// The scale from values to colours, to the right of a plot area.
struct ColorBar {
  let range: ClosedRange<Double>
  let title: String?

  init(values: [Double], range: ClosedRange<Double>?, title: String?) {
    self.range = range ?? ColorBar.range(of: values)
    self.title = title
  }

  /// The range of the finite values; equal values get some room around them.
  static func range(of values: [Double]) -> ClosedRange<Double> {
    let finite = values.lazy.filter { AxisScale.accepts($0, log: false) }
    guard let lower = finite.min(), let upper = finite.max() else { return 0...1 }
    if upper - lower > max(max(abs(lower), abs(upper)) * 1e-10, 1e-290) { return lower...upper }
    let half = abs(lower) > 1e-280 ? abs(lower) * 0.1 : 1
    return lower - half...upper + half
  }

  private var scale: AxisScale {
    AxisScale(lower: range.lowerBound, upper: range.upperBound, isLog: false)
  }

  private func ticks(_ height: Double, _ type: Typesetter) -> [Tick] {
    MeasuredAxis(title: nil).verticalTicks(scale, length: height, type).major
  }

  private func labelWidth(_ height: Double, _ type: Typesetter) -> Double {
    ticks(height, type).map { type.width($0.label, size: type.small) }.max() ?? 0
  }

  private func lines(_ height: Double, _ type: Typesetter) -> [String] {
    guard let title else { return [] }
    return type.wrapped(title, size: type.font, limit: max(height, type.font * 3), maximum: 2)
  }

  /// Room to the right of the plot area.
  func margin(height: Double, _ type: Typesetter) -> Double {
    let titleWidth = Double(lines(height, type).count) * Typesetter.lineHeight(type.font)
    return type.font * 1.8 + type.tick + labelWidth(height, type) + titleWidth
      + (titleWidth > 0 ? type.font * 0.3 : 0)
  }

  func draw(rightOf plot: Rect, offset: Double, on canvas: Canvas, _ type: Typesetter) {
    let bar = canvas.snapped(
      Rect(
        x: plot.right + offset + type.font * 0.7, y: plot.y, width: type.font * 0.8,
        height: plot.height))
    canvas.gradient(in: bar, steps: 64, color: ColorMap.color(at:))
    canvas.stroke(bar, .ink, width: type.axisWidth)
    let labelX = bar.right + type.tick + type.font * 0.25
    for tick in ticks(plot.height, type) {
      let y = bar.bottom - scale.share(of: tick.value) * bar.height
      canvas.line(
        Point(x: bar.right, y: y), Point(x: bar.right + type.tick, y: y), .ink,
        width: type.axisWidth)
      canvas.text(
        tick.label, at: Point(x: labelX, y: y + Typesetter.halfCapital(type.small)),
        size: type.small)
    }
    var x = labelX + labelWidth(plot.height, type) + type.font * 0.3 + Typesetter.ascent(type.font)
    for line in lines(plot.height, type) {
      canvas.text(
        line, at: Point(x: x, y: bar.centerY), size: type.font, align: .center, upwards: true)
      x += Typesetter.lineHeight(type.font)
    }
  }
}
