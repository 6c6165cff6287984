import CCairo

/// Cairo's context with the few operations that figures need, in points, y downwards.
///
/// One canvas belongs to one rendering and one thread.
final class Canvas {
  let context: OpaquePointer
  /// Device pixels in a point; for vector output, of the layers that are rasterised.
  let pixelsPerPoint: Double
  /// Whether the target keeps shapes as shapes.
  let isVector: Bool
  /// Told of every text that is drawn and the room it takes.
  var onText: ((String, Rect) -> Void)?
  private let faces: FontFaces

  /// Draws on `surface`, which stays the caller's.
  init(surface: OpaquePointer, pixelsPerPoint: Double, isVector: Bool, faces: FontFaces) {
    context = cairo_create(surface)
    self.pixelsPerPoint = pixelsPerPoint
    self.isVector = isVector
    self.faces = faces
    if !isVector { cairo_scale(context, pixelsPerPoint, pixelsPerPoint) }
    cairo_set_font_options(context, faces.options)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
  }

  deinit { cairo_destroy(context) }

  /// What Cairo says went wrong, if anything.
  var failure: String? {
    let status = cairo_status(context)
    return status == CAIRO_STATUS_SUCCESS ? nil : String(cString: cairo_status_to_string(status))
  }

  func set(_ color: Color) {
    cairo_set_source_rgba(context, color.red, color.green, color.blue, color.alpha)
  }

  /// Keeps the state of `body` (clip, transformation, dashes) inside it.
  func saved(_ body: () -> Void) {
    cairo_save(context)
    body()
    cairo_restore(context)
  }

  func clip(_ rect: Rect) {
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    cairo_clip(context)
  }

  func fill(_ rect: Rect, _ color: Color) {
    set(color)
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    cairo_fill(context)
  }

  func stroke(_ rect: Rect, _ color: Color, width: Double) {
    set(color)
    cairo_set_line_width(context, width)
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    cairo_stroke(context)
  }

  func line(_ from: Point, _ to: Point, _ color: Color, width: Double, dash: [Double] = []) {
    polyline([from, to], color, width: width, dash: dash)
  }

  /// A line through `points`.
  func polyline(_ points: [Point], _ color: Color, width: Double, dash: [Double] = []) {
    guard points.count > 1 else { return }
    add(points)
    set(color)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dash, Int32(dash.count), 0)
    cairo_stroke(context)
    cairo_set_dash(context, nil, 0, 0)
  }

  func fill(_ polygon: [Point], _ color: Color) {
    guard polygon.count > 2 else { return }
    add(polygon)
    cairo_close_path(context)
    set(color)
    cairo_fill(context)
  }

  /// An ellipse with axes along the page's; `fill` or `line` may be left out.
  func ellipse(
    center: Point, radiusX: Double, radiusY: Double, fill: Color? = nil, line: Color? = nil,
    width: Double = 0.6, dash: [Double] = []
  ) {
    guard radiusX > 0, radiusY > 0 else { return }
    saved {
      cairo_translate(context, center.x, center.y)
      cairo_scale(context, radiusX, radiusY)
      cairo_new_path(context)
      cairo_arc(context, 0, 0, 1, 0, 2 * Double.pi)
    }
    if let fill {
      set(fill)
      cairo_fill_preserve(context)
    }
    if let line {
      set(line)
      cairo_set_line_width(context, width)
      cairo_set_dash(context, dash, Int32(dash.count), 0)
      cairo_stroke_preserve(context)
      cairo_set_dash(context, nil, 0, 0)
    }
    cairo_new_path(context)
  }

  private func add(_ points: [Point]) {
    cairo_new_path(context)
    for (index, point) in points.enumerated() {
      if index == 0 {
        cairo_move_to(context, point.x, point.y)
      } else {
        cairo_line_to(context, point.x, point.y)
      }
    }
  }

  /// `value` on the nearest pixel edge; vectors need no such thing.
  func snapped(_ value: Double) -> Double {
    isVector ? value : (value * pixelsPerPoint).rounded() / pixelsPerPoint
  }

  /// `rect` with its edges on pixel edges.
  func snapped(_ rect: Rect) -> Rect {
    let left = snapped(rect.x)
    let top = snapped(rect.y)
    return Rect(
      x: left, y: top, width: snapped(rect.right) - left, height: snapped(rect.bottom) - top)
  }

  /// Selects a face and a size for text.
  func select(size: Double, bold: Bool) {
    cairo_set_font_face(context, bold ? faces.bold : faces.regular)
    cairo_set_font_size(context, size)
  }

  /// Draws `body` as pixels where the target is a vector file and `dense` is set, so that a
  /// scatter of many thousand points stays small; axes drawn outside remain vectors.
  func layer(in rect: Rect, dense: Bool, _ body: (Canvas) -> Void) {
    guard dense, isVector else { return body(self) }
    let width = max(1, (rect.width * pixelsPerPoint).rounded(.up))
    let height = max(1, (rect.height * pixelsPerPoint).rounded(.up))
    guard width <= 32_000, height <= 32_000,
      let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
    else { return body(self) }
    defer { cairo_surface_destroy(surface) }
    let inner = Canvas(
      surface: surface, pixelsPerPoint: pixelsPerPoint, isVector: false, faces: faces)
    cairo_translate(inner.context, -rect.x, -rect.y)
    body(inner)
    cairo_surface_flush(surface)
    saved {
      cairo_translate(context, rect.x, rect.y)
      cairo_scale(context, 1 / pixelsPerPoint, 1 / pixelsPerPoint)
      cairo_set_source_surface(context, surface, 0, 0)
      cairo_paint(context)
    }
  }
}

extension Canvas {
  /// Fills `rect` with colours from the bottom (0) to the top (1).
  func gradient(in rect: Rect, steps: Int, color: (Double) -> Color) {
    guard let pattern = cairo_pattern_create_linear(0, rect.bottom, 0, rect.y) else { return }
    defer { cairo_pattern_destroy(pattern) }
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let stop = color(share)
      cairo_pattern_add_color_stop_rgb(pattern, share, stop.red, stop.green, stop.blue)
    }
    cairo_set_source(context, pattern)
    cairo_rectangle(context, rect.x, rect.y, rect.width, rect.height)
    cairo_fill(context)
  }
}
