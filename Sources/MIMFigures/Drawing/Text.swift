import CCairo

/// The font faces of one rendering.
final class FontFaces {
  let regular: OpaquePointer
  let bold: OpaquePointer
  let options: OpaquePointer

  /// DejaVu Sans without hinting, so that text is equally wide at every resolution.
  init() {
    regular = cairo_toy_font_face_create(
      "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
    bold = cairo_toy_font_face_create(
      "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD)
    options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
  }

  deinit {
    cairo_font_options_destroy(options)
    cairo_font_face_destroy(regular)
    cairo_font_face_destroy(bold)
  }
}

/// Which part of a text stands at the given point.
enum TextAlignment {
  case left, center, right
}

extension Canvas {
  /// Width of `text` in points.
  func width(of text: String, size: Double, bold: Bool = false) -> Double {
    select(size: size, bold: bold)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, text, &extents)
    return extents.x_advance
  }

  /// Characters of `text` for which the font has no glyph.
  func missingGlyphs(in text: String) -> Int {
    select(size: 10, bold: false)
    var glyphs: UnsafeMutablePointer<cairo_glyph_t>?
    var count: Int32 = 0
    let status = cairo_scaled_font_text_to_glyphs(
      cairo_get_scaled_font(context), 0, 0, text, -1, &glyphs, &count, nil, nil, nil)
    defer { cairo_glyph_free(glyphs) }
    guard status == CAIRO_STATUS_SUCCESS, let glyphs else { return 0 }
    return (0..<Int(count)).filter { glyphs[$0].index == 0 }.count
  }

  /// Draws one line of text with its baseline at `point`; `upwards` turns it to run from bottom
  /// to top. A `halo` keeps it legible on top of marks.
  func text(
    _ text: String, at point: Point, size: Double, bold: Bool = false, color: Color = .ink,
    align: TextAlignment = .left, upwards: Bool = false, halo: Color? = nil
  ) {
    guard !text.isEmpty else { return }
    let width = width(of: text, size: size, bold: bold)
    let offset =
      switch align {
      case .left: 0.0
      case .center: -width / 2
      case .right: -width
      }
    if let onText {
      let (above, below) = (size * 0.76, size * 0.24)
      onText(
        text,
        upwards
          ? Rect(
            x: point.x - above, y: point.y - offset - width, width: above + below, height: width)
          : Rect(x: point.x + offset, y: point.y - above, width: width, height: above + below))
    }
    saved {
      cairo_translate(context, point.x, point.y)
      if upwards { cairo_rotate(context, -Double.pi / 2) }
      if let halo {
        cairo_move_to(context, offset, 0)
        cairo_text_path(context, text)
        set(halo)
        cairo_set_line_width(context, size * 0.28)
        cairo_stroke(context)
      }
      set(color)
      cairo_move_to(context, offset, 0)
      cairo_show_text(context, text)
    }
  }
}
