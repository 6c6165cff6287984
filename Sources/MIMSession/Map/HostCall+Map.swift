import MIMFigures
import MIMScript

extension HostCall {
  /// Writes a figure in the formats that `format=` or the name's ending ask for, `html` among them, and says so.
  /// - Parameter argument: what names the file: `save`, or `#1`.
  /// - Returns: the files written.
  func write(
    _ figure: any RenderableFigure, to path: String, at argument: String
  ) throws -> [String] {
    let words = option("format")?.asTexts
    let ending = SaveFormat(endingOf: path)
    let html = SaveFormat.html.rawValue
    if ending == .html { try SaveFormat.check(words, ending: html, at: span(of: "format")) }
    var files: [String] = []
    guard words.map({ $0.contains(html) }) ?? (ending == .html) else {
      files = try located(at: argument) {
        try session.writeFigure(
          figure, to: path, formats: words?.compactMap(FigureFormat.init(rawValue:)),
          dpi: integer("dpi"), for: self, force: flag("force"))
      }
      for file in files { host.message(SessionContext.wrote + file) }
      return files
    }
    try SessionContext.checkName(path, at: span(of: argument))
    try SaveFormat.check(words, ending: ending?.rawValue, at: span(of: "format"))
    let isNamed = ending.map { $0 == .html || FigureFormat(rawValue: $0.rawValue) != nil } ?? false
    let stem = isNamed ? String(path[..<(path.lastIndex(of: ".") ?? path.endIndex)]) : path
    let drawn = (words ?? []).compactMap(FigureFormat.init(rawValue:))
    if !drawn.isEmpty {
      files = try located(at: argument) {
        try session.writeFigure(
          figure, to: stem, formats: drawn, dpi: integer("dpi"), for: self, force: flag("force"))
      }
    }
    guard let figure = figure as? FigureObject else {
      throw ScriptError("E220", "this figure cannot be a map", at: span(of: argument))
    }
    files.append(try writeMap(figure, to: "\(stem).\(html)", at: argument))
    for file in files { host.message(SessionContext.wrote + file) }
    return files
  }

  /// Writes a map of a figure.
  /// - Returns: the file written.
  func writeMap(_ figure: FigureObject, to path: String, at argument: String) throws -> String {
    let session = try session
    let maps = try located(at: argument) { try PointMap.all(of: figure, at: span(of: argument)) }
    let target = try session.target(of: path, for: self)
    // Before the work that makes it.
    try session.claim(target, for: self, force: flag("force"))
    guard session.writes(self) else { return target }
    let recipe = session.recipe.text
    let bytes: [UInt8]
    if maps.count == 1, let map = maps.first {
      bytes = MapPage(map, try pictures(of: map, at: argument), recipe: recipe).bytes
    } else {
      let pages = try maps.map { map in
        (map.title, MapPage(map, try pictures(of: map, at: argument), recipe: "").bytes)
      }
      bytes =
        MapPages(
          title: figure.figure.title ?? "Maps", about: figure.altText, pages: pages, recipe: recipe
        ).bytes
    }
    return try session.write(bytes, to: path, for: self, force: flag("force"))
  }

  /// The images of a map's items, packed; says what was taken away from them.
  private func pictures(of map: PointMap, at argument: String) throws -> MapPictures? {
    guard let images = map.pictures else { return nil }
    let pictures = try located(at: argument) {
      try MapPictures(images) { done, total in
        try checkInterruption()
        host.progress(
          ProgressUpdate(
            title: title, done: Double(done), total: Double(total), detail: "packing images"))
      }
    }
    if pictures.levels < 256 || pictures.reduction > 1 { host.message(pictures.note) }
    return pictures
  }
}

extension MapPictures {
  /// What was taken away from the images.
  fileprivate var note: String {
    guard !sheets.isEmpty else { return "the images are too many for a map, which has none" }
    var parts: [String] = []
    if reduction > 1 { parts.append("are \(width) × \(height) pixels") }
    if levels < 256 { parts.append("have \(levels) levels of brightness") }
    return "images in the map \(parts.joined(separator: " and ")), so that the file stays small"
  }
}
