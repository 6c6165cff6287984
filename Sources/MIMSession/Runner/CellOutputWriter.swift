import MIMFormats
import MIMScript
import MIMTensor

/// Turns what a cell showed into report outputs; writes its figures and tables, named by the
/// cell's label.
struct CellOutputWriter {
  let cell: NotebookCell
  let context: SessionContext
  let figureFolder: String
  let events: [CellRecorder.Event]
  private var outputs: [CellOutput] = []
  private var figureNumber = 0
  private var tableNumber = 0
  private var figureCount = 0
  private var tableCount = 0

  init(
    cell: NotebookCell, context: SessionContext, figureFolder: String,
    events: [CellRecorder.Event]
  ) {
    self.cell = cell
    self.context = context
    self.figureFolder = figureFolder
    self.events = events
    for case .shown(let shown) in events {
      if let figure = shown.figure {
        if figure.savedFiles.isEmpty { figureCount += 1 }
      } else {
        tableCount += CellOutputWriter.tables(shown.value).count
      }
    }
  }

  /// The outputs in order, and the first thing that could not be drawn or written.
  mutating func write() -> ([CellOutput], ScriptError?) {
    var problem: ScriptError?
    for event in events {
      do {
        try take(event)
      } catch {
        problem = problem ?? scriptError(error)
      }
    }
    return (outputs, problem)
  }

  private mutating func take(_ event: CellRecorder.Event) throws {
    switch event {
    case .note(let text):
      outputs.append(savedFile(text).map { .file($0, text: text) } ?? .note(text))
    case .failure: break
    case .shown(let shown):
      if let figure = shown.figure {
        outputs.append(.figure(try record(figure, recipe: shown.recipe)))
        return
      }
      let tables = CellOutputWriter.tables(shown.value)
      for table in tables { outputs.append(.table(try record(table))) }
      if tables.isEmpty {
        let lines = shown.value.displayLines(width: context.settings.width)
        if !lines.isEmpty { outputs.append(.text(lines)) }
      }
    }
  }

  /// The file of this run that a message is about.
  private func savedFile(_ text: String) -> String? {
    guard text.hasPrefix(SessionContext.wrote) else { return nil }
    let path = String(text.dropFirst(SessionContext.wrote.utf8.count))
    guard let folder = context.withState({ $0.folder }), let name = folder.name(of: path),
      folder.files.contains(name), !name.split(separator: "/").contains("..")
    else { return nil }
    return name
  }

  private func scriptError(_ error: any Error) -> ScriptError {
    var result =
      error as? ScriptError ?? (error as? Halt)?.errors.first
      ?? ScriptError("E501", "\(error)")
    if result.span == nil { result.span = cell.span }
    return result
  }

  private static func tables(_ value: Value) -> [Table] {
    switch value {
    case .table(let table): [table]
    case .object(let object): (object as? any TabularObject)?.tables ?? []
    default: []
    }
  }

  // MARK: Tables

  private mutating func record(_ table: Table) throws -> TableRecord {
    tableNumber += 1
    let name = "tables/" + numbered(tableNumber, of: tableCount) + ".csv"
    try write(Array(table.csv().utf8), to: name)
    return TableRecord(table: table, path: name)
  }

  // MARK: Figures

  private mutating func record(
    _ figure: any RenderableFigure, recipe: String
  ) throws -> FigureRecord {
    let settings = context.settings
    var request = FigureRequest(
      format: .png, width: settings.figureWidth, dpi: settings.figureDPI, recipe: recipe)
    var files = figure.savedFiles.map(relative)
    func file(_ format: FigureFormat) -> String? { files.first { $0.hasSuffix(".\(format)") } }
    request.format = FigureFormat.inReport(of: files)
    let picture = try figure.render(request)
    if file(request.format) == nil {
      figureNumber += 1
      files += try writeFiles(figure, picture, request, keepsOthers: !files.isEmpty)
    }
    var narrow: [UInt8]?
    if figure.isWide, request.format == .png {
      request.isNarrow = true
      narrow = try? figure.render(request).bytes
    }
    return FigureRecord(
      files: files, shownFile: file(.png) ?? file(.apng) ?? "", png: picture.bytes,
      pixelHash: picture.pixelHash, narrow: narrow,
      inches: Double(picture.pixelSize.width) / Double(settings.figureDPI), altText: figure.altText)
  }

  /// Writes a figure under the cell's name: as PNG, which the report needs, and in the other
  /// formats requested unless `save=` wrote those.
  private func writeFiles(
    _ figure: any RenderableFigure, _ png: RenderedFigure, _ request: FigureRequest,
    keepsOthers: Bool
  ) throws -> [String] {
    let stem = prefixed(numbered(figureNumber, of: figureCount))
    var formats: [FigureFormat] = keepsOthers ? [] : context.settings.figureFormats
    if !formats.contains(.png) { formats.insert(.png, at: 0) }
    return try formats.map { format in
      var request = request
      request.format = format
      let bytes = format == .png ? png.bytes : try figure.render(request).bytes
      let name = "\(stem).\(format)"
      try write(bytes, to: name)
      return name
    }
  }

  private func prefixed(_ name: String) -> String {
    figureFolder.isEmpty ? name : figureFolder + "/" + name
  }

  private func relative(_ path: String) -> String {
    context.withState { $0.folder?.name(of: path) } ?? path
  }

  // MARK: Files

  private func numbered(_ number: Int, of count: Int) -> String {
    count > 1 ? "\(cell.name)-\(number)" : cell.name
  }

  private func write(_ bytes: [UInt8], to name: String) throws {
    try context.requireWritable(
      context.withState { $0.folder?.path(of: name) } ?? name, at: cell.span)
    let isNew = context.withState { $0.folder?.owns(name) == false }
    try ReportFiles.claim(name, context)
    if isNew { try ReportFiles.noteOwnership(context) }
    guard let folder = context.withState({ $0.folder }) else { return }
    try AtomicFile.write(bytes, to: folder.path(of: name), unlessSame: true)
    let sum = SHA256.hexadecimal(of: bytes)
    context.withState { $0.folder?.note(sum, of: name) }
  }
}

extension FigureFormat {
  /// The format in which the report shows a figure that was saved under these names: PNG, unless
  /// it was saved as an animation alone, which moves in the report.
  static func inReport(of saved: [String]) -> FigureFormat {
    func has(_ format: FigureFormat) -> Bool { saved.contains { $0.hasSuffix(".\(format)") } }
    return has(.apng) && !has(.png) ? .apng : .png
  }
}
