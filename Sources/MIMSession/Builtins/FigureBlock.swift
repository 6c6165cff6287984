import MIMFigures
import MIMScript

extension HostFunction {
  /// `figure cols=3 width=6.75 { plot … }`.
  static let figure = HostFunction(
    "figure", group: .look, summary: "combine the pictures of a block into one figure",
    positional: [Parameter("PANEL", .object(["figure"]), repeats: true, "pictures")],
    options: [
      Parameter("cols", .integer(1...100), "panels per row"),
      Parameter("rows", .integer(1...100), "rows of panels"),
      Parameter(
        "letters", .bool, defaultText: "true for two or more panels", "label the panels (a), (b), …"
      ),
    ] + figureOptions + savingOptions,
    result: "a figure, shown and returned", resultType: "figure",
    details: [
      "Syntax: figure options { block }.  The pictures of the block that get no name become the panels."
    ],
    example: "fig = figure cols=2 width=6.75 { plot z color=label; plot m.history y=loss }",
    seeAlso: ["plot", "save"], depends: []
  ) { call in
    let figures = call.positional.compactMap { $0.asObject(FigureObject.self) }
    let panels = figures.flatMap(\.figure.panels)
    let altText = figures.map(\.altText).joined(separator: "; ")
    var merged = try call.figure(
      of: panels, columns: call.integer("cols"), altText: altText
    ).figure
    merged.rows = call.integer("rows")
    merged.title = call.text("title")
    if call.given.contains("letters") { merged.letters = call.flag("letters") }
    let subjects = figures.flatMap(\.subjectsOfPanels)
    let object = FigureObject(
      figure: merged, hasOwnWidth: call.given.contains("width"), dpi: call.integer("dpi"),
      altText: altText, savedFiles: [],
      subjects: subjects.count == 1 ? subjects[0] : PointSubjects(),
      panelSubjects: subjects.count > 1 ? subjects : nil)
    return .object(try call.saved(object))
  }
}
