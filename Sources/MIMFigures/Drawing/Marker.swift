import Foundation

/// Shapes of points, all of about the same area for the same size.
enum Marker: Int, CaseIterable, Sendable {
  case circle, square, triangle, diamond, inverted, plus, star

  /// Corners on the unit disc, y downwards; empty for the circle.
  var corners: [Point] {
    switch self {
    case .circle: []
    case .square: Marker.regular(4, radius: 1.2, turn: .pi / 4)
    case .triangle: Marker.regular(3, radius: 1.35, turn: -.pi / 2)
    case .diamond: Marker.regular(4, radius: 1.3, turn: 0)
    case .inverted: Marker.regular(3, radius: 1.35, turn: .pi / 2)
    case .plus:
      [
        (-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4), (0.4, 1.2),
        (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4),
      ].map { Point(x: $0.0, y: $0.1) }
    case .star:
      (0..<10).map { index in
        let radius = index.isMultiple(of: 2) ? 1.5 : 0.65
        let angle = -Double.pi / 2 + Double(index) * .pi / 5
        return Point(x: radius * cos(angle), y: radius * sin(angle))
      }
    }
  }

  private static func regular(_ count: Int, radius: Double, turn: Double) -> [Point] {
    (0..<count).map { index in
      let angle = turn + 2 * Double.pi * Double(index) / Double(count)
      return Point(x: radius * cos(angle), y: radius * sin(angle))
    }
  }

  /// The marker for class or line `index`.
  static func at(_ index: Int) -> Marker { allCases[index % allCases.count] }

  /// Draws the marker `size` points across; an `edge` sets it off from its neighbours.
  func draw(
    on canvas: Canvas, at center: Point, size: Double, color: Color, edge: Color? = nil,
    edgeWidth: Double = 0.4
  ) {
    let radius = size / 2
    if self == .circle {
      canvas.ellipse(
        center: center, radiusX: radius, radiusY: radius, fill: color, line: edge,
        width: edgeWidth)
      return
    }
    let polygon = corners.map {
      Point(x: center.x + $0.x * radius, y: center.y + $0.y * radius)
    }
    canvas.fill(polygon, color)
    if let edge, let first = polygon.first {
      canvas.polyline(polygon + [first], edge, width: edgeWidth)
    }
  }
}
