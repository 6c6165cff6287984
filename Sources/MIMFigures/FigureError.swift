/// Errors in a figure.
public enum FigureError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nothing to draw.
  case noPanels
  /// An option lies outside what can be drawn.
  case outOfRange(option: String, value: Double, allowed: ClosedRange<Double>, unit: String)
  /// The picture would have too many pixels.
  case tooManyPixels(width: Double, height: Double, limit: Int)
  /// Two lists that belong together differ in length.
  case differentCounts(panel: Int, first: String, firstCount: Int, second: String, secondCount: Int)
  /// The pixel values are not a whole number of images.
  case partialImage(panel: Int, values: Int, perImage: Int)
  /// Pairs of images need an even number.
  case oddPairs(panel: Int, images: Int)
  /// This kind of panel has no logarithmic axes.
  case linearOnly(panel: Int, kind: String)
  /// Something that must be positive is not.
  case notPositive(panel: Int, option: String, value: Int)
  /// Channels other than 1 or 3.
  case channels(panel: Int, value: Int)
  /// A range without finite ends or without extent.
  case badRange(panel: Int, option: String)
  /// `columns × rows` holds fewer places than there are panels.
  case tooFewPlaces(panels: Int, columns: Int, rows: Int)
  /// The panels leave no room to draw in.
  case noRoom(panel: Int, width: Double)
  /// Cairo refused.
  case drawing(String)
  /// libpng refused.
  case png(String)
  /// A file could not be read or written.
  case file(path: String, reason: String)
  /// The ending of a file name is no figure format.
  case unknownFormat(path: String)

  /// One plain sentence with a remedy.
  public var description: String {
    switch self {
    case .noPanels:
      "the figure has no panels; give it at least one `plot`"
    case .outOfRange(let option, let value, let allowed, let unit):
      "\(option)=\(shortNumber(value)) cannot be drawn; "
        + "use \(shortNumber(allowed.lowerBound)) to \(shortNumber(allowed.upperBound)) \(unit)"
    case .tooManyPixels(let width, let height, let limit):
      "a picture of \(shortNumber(width)) × \(shortNumber(height)) pixels exceeds the limit of "
        + "\(limit); use a smaller width or dpi"
    case .differentCounts(let panel, let first, let firstCount, let second, let secondCount):
      "panel \(panel): \(firstCount) values of \(first) but \(secondCount) of \(second); "
        + "the numbers must be equal"
    case .partialImage(let panel, let values, let perImage):
      "panel \(panel): \(values) pixel values are not a whole number of images of \(perImage) values"
    case .oddPairs(let panel, let images):
      "panel \(panel): \(images) images cannot be paired; "
        + "pairs are original, reconstruction, original, …"
    case .linearOnly(let panel, let kind):
      "panel \(panel): a \(kind) has only linear axes; take the logarithm of the values instead"
    case .notPositive(let panel, let option, let value):
      "panel \(panel): \(option)=\(value), but it must be at least 1"
    case .channels(let panel, let value):
      "panel \(panel): images have 1 (gray) or 3 (RGB) channels, not \(value)"
    case .badRange(let panel, let option):
      "panel \(panel): the range of \(option) needs two different finite ends"
    case .tooFewPlaces(let panels, let columns, let rows):
      "\(panels) panels do not fit into \(columns) × \(rows) places; leave out rows= or cols="
    case .noRoom(let panel, let width):
      "panel \(panel) has no room at a width of \(shortNumber(width)) inches; "
        + "use a larger width=, fewer cols= or a smaller font="
    case .drawing(let reason):
      "Cairo cannot draw the figure: \(reason)"
    case .png(let reason):
      "the PNG cannot be used: \(reason)"
    case .file(let path, let reason):
      "\(path): \(reason)"
    case .unknownFormat(let path):
      "\(path): a figure can only be written as .png, .pdf or .svg"
    }
  }
}

/// A number as a person would write it, without a trailing `.0`.
func shortNumber(_ value: Double) -> String {
  if let whole = Int(exactly: value) { return String(whole) }
  return String(value)
}
