import Foundation
import MIMFormats

extension Figure {
  /// The figure as the bytes of a file.
  ///
  /// - Parameter dpi: pixels per inch of a PNG, and of dense layers inside PDF and SVG.
  /// - Throws: ``FigureError``.
  public func render(_ format: FigureFormat, dpi: Double = 300) throws -> [UInt8] {
    switch format {
    case .png: try PNGFile.encode(renderPixels(dpi: dpi), dpi: dpi, recipe: recipe)
    case .apng: try renderAnimation(dpi: dpi)
    case .pdf: try VectorFile.pdf(self, plan: plan(dpi: dpi), dpi: dpi)
    case .svg: try VectorFile.svg(self, plan: plan(dpi: dpi), dpi: dpi)
    }
  }

  /// The figure as pixels, for hashes and comparisons.
  ///
  /// - Throws: ``FigureError``.
  public func renderPixels(dpi: Double = 300) throws -> FigurePixels {
    try PixelSurface.render(plan(dpi: dpi), dpi: dpi)
  }

  /// Writes the figure to `path`, completely or not at all (temporary name, fsync, rename); an
  /// existing file is replaced, missing folders are made.
  ///
  /// - Parameter format: `nil` goes by the ending of `path`.
  /// - Throws: ``FigureError``.
  public func write(to path: String, format: FigureFormat? = nil, dpi: Double = 300) throws {
    let ending = (path as NSString).pathExtension.lowercased()
    guard let format = format ?? FigureFormat(rawValue: ending) else {
      throw FigureError.unknownFormat(path: path)
    }
    let bytes = try render(format, dpi: dpi)
    do {
      try AtomicFile.write(bytes, to: path)
    } catch let error as FileError {
      throw FigureError.file(path: path, reason: error.reason)
    }
  }

  /// What the reader of the figure must know, such as values left out because they are not
  /// finite; the same notes stand small under the panels.
  ///
  /// - Throws: ``FigureError``.
  public func notes() throws -> [String] {
    try check()
    return try MeasuredFigure(self).notes
  }

  /// The recipe inside a PNG that ``render(_:dpi:)`` made; `nil` when it has none.
  ///
  /// - Throws: ``FigureError/png(_:)`` when `bytes` is no PNG.
  public static func recipe(fromPNG bytes: [UInt8]) throws -> String? {
    try PNGFile.text(in: bytes)[PNGFile.recipeKey]
  }

  private func plan(dpi: Double) throws -> MeasuredFigure {
    try check()
    try Self.require(dpi, in: Self.dpiLimits, "dpi", "pixels per inch")
    let plan = try MeasuredFigure(self)
    let width = plan.size.width / 72 * dpi
    let height = plan.size.height / 72 * dpi
    guard width <= 32_000, height <= 32_000, width * height <= Double(Self.pixelLimit) else {
      throw FigureError.tooManyPixels(
        width: width.rounded(), height: height.rounded(), limit: Self.pixelLimit)
    }
    return plan
  }
}
