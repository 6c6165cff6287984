import MIMFigures
import MIMScript

extension HostFunction {
  /// `plot e color=label legend=right title="…" save="figures/latent"`.
  static let plot = HostFunction(
    "plot", group: .look, summary: "draw a picture; its kind depends on what is drawn",
    positional: [
      Parameter(
        "THING", .anything,
        "items, decoded items, codes, an embedding, a history, a table, a model, a column, a list of numbers"
      ),
      Parameter(
        "DATA", .object(["data set", "items", ArrayObject.typeName]), isOptional: true,
        "view=xz: the data to show, by default those of the model; of a column: the column upwards"),
    ],
    options: plotColumns + plotKinds + figureOptions + savingOptions,
    result: "a figure, shown and returned", resultType: "figure",
    details: [
      "items: a grid of images, or points; decoded items: a grid (pairs=true: below the originals);",
      "codes, embedding: points; history, table: lines, with mean ± sd (n) over matching rows;",
      "or with heat= a heat map; a column or numbers: a histogram, two columns: points; a list of lists: a heat map; a model with view=xz: P(x) and q(z|x).",
    ],
    example: "plot z color=label title=\"codes\"", seeAlso: ["figure", "save", "tsne"],
    keywords: ["hist", "histogram", "scatter", "chart", "draw", "heatmap", "bars", "lines"],
    infer: inferPlot
  ) { call in
    if let type = call.argument(0)?.typeName, let data = call.argument(1) {
      let isColumn = data.typeName == ArrayObject.typeName
      guard isColumn ? type == ArrayObject.typeName : ["model", "list"].contains(type) else {
        throw ScriptError(
          "E106",
          "plot takes no \(isColumn ? "second column" : "DATA") when it draws \(type.withArticle)",
          at: call.span(at: 1), label: "leave it out",
          notes: ["a second thing is only for: plot MODEL DATA view=xz, and plot d.age d.height"])
      }
    }
    let plan = try call.located { try DrawnPanels(call) }
    return .object(try call.saved(try call.figure(plan)))
  }

  private static let plotColumns = [
    Parameter("x", .column, "table: the column on the horizontal axis"),
    Parameter("y", .list(.column), "table, history: the columns to draw, one panel or line each"),
    Parameter(
      "color",
      .optional(
        .any(of: [
          .column, .list(.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
          .object([ArrayObject.typeName]),
        ])),
      defaultText: "label",
      "points: label, a column, or numbers such as d.test.alcohol; table: one line per value"),
    Parameter(
      "error",
      .optional(
        .word([
          WordSpec("sd", "standard deviation over matching rows"),
          WordSpec("se", "standard error of their mean"),
          WordSpec("ci", "95 % confidence interval of their mean (Student's t)"),
        ])), defaultText: "sd", "table: what the error bars show"),
    Parameter(
      "heat", .column, "table: the column that colours a heat map of x= and y= (means)"),
    Parameter("where", .rowCondition, "table, history: the rows to draw"),
    Parameter(
      "split",
      .list(
        .word([WordSpec("train", "training batches"), WordSpec("val", "the validation split")])),
      "history: which losses to draw; both by default"),
    Parameter(
      "dims", .list(.integer(1...1_048_576)), defaultText: "[1, 2]", "codes: which two dimensions"),
  ]

  private static let plotKinds = [
    Parameter(
      "pairs", .bool, default: .bool(false), "reconstructions: show each below its original"),
    Parameter(
      "points", .bool, default: .bool(false), "tables: a marker for each row instead of lines"),
    Parameter("cols", .integer(1...10_000), "images or panels per row"),
    Parameter("bins", .integer(1...10_000), "numbers: number of bins"),
    Parameter(
      "view", .word([WordSpec("xz", "data space above latent space, both two-dimensional")]),
      "model: which view to draw"),
    Parameter("contours", .bool, defaultText: "true for toys", "view=xz: draw contours of P(x)"),
    Parameter(
      "ellipses", .bool, default: .bool(true),
      "view=xz: draw q(z|x) as ellipses of one standard deviation"),
    Parameter(
      "links", .bool, default: .bool(false), "view=xz: draw lines from items to reconstructions"),
    Parameter("n", .integer(1...100_000), defaultText: "500", "view=xz: number of items"),
    Parameter(
      "legend",
      .optional(
        .word(
          LegendPosition.allCases.filter { $0 != .none }.map {
            WordSpec($0.rawValue, "legend position")
          })
      ),
      defaultText: "right", "position of the legend; none for no legend"),
    Parameter(
      "range", .list(.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
      "heat maps: the values at both ends of the colours, [low, high]"),
    Parameter("size", .number(0.1...100), "points: diameter (in points)"),
    Parameter("xlabel", .string, "label of the horizontal axis, with its unit"),
    Parameter("ylabel", .string, "label of the vertical axis, with its unit"),
    Parameter("xscale", .word(scales), default: .string("linear"), "scale of the horizontal axis"),
    Parameter("yscale", .word(scales), default: .string("linear"), "scale of the vertical axis"),
  ]

  private static let scales = [
    WordSpec("linear", "equal differences"), WordSpec("log", "equal ratios"),
  ]

  static let figureOptions = [
    Parameter("title", .string, "title above the picture"),
    Parameter("width", .number(0.5...40), defaultText: "3.4", "width in inches"),
    Parameter("height", .number(0.5...40), "height in inches"),
    Parameter("font", .number(3...72), default: .number(8), "size of text in points"),
    Parameter("dpi", .integer(30...2400), defaultText: "300", "pixels per inch"),
  ]

  private static let savedFormats: ParameterType = .list(
    .word(
      (FigureFormat.allCases.map { WordSpec($0.rawValue, $0.summary) })
        + [WordSpec(SaveFormat.html.rawValue, SaveFormat.html.summary)]))

  static let savingOptions = [
    Parameter("save", .path, "write the figure to this file; missing folders are created"),
    Parameter(
      "format", savedFormats, defaultText: "png",
      "file formats; must include the ending of the name, if it has one"),
    Parameter("force", .bool, default: .bool(false), "replace an existing file"),
  ]

  private static let inferPlot: @Sendable (StaticCall) throws -> StaticValue = { call in
    if call.known("color")?.asText == "label" {
      try Fit.requireLabels(
        call.facts(at: 0, of: ["items", "codes", "embedding", "decoded items"])?["labelled"]?
          .asBool,
        of: "`\(call.span(at: 0).text)`", for: "color=label", at: call.span(of: "color"),
        kind: .check)
    }
    return .object(type: "figure", facts: [:])
  }
}

extension HostCall {
  /// The figure of a plan.
  func figure(_ plan: DrawnPanels) throws -> FigureObject {
    var figure = try figure(of: plan.panels, columns: plan.columns, altText: plan.altText)
    figure.subjects = plan.subjects
    return figure
  }

  /// A figure of panels with this call's size options.
  func figure(of panels: [Panel], columns: Int?, altText: String) throws -> FigureObject {
    let width = number("width")
    let initial = panels.count > 1 ? 6.75 : 3.4
    let figure = Figure(
      panels, columns: columns, width: try width ?? session.settings.figureWidth ?? initial,
      height: number("height"), font: number("font") ?? 8)
    return FigureObject(
      figure: figure, hasOwnWidth: width != nil, dpi: integer("dpi"), altText: altText,
      savedFiles: [])
  }

  /// Writes the figure where `save=` says; without it nothing happens.
  func saved(_ figure: FigureObject) throws -> FigureObject {
    guard let path = text("save") else {
      if given.contains("format") {
        throw ScriptError(
          "E220", "`format=` has no effect without `save=`", at: span(of: "format"),
          notes: ["try: save=\"figures/name\""])
      }
      return figure
    }
    return figure.saved(to: try write(figure, to: path, at: "save"))
  }
}
