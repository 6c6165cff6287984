/// A panel that is being laid out: measured first, then drawn into the room it was given.
protocol PanelDrawing {
  /// What was left out or changed, for the note under the panel.
  var notes: [String] { get }
  /// Height over width of a plot area that keeps its proportions (images); `nil` fills what it gets.
  var aspect: Double? { get }
  /// Whether the plot area lines up with the ones above and below it.
  var aligns: Bool { get }
  /// The height of a plot area `width` points wide that suits the content.
  func preferredHeight(width: Double, _ type: Typesetter) -> Double
  /// The room that ticks, titles and legend need around a plot area of this size.
  mutating func margins(around plot: Size, _ type: Typesetter) -> Margins
  /// Draws everything but the panel's title; `plot` is the plot area on the page.
  func draw(in plot: Rect, on canvas: Canvas, _ type: Typesetter)
}

extension PanelDrawing {
  var aspect: Double? { nil }
  var aligns: Bool { true }

  /// Draws the frame and both axes of a plot area; `open` leaves out the top and right sides.
  func drawAxes(
    _ area: PlotArea, horizontal: MeasuredAxis, vertical: MeasuredAxis, open: Bool,
    on canvas: Canvas,
    _ type: Typesetter
  ) {
    let frame = area.frame
    if open {
      canvas.polyline(
        [
          Point(x: frame.x, y: frame.y), Point(x: frame.x, y: frame.bottom),
          Point(x: frame.right, y: frame.bottom),
        ], .ink, width: type.axisWidth)
    } else {
      canvas.stroke(frame, .ink, width: type.axisWidth)
    }
    horizontal.drawHorizontal(area.x, below: frame, on: canvas, type)
    vertical.drawVertical(area.y, leftOf: frame, on: canvas, type)
  }

  /// Says in the middle of an empty plot area that there is nothing to see.
  func drawNoData(in frame: Rect, on canvas: Canvas, _ type: Typesetter) {
    let text = type.fitted("no data", size: type.small, limit: frame.width)
    canvas.text(
      text, at: Point(x: frame.centerX, y: frame.centerY), size: type.small, color: .faint,
      align: .center)
  }
}

/// "3 of 100 points left out: not finite", or nothing when none was.
func omissionNote(_ omitted: Int, of total: Int, _ noun: String, log: Bool) -> [String] {
  guard omitted > 0 else { return [] }
  let reason = log ? "not finite or not positive on a log axis" : "not finite"
  return ["\(omitted) of \(total) \(noun) left out: \(reason)"]
}
