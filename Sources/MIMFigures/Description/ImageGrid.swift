/// Images in rows and columns, all on one fixed range of values.
public struct ImageGrid: Sendable, Codable, Equatable {
  /// How the images follow one another.
  public enum Arrangement: String, Sendable, Codable, CaseIterable {
    /// Row by row.
    case rows
    /// Images come as original, reconstruction, original, …: each row of originals stands above
    /// the row of their reconstructions.
    case pairs
  }

  /// Pixel values, image after image; within an image row by row from the top, and the channels
  /// of a pixel side by side: `[image, height, width, channels]`.
  public var pixels: [Float]
  /// Pixels in a row of one image.
  public var imageWidth: Int
  /// Rows of one image.
  public var imageHeight: Int
  /// 1 (gray) or 3 (RGB).
  public var channels: Int
  /// Images in a row; `nil` makes the grid about square (with pairs: 8).
  public var columns: Int?
  /// Space between images, as a share of an image's width.
  public var padding: Double
  /// How the images follow one another.
  public var arrangement: Arrangement
  /// The values shown as black and white; values outside are clamped, NaN is drawn magenta.
  public var valueRange: ClosedRange<Float>
  /// Labels of the rows, from the top; with pairs `["data", "model"]` repeats for every pair.
  public var rowLabels: [String]
  /// Whether low values are light, as ink on paper.
  public var inverted: Bool

  /// A grid of images of `imageWidth × imageHeight` pixels.
  public init(
    pixels: [Float], imageWidth: Int, imageHeight: Int, channels: Int = 1, columns: Int? = nil,
    padding: Double = 0.08, arrangement: Arrangement = .rows,
    valueRange: ClosedRange<Float> = 0...1, rowLabels: [String] = [], inverted: Bool = false
  ) {
    self.pixels = pixels
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    self.channels = channels
    self.columns = columns
    self.padding = padding
    self.arrangement = arrangement
    self.valueRange = valueRange
    self.rowLabels = rowLabels
    self.inverted = inverted
  }
}
