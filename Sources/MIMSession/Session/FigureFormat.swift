import MIMFigures
import MIMScript

/// A file format for figures.
public typealias FigureFormat = MIMFigures.FigureFormat

extension FigureFormat {
  /// One line for help.
  var summary: String {
    switch self {
    case .png: "pixels"
    case .apng: "an animated PNG, one frame a panel"
    case .pdf: "vectors, fonts inside"
    case .svg: "vectors"
    }
  }
}

/// How a figure is to be drawn.
public struct FigureRequest: Sendable {
  /// The file format.
  public var format: FigureFormat
  /// Width in inches; nil: the figure's own.
  public var width: Double?
  /// Dots per inch.
  public var dpi: Int
  /// Text embedded in the file: how to make the figure again.
  public var recipe: String
  /// Whether its panels stand below one another, for narrow windows.
  public var isNarrow = false

  /// `width` in inches, nil for the figure's own; `recipe` goes into the file.
  public init(format: FigureFormat, width: Double? = nil, dpi: Int, recipe: String) {
    self.format = format
    self.width = width
    self.dpi = dpi
    self.recipe = recipe
  }
}

/// The bytes of a drawn figure.
public struct RenderedFigure: Sendable {
  /// The file's bytes.
  public let bytes: [UInt8]
  /// SHA-256 of the decoded pixels (lower-case hexadecimal), for raster formats.
  public let pixelHash: String?
  /// Width and height in pixels at `dpi`.
  public let pixelSize: (width: Int, height: Int)

  /// `pixelHash` is nil for vectors.
  public init(bytes: [UInt8], pixelHash: String?, pixelSize: (width: Int, height: Int)) {
    self.bytes = bytes
    self.pixelHash = pixelHash
    self.pixelSize = pixelSize
  }
}

/// A host object that can be drawn. The session names and writes its files.
public protocol RenderableFigure: HostObject {
  /// The text alternative for readers who cannot see the picture.
  var altText: String { get }
  /// Files already written for it by `save=`; the session then writes no others.
  var savedFiles: [String] { get }
  /// Whether it has several panels in a row.
  var isWide: Bool { get }
  /// Draws it.
  func render(_ request: FigureRequest) throws -> RenderedFigure
}

extension RenderableFigure {
  /// Most figures are one picture.
  public var isWide: Bool { false }
}

/// A host object whose report form is one or more tables: metrics, a data set's splits.
public protocol TabularObject: HostObject {
  /// The tables, in reading order.
  var tables: [Table] { get }
}
