import CCairo

extension Color {
  /// The colour as one opaque pixel of Cairo's RGB24.
  var pixel: UInt32 {
    func byte(_ value: Double) -> UInt32 { UInt32((min(max(value, 0), 1) * 255).rounded()) }
    return 0xFF00_0000 | byte(red) << 16 | byte(green) << 8 | byte(blue)
  }
}

extension Canvas {
  /// Draws opaque pixels, row by row from the top left, into `rect` without smoothing: every
  /// pixel of the image keeps its exact colour.
  func image(_ pixels: [UInt32], width: Int, height: Int, in rect: Rect) {
    guard width > 0, height > 0, width <= 32_000, height <= 32_000,
      pixels.count == width * height,
      let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height)),
      let bytes = cairo_image_surface_get_data(surface)
    else { return }
    defer { cairo_surface_destroy(surface) }
    cairo_surface_flush(surface)
    let stride = Int(cairo_image_surface_get_stride(surface))
    for row in 0..<height {
      let line = UnsafeMutableRawPointer(bytes + row * stride).assumingMemoryBound(to: UInt32.self)
      for column in 0..<width { line[column] = pixels[row * width + column] }
    }
    cairo_surface_mark_dirty(surface)
    let target = snapped(rect)
    saved {
      cairo_translate(context, target.x, target.y)
      cairo_scale(context, target.width / Double(width), target.height / Double(height))
      cairo_set_source_surface(context, surface, 0, 0)
      let pattern = cairo_get_source(context)
      cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST)
      cairo_pattern_set_extend(pattern, isVector ? CAIRO_EXTEND_NONE : CAIRO_EXTEND_PAD)
      cairo_rectangle(context, 0, 0, Double(width), Double(height))
      cairo_fill(context)
    }
  }
}
