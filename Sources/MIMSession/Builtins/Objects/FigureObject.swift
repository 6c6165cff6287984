import MIMFigures
import MIMFormats
import MIMScript
import MIMTensor

/// A figure as the language holds it: what `plot` and `figure` give.
struct FigureObject: RenderableFigure, FieldedObject, Codable {
  /// The panels and their arrangement.
  let figure: Figure
  /// Whether the statement said how wide it is.
  let hasOwnWidth: Bool
  /// Dots per inch, if the statement said so.
  let dpi: Int?
  /// The text alternative for readers who cannot see the picture.
  let altText: String
  /// Files already written for it by `save=`.
  let savedFiles: [String]
  /// What its points or images stand for. Figures that were kept before there was any lack it, and are drawn again.
  var subjects = PointSubjects()
  /// The same of each panel, where there are several.
  var panelSubjects: [PointSubjects]?

  /// What each panel's points or images stand for.
  var subjectsOfPanels: [PointSubjects] {
    if figure.panels.count == 1 {
      var own = subjects
      own.about = own.about ?? altText
      return [own]
    }
    let known = panelSubjects ?? []
    return figure.panels.indices.map {
      known.indices.contains($0) ? known[$0] : PointSubjects(about: altText)
    }
  }

  /// The same after it was written.
  func saved(to files: [String]) -> FigureObject {
    FigureObject(
      figure: figure, hasOwnWidth: hasOwnWidth, dpi: dpi, altText: altText,
      savedFiles: files, subjects: subjects, panelSubjects: panelSubjects)
  }

  func render(_ request: FigureRequest) throws -> RenderedFigure {
    var figure = figure
    figure.recipe = request.recipe
    if !hasOwnWidth, let width = request.width { figure.width = width }
    if request.isNarrow {
      (figure.columns, figure.rows, figure.height) = (1, nil, nil)
      figure.width = min(figure.width, Self.narrowWidth)
    }
    let resolution = Double(dpi ?? request.dpi)
    let format = request.format
    let pixels = try figure.renderPixels(dpi: resolution)
    return RenderedFigure(
      bytes: try figure.render(format, dpi: resolution),
      pixelHash: [.png, .apng].contains(format) ? SHA256.hexadecimal(of: pixels.rgba) : nil,
      pixelSize: (pixels.width, pixels.height))
  }

  /// Inches: a column of a paper, and a telephone.
  private static let narrowWidth = 3.4

  var isWide: Bool { figure.panels.count > 1 && figure.columns != 1 }

  static let typeName = "figure"
  static let fields: [ObjectField<FigureObject>] = [
    ObjectField("panels", "the number of panels") { .number(Double($0.figure.panels.count)) },
    ObjectField("width", "the width in inches") { .number($0.figure.width) },
  ]

  func summary(width: Int) -> [String] {
    TextWidth.folded(altText, to: max(20, width)) + savedFiles.map { "saved as \($0)" }
  }

  var json: JSON {
    .object([
      ("type", .string(typeName)), ("description", .string(altText)),
      ("panels", .number(Double(figure.panels.count))),
      ("files", .array(savedFiles.map(JSON.string))),
    ])
  }
}
