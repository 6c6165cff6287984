/// How lines and error bars are drawn.
enum LineStyle {
  static func width(_ type: Typesetter) -> Double { type.font * 0.13 }

  static func markerSize(_ type: Typesetter) -> Double { type.font * 0.5 }

  /// Solid for as many lines as there are colours, then dashed and dotted.
  static func dash(_ round: Int, dashed: Bool, _ type: Typesetter) -> [Double] {
    let patterns: [[Double]] = [[], [0.45, 0.22], [0.12, 0.2], [0.5, 0.2, 0.12, 0.2]]
    let index = round + (dashed ? 1 : 0)
    return patterns[index % patterns.count].map { $0 * type.font }
  }

  /// An upright error bar with caps.
  static func drawBar(
    on canvas: Canvas, x: Double, from top: Double, to bottom: Double, _ color: Color,
    _ type: Typesetter
  ) {
    let width = type.font * 0.09
    let cap = type.font * 0.22
    canvas.line(Point(x: x, y: top), Point(x: x, y: bottom), color, width: width)
    for y in [top, bottom] {
      canvas.line(Point(x: x - cap, y: y), Point(x: x + cap, y: y), color, width: width)
    }
  }
}
