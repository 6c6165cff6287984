import MIMFigures
import MIMScript

extension HostFunction {
  /// `plot e color=label legend=right title="…" save="figures/latent"`.
  static let plot = HostFunction(
    "plot", group: .look, summary: "draw a picture; what is drawn decides the kind",
    positional: [
      Parameter(
        "THING", .anything,
        "items, decoded items, codes, an embedding, a history, a table, a model, a list of numbers"
      ),
      Parameter(
        "DATA", .object(["data set", "items"]), isOptional: true,
        "view=xz: the data to show the model on; else what it was made for"),
    ],
    options: plotColumns + plotKinds + figureOptions + savingOptions,
    result: "a figure, shown and kept", resultType: "figure",
    details: [
      "items: a grid of images, or points; decoded items: a grid (pairs=true: above each other);",
      "codes, embedding: points; history, table: lines with mean ± sd (n) over rows alike;",
      "numbers: a histogram; a list of lists: a heat map; a model with view=xz: P(x), q(z|x).",
    ],
    example: "plot z color=label title=\"codes\"", seeAlso: ["figure", "save", "tsne"],
    infer: inferPlot
  ) { call in
    if let type = call.argument(0)?.typeName, call.argument(1) != nil,
      !["model", "list"].contains(type)
    {
      throw ScriptError(
        "E106", "plot draws \(type.withArticle) without DATA", at: call.span(at: 1),
        label: "one too many", notes: ["DATA belongs to: plot MODEL DATA view=xz"])
    }
    let plan = try call.located { try PanelPlan(call) }
    let figure = try call.figure(of: plan.panels, columns: plan.columns, altText: plan.altText)
    return .object(try call.saved(figure))
  }

  private static let plotColumns = [
    Parameter("x", .column, "table: the column along the horizontal axis"),
    Parameter("y", .list(.column), "table, history: the columns drawn; one panel or line each"),
    Parameter(
      "color",
      .optional(
        .any(of: [
          .column, .list(.number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)),
        ])),
      defaultText: "label", "points: label, a column, or a number each; table: a line per value"),
    Parameter(
      "error",
      .optional(
        .word([
          WordSpec("sd", "standard deviation of rows alike"),
          WordSpec("se", "standard error of their mean"),
          WordSpec("ci", "95 % confidence interval of their mean (Student's t)"),
        ])), defaultText: "sd", "table: what the error bars are"),
    Parameter("where", .rowCondition, "table, history: the rows drawn"),
    Parameter(
      "split",
      .list(
        .word([WordSpec("train", "training batches"), WordSpec("val", "the validation split")])),
      "history: whose losses; both when left out"),
    Parameter("dims", .list(.integer(1...1_048_576)), defaultText: "[1, 2]", "codes: which two"),
  ]

  private static let plotKinds = [
    Parameter(
      "pairs", .bool, default: .bool(false), "reconstructions: originals above what became of them"),
    Parameter("cols", .integer(1...10_000), "images in a row; panels in a row"),
    Parameter("bins", .integer(1...10_000), "numbers: bins of the histogram"),
    Parameter(
      "view", .word([WordSpec("xz", "data space above latent space, both two-dimensional")]),
      "model: what to show of it"),
    Parameter("contours", .bool, defaultText: "true for toys", "view=xz: contours of P(x)"),
    Parameter(
      "ellipses", .bool, default: .bool(true), "view=xz: one standard deviation of q(z|x)"),
    Parameter(
      "links", .bool, default: .bool(false), "view=xz: lines from items to reconstructions"),
    Parameter("n", .integer(1...100_000), defaultText: "500", "view=xz: items shown"),
    Parameter(
      "legend",
      .optional(
        .word(
          LegendPosition.allCases.filter { $0 != .none }.map { WordSpec($0.rawValue, "its place") })
      ),
      defaultText: "right", "where the legend stands; none leaves it out"),
    Parameter("size", .number(0.1...100), "points: diameter in points"),
    Parameter("xlabel", .string, "title of the horizontal axis, with its unit"),
    Parameter("ylabel", .string, "title of the vertical axis, with its unit"),
    Parameter("xscale", .word(scales), default: .string("linear"), "of the horizontal axis"),
    Parameter("yscale", .word(scales), default: .string("linear"), "of the vertical axis"),
  ]

  private static let scales = [
    WordSpec("linear", "equal differences"), WordSpec("log", "equal ratios"),
  ]

  static let figureOptions = [
    Parameter("title", .string, "over the picture"),
    Parameter("width", .number(0.5...40), defaultText: "3.4", "inches, exactly"),
    Parameter("height", .number(0.5...40), "inches"),
    Parameter("font", .number(3...72), default: .number(8), "size of text in points"),
    Parameter("dpi", .integer(30...2400), defaultText: "300", "pixels in an inch"),
  ]

  static let figureFormats: ParameterType = .list(
    .word(FigureFormat.allCases.map { WordSpec($0.rawValue, $0.summary) }))

  static let savingOptions = [
    Parameter("save", .path, "write it here; folders are made"),
    Parameter(
      "format", figureFormats, defaultText: "png", "file formats; a name's ending is one of them"),
    Parameter("force", .bool, default: .bool(false), "replace a file that is there"),
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
          "E220", "`format=` means nothing without `save=`", at: span(of: "format"),
          notes: ["try: save=\"figures/name\""])
      }
      return figure
    }
    let formats = option("format")?.asTexts?.compactMap(FigureFormat.init(rawValue:))
    let files = try located(at: "save") {
      try session.writeFigure(
        figure, to: path, formats: formats, dpi: integer("dpi"), for: self, force: flag("force"))
    }
    for file in files { host.message("wrote \(file)") }
    return figure.saved(to: files)
  }
}
