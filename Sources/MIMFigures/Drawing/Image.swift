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
    let factor = enlargement(width: width, height: height, in: rect)
    if factor > 1 {
      let large = Self.enlarged(pixels, width: width, height: height, by: factor)
      return image(large, width: factor * width, height: factor * height, in: rect)
    }
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

  /// How often pixels are repeated in vector files, whose viewers would smooth coarse ones.
  private func enlargement(width: Int, height: Int, in rect: Rect) -> Int {
    guard isVector, width > 0, height > 0 else { return 1 }
    let wanted = Int((rect.width * pixelsPerPoint / Double(width)).rounded(.up))
    return max(1, min(wanted, 2_048 / max(width, height)))
  }

  private static func enlarged(_ pixels: [UInt32], width: Int, height: Int, by factor: Int)
    -> [UInt32]
  {
    var large: [UInt32] = []
    large.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<height {
      let line = pixels[row * width..<(row + 1) * width].flatMap { pixel in
        repeatElement(pixel, count: factor)
      }
      for _ in 0..<factor { large += line }
    }
    return large
  }
}
