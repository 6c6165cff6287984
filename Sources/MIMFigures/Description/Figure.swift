/// A picture as plain values: panels, their arrangement, and the recipe that made them.
///
/// A figure contains no tensors and no clock times: the same description gives the same bytes.
/// ``render(_:dpi:)`` turns it into PNG, PDF or SVG, ``renderPixels(dpi:)`` into pixels.
public struct Figure: Sendable, Codable, Equatable {
  /// The panels, row by row.
  public var panels: [Panel]
  /// Panels in a row; `nil` takes up to three in one row, or what ``rows`` implies.
  public var columns: Int?
  /// Rows of panels; `nil` takes as many as the panels need.
  public var rows: Int?
  /// Exact width of the picture in inches (3.4: one column of a paper, 6.75: two).
  public var width: Double
  /// Exact height in inches; `nil` takes what the panels need.
  public var height: Double?
  /// Size of ordinary text in points.
  public var font: Double
  /// Letters `(a)`, `(b)`, … before the panel titles; `nil` letters figures of two panels or more.
  public var letters: Bool?
  /// A title over all panels.
  public var title: String?
  /// Text that is stored in the file (PNG `iTXt` chunk `mim:recipe`, PDF subject, SVG metadata)
  /// and read back by ``recipe(fromPNG:)``.
  public var recipe: String?

  /// A figure of `panels`, 3.4 inches wide with 8-point text by default.
  public init(
    _ panels: [Panel], columns: Int? = nil, rows: Int? = nil, width: Double = 3.4,
    height: Double? = nil, font: Double = 8, letters: Bool? = nil, title: String? = nil,
    recipe: String? = nil
  ) {
    self.panels = panels
    self.columns = columns
    self.rows = rows
    self.width = width
    self.height = height
    self.font = font
    self.letters = letters
    self.title = title
    self.recipe = recipe
  }

  /// A figure of one panel.
  public init(_ panel: Panel, width: Double = 3.4, height: Double? = nil, recipe: String? = nil) {
    self.init([panel], width: width, height: height, recipe: recipe)
  }
}

/// One panel of a figure: what it shows and its title.
public struct Panel: Sendable, Codable, Equatable {
  /// What the panel shows.
  public var content: PanelContent
  /// The title above the panel; long titles wrap.
  public var title: String?

  /// A panel showing `content`.
  public init(_ content: PanelContent, title: String? = nil) {
    self.content = content
    self.title = title
  }
}

/// The kinds of panel.
public enum PanelContent: Sendable, Codable, Equatable {
  /// Images in rows and columns.
  case images(ImageGrid)
  /// Points, coloured by class or by value.
  case scatter(Scatter)
  /// Lines with optional error bars.
  case lines(LineChart)
  /// Counts of values in bins.
  case histogram(Histogram)
  /// A matrix of values as colours.
  case heatMap(HeatMap)
  /// Data space over latent space (Experiment A).
  case latentView(LatentView)
}

/// File formats a figure can be written in.
public enum FigureFormat: String, Sendable, CaseIterable {
  /// Pixels with the resolution and the recipe in the file.
  case png
  /// The panels one after another as frames of an animated PNG.
  case apng
  /// Vectors with embedded fonts.
  case pdf
  /// Vectors with the glyphs as outlines.
  case svg
}

/// Pixels of a rendered figure: 8-bit RGBA, row by row from the top left, not premultiplied.
public struct FigurePixels: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Number of rows.
  public let height: Int
  /// `4 · width · height` bytes.
  public let rgba: [UInt8]

  /// Pixels of which there are `width · height`.
  package init(width: Int, height: Int, rgba: [UInt8]) {
    (self.width, self.height, self.rgba) = (width, height, rgba)
  }
}
