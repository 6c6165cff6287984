import MIMModels
import MIMScript
import MIMTensor

extension HostFunction {
  /// `save m "models/m.safetensors"`, `save fig "figures/fig3" format=[png, pdf]`.
  static let save = HostFunction(
    "save", group: .data,
    summary: "write a value to a file; the ending of its name gives the format",
    positional: [
      Parameter(
        "THING", .anything, "a figure, model, codes, items, column, embedding, evaluation or table"),
      Parameter("PATH", .path, "the file; missing folders are created"),
    ],
    options: [
      Parameter(
        "format", .list(.word(SaveFormat.allCases.map { WordSpec($0.rawValue, $0.summary) })),
        "file formats; by default, from the ending of the name"),
      Parameter("dpi", .integer(30...2400), defaultText: "300", "figures: pixels per inch"),
      Parameter("force", .bool, default: .bool(false), "replace an existing file"),
    ],
    result: "nothing; writes files",
    details: [
      "figures: png apng pdf svg html · models: safetensors · codes, embeddings, items: npz npy csv tsv",
      "columns and arrays such as d.x: npy npz csv tsv · items and columns are in the units of the data",
      "tables, evaluations, histories: csv tsv md tex json. Without an ending, the first is used.",
      "models, format=pytorch: only the weights, with PyTorch's names, for load_state_dict.",
      "codes, items, format=projector: a folder for TensorFlow's Embedding Projector.",
      "html: an interactive map of points (codes, embeddings, items) or images, in one file (help maps).",
      "A relative path is in the output folder under `mim-repl run`, else in the current folder.",
    ],
    example: "save z \"out/codes.npz\" force=true", seeAlso: ["load", "plot", "table"],
    keywords: ["export", "write", "to_csv"],
    depends: [],
    infer: { call in
      // Before hours of work, not after them.
      if call.options["format"] == nil, let path = call.known(at: 1)?.asText {
        try SaveFormat.refuseOthers(
          path, than: SaveFormat.allCases.compactMap(\.ending), at: call.span(at: 1), kind: .check)
      }
      return .known(.none)
    }
  ) { call in
    let path = call.argument(1)?.asText ?? ""
    try SessionContext.checkName(path, at: call.span(at: 1))
    if case .object(let object) = call.argument(0), let figure = object as? any RenderableFigure {
      try saveFigure(figure, path, call)
      return .none
    }
    let saved = try SaveContent(call)
    for (format, target) in try saved.targets(path, call) {
      if format == .html {
        let plan = try call.located(at: "#0") { try DrawnPanels(call) }
        let file = try call.writeMap(call.figure(plan), to: target, at: "#1")
        call.host.message(SessionContext.wrote + file)
        continue
      }
      let files = try call.located(at: "#1") { try saved.files(format, target) }
      for (file, bytes) in files {
        let written = try call.session.write(bytes, to: file, for: call, force: call.flag("force"))
        call.host.message(SessionContext.wrote + written)
      }
    }
    return .none
  }

  private static func saveFigure(
    _ figure: any RenderableFigure, _ path: String, _ call: HostCall
  ) throws {
    let known = FigureFormat.allCases.map(\.rawValue) + [SaveFormat.html.rawValue]
    guard (call.option("format")?.asTexts ?? []).allSatisfy(known.contains) else {
      throw ScriptError(
        "E220", "a figure can be written as png, apng, pdf, svg or html",
        at: call.span(of: "format"))
    }
    _ = try call.write(figure, to: path, at: "#1")
  }
}

/// The file formats of `save`.
enum SaveFormat: String, CaseIterable, Sendable {
  case png, apng, pdf, svg, html, safetensors, npz, npy, csv, tsv, md, tex, json, pytorch, projector

  /// One line for help.
  var summary: String {
    switch self {
    case .png: FigureFormat.png.summary
    case .apng: FigureFormat.apng.summary
    case .pdf: FigureFormat.pdf.summary
    case .svg: FigureFormat.svg.summary
    case .html: "an interactive map of points or images, in one file"
    case .safetensors: "weights with the specification of the model"
    case .npz: "named NumPy arrays"
    case .npy: "one NumPy array"
    case .csv: "comma-separated values"
    case .tsv: "tab-separated values"
    case .md: "Markdown"
    case .tex: "LaTeX, booktabs"
    case .json: "JSON, with unrounded numbers"
    case .pytorch: "only the weights, as a .safetensors file for PyTorch"
    case .projector: "a folder for TensorFlow's Embedding Projector"
    }
  }

  /// What the file's name ends in; nil for a folder.
  var ending: String? {
    switch self {
    case .pytorch: SaveFormat.safetensors.rawValue
    case .projector: nil
    default: rawValue
    }
  }

  /// Throws E220 for a `format=` without formats, or one that the name's ending is not among.
  static func check(_ formats: [String]?, ending: String?, at span: Span) throws {
    guard let formats else { return }
    if formats.isEmpty {
      throw ScriptError("E220", "`format=` needs at least one format", at: span)
    }
    let endings = formats.map { SaveFormat(rawValue: $0)?.ending ?? $0 }
    guard let ending, !endings.contains(ending) else { return }
    throw ScriptError(
      "E220", "the name ends in .\(ending), but format= says \(formats.joined(separator: ", "))",
      at: span, notes: ["leave out format= or the ending of the name"])
  }

  /// Throws E220 for a name whose ending is none of `endings`, but looks like that of another format: `a.parquet`.
  static func refuseOthers(
    _ path: String, than endings: [String], at span: Span, kind: ScriptError.Kind = .failure
  ) throws {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/"), dot != path.startIndex
    else { return }
    let ending = path[path.index(after: dot)...]
    let known = endings + (endings.contains("md") ? ["markdown", "latex"] : [])
    guard ending.first?.isLetter == true, ending.count <= 12,
      ending.allSatisfy({ $0.isLetter || $0.isNumber }), !known.contains(ending.lowercased())
    else { return }
    let shown = Set(endings).sorted().map { ".\($0)" }.joined(separator: " ")
    throw ScriptError(
      "E220", "this cannot be written as .\(ending)", kind: kind, at: span,
      notes: [
        "endings: \(shown)",
        "for a name with a dot in it, write one of them behind it",
      ])
  }

  /// By a file name's ending: `.markdown` and `.latex` are known too.
  init?(endingOf path: String) {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
    switch path[path.index(after: dot)...].lowercased() {
    case "markdown": self = .md
    case "latex": self = .tex
    case let ending:
      self.init(rawValue: ending)
      // A format's name that no file ends in.
      if self.ending != ending { return nil }
    }
  }
}
