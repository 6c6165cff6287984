extension Figure {
  /// The figure as the bytes of a file.
  ///
  /// - Parameter dpi: pixels per inch of a PNG, and of dense layers inside PDF and SVG.
  /// - Throws: ``FigureError``.
  public func render(_ format: FigureFormat, dpi: Double = 300) throws -> [UInt8] {
    throw FigureError.drawing("not yet")
  }

  /// The figure as pixels, for hashes and comparisons.
  ///
  /// - Throws: ``FigureError``.
  public func renderPixels(dpi: Double = 300) throws -> FigurePixels {
    throw FigureError.drawing("not yet")
  }

  /// Writes the figure to `path`, whole or not at all (temporary name, fsync, rename); an
  /// existing file is replaced, missing folders are made.
  ///
  /// - Parameter format: `nil` goes by the ending of `path`.
  /// - Throws: ``FigureError``.
  public func write(to path: String, format: FigureFormat? = nil, dpi: Double = 300) throws {
    throw FigureError.drawing("not yet")
  }

  /// What the reader of the figure must know, such as values left out because they are not
  /// finite; the same notes stand small under the panels.
  ///
  /// - Throws: ``FigureError``.
  public func notes() throws -> [String] { [] }

  /// The recipe inside a PNG that ``render(_:dpi:)`` made; `nil` when it has none.
  ///
  /// - Throws: ``FigureError/png(_:)`` when `bytes` is no PNG.
  public static func recipe(fromPNG bytes: [UInt8]) throws -> String? { nil }
}
