import CCairo

/// PDF and SVG through Cairo, without clock times.
enum VectorFile {
  /// - Throws: ``FigureError/drawing(_:)``.
  static func pdf(_ figure: Figure, plan: MeasuredFigure, dpi: Double) throws -> [UInt8] {
    let sink = ByteSink()
    let surface = cairo_pdf_surface_create_for_stream(
      ByteSink.append, sink.pointer, plan.size.width, plan.size.height)
    defer { cairo_surface_destroy(surface) }
    guard let surface else { throw FigureError.drawing("no PDF surface") }
    cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5)
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "")
    if let title = figure.title ?? figure.panels.first?.title {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    }
    if let recipe = figure.recipe {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, recipe)
    }
    try draw(plan, on: surface, dpi: dpi)
    return sink.bytes
  }

  /// - Throws: ``FigureError/drawing(_:)``.
  static func svg(_ figure: Figure, plan: MeasuredFigure, dpi: Double) throws -> [UInt8] {
    let sink = ByteSink()
    let surface = cairo_svg_surface_create_for_stream(
      ByteSink.append, sink.pointer, plan.size.width, plan.size.height)
    defer { cairo_surface_destroy(surface) }
    guard let surface else { throw FigureError.drawing("no SVG surface") }
    try draw(plan, on: surface, dpi: dpi)
    return SVGText.finished(sink.bytes, figure: figure)
  }

  private static func draw(_ plan: MeasuredFigure, on surface: OpaquePointer, dpi: Double) throws {
    let canvas = Canvas(
      surface: surface, pixelsPerPoint: dpi / 72, isVector: true, faces: plan.faces)
    plan.draw(on: canvas)
    cairo_show_page(canvas.context)
    if let failure = canvas.failure { throw FigureError.drawing(failure) }
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    guard status == CAIRO_STATUS_SUCCESS else {
      throw FigureError.drawing(String(cString: cairo_status_to_string(status)))
    }
  }
}

/// Where Cairo writes a file that stays in memory.
private final class ByteSink {
  private(set) var bytes: [UInt8] = []

  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let append: cairo_write_func_t = { closure, data, length in
    guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(length)))
    return CAIRO_STATUS_SUCCESS
  }
}
