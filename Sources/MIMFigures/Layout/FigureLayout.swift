import CCairo

/// Where things stand in a figure, in points from the top left, for tests and tools.
package struct FigureLayout: Sendable {
  /// A rectangle with what it holds.
  package struct Box: Sendable {
    package let text: String
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double
  }

  /// Width and height of the page.
  package let width: Double
  package let height: Double
  /// The plot areas, panel by panel.
  package let plots: [Box]
  /// Every text that is drawn.
  package let texts: [Box]
}

extension Figure {
  /// Lays the figure out and draws it once to see where its texts stand.
  ///
  /// - Throws: ``FigureError``.
  package func layout() throws -> FigureLayout {
    try check()
    let plan = try MeasuredFigure(self)
    var texts: [FigureLayout.Box] = []
    let surface = try PixelSurface.draw(plan, dpi: 72) { canvas in
      canvas.onText = { texts.append(FigureLayout.Box($0, $1)) }
    }
    cairo_surface_destroy(surface)
    return FigureLayout(
      width: plan.size.width, height: plan.size.height,
      plots: zip(panels, plan.plots).map { FigureLayout.Box($0.title ?? "", $1) }, texts: texts)
  }
}

extension FigureLayout.Box {
  init(_ text: String, _ rect: Rect) {
    self.init(text: text, x: rect.x, y: rect.y, width: rect.width, height: rect.height)
  }
}
