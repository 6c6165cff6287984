import CCairo

/// Rendering to pixels in memory.
enum PixelSurface {
  /// Draws `plan` at `dpi`.
  ///
  /// - Throws: ``FigureError/drawing(_:)``.
  static func render(_ plan: MeasuredFigure, dpi: Double) throws -> FigurePixels {
    let surface = try draw(plan, dpi: dpi)
    defer { cairo_surface_destroy(surface) }
    let width = Int(cairo_image_surface_get_width(surface))
    let height = Int(cairo_image_surface_get_height(surface))
    guard let bytes = cairo_image_surface_get_data(surface) else {
      throw FigureError.drawing("no pixels")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    return FigurePixels(
      width: width, height: height,
      rgba: straight(bytes, width: width, height: height, stride: stride))
  }

  /// The surface with the drawing on it, which the caller destroys.
  ///
  /// - Throws: ``FigureError/drawing(_:)``.
  static func draw(
    _ plan: MeasuredFigure, dpi: Double, prepare: (Canvas) -> Void = { _ in }
  ) throws -> OpaquePointer {
    let width = max(1, Int((plan.size.width / 72 * dpi).rounded()))
    let height = max(1, Int((plan.size.height / 72 * dpi).rounded(.up)))
    guard
      let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
    else { throw FigureError.drawing("no memory for \(width) × \(height) pixels") }
    let canvas = Canvas(
      surface: surface, pixelsPerPoint: dpi / 72, isVector: false, faces: plan.faces)
    prepare(canvas)
    plan.draw(on: canvas)
    if let failure = canvas.failure {
      cairo_surface_destroy(surface)
      throw FigureError.drawing(failure)
    }
    cairo_surface_flush(surface)
    return surface
  }

  /// Cairo's premultiplied native-endian ARGB as RGBA bytes with straight alpha.
  private static func straight(
    _ bytes: UnsafeMutablePointer<UInt8>, width: Int, height: Int, stride: Int
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 4 * width * height) { buffer, count in
      var position = 0
      for row in 0..<height {
        let line = UnsafeRawPointer(bytes + row * stride)
        for column in 0..<width {
          let pixel = line.load(fromByteOffset: 4 * column, as: UInt32.self)
          let alpha = pixel >> 24
          for shift in [UInt32(16), 8, 0] {
            let value = pixel >> shift & 255
            buffer[position] =
              alpha == 255
              ? UInt8(value) : alpha == 0 ? 0 : UInt8(min((value * 255 + alpha / 2) / alpha, 255))
            position += 1
          }
          buffer[position] = UInt8(alpha)
          position += 1
        }
      }
      count = 4 * width * height
    }
  }
}
