import MIMScript

/// How kept objects look: their text, their tables and their pictures, kept beside them so that nobody needs to read the objects.
/// Another build of the program may draw and print otherwise, so what it finds is of this build only.
final class KeptViews: Sendable {
  private let store: ResultStore?
  private let restorer: Restorer

  init(_ store: ResultStore?, _ restorer: Restorer) {
    self.store = store
    self.restorer = restorer
  }

  /// Columns of text that are kept: those of reports, of a usual terminal, and of half a one.
  private static let widths = [100, 80, 40]

  /// The look of an object that was read from the cache; nil where it can't be read.
  func look(of key: String) -> KeptLook? {
    let place = Self.place(["look", key])
    if let bytes = store?.read(place, .view),
      let look = try? BinaryDecoder.value(KeptLook.self, from: bytes)
    {
      return look
    }
    guard let object = object(key) else { return nil }
    return keep(object, key)
  }

  /// Keeps how an object looks.
  @discardableResult
  func keep(_ object: any HostObject, _ key: String) -> KeptLook {
    let look = KeptLook(object, widths: Self.widths)
    if let bytes = try? BinaryEncoder.bytes(of: look) {
      try? store?.write(bytes, Self.place(["look", key]), .view)
    }
    return look
  }

  /// Whether a kept object can be read.
  func canRead(_ key: String) -> Bool { object(key) != nil }

  /// Whether a picture is kept.
  func hasPicture(of key: String, _ request: FigureRequest) -> Bool {
    store?.contains(Self.place(of: key, request), .view) ?? false
  }

  private static func place(of key: String, _ request: FigureRequest) -> String {
    let width = request.width.map { "\($0)" } ?? "own"
    return place(
      [
        "picture", key, request.format.rawValue, width, "\(request.dpi)", request.recipe,
        request.isNarrow ? "narrow" : "",
      ])
  }

  /// A picture of the figure with that key.
  func picture(
    of key: String, _ live: (any RenderableFigure)?, _ request: FigureRequest
  ) throws -> RenderedFigure {
    let place = Self.place(of: key, request)
    if let bytes = store?.read(place, .view),
      let picture = try? BinaryDecoder.value(KeptPicture.self, from: bytes)
    {
      return picture.figure
    }
    guard let figure = live ?? (object(key) as? any RenderableFigure) else {
      throw ScriptError(
        "E430", "the kept figure cannot be read any more", notes: ["run again with --fresh"])
    }
    let drawn = try figure.render(request)
    if let bytes = try? BinaryEncoder.bytes(of: KeptPicture(drawn)) {
      try? store?.write(bytes, place, .view)
    }
    return drawn
  }

  private func object(_ key: String) -> (any HostObject)? {
    guard let bytes = store?.read(key, .value),
      let value = try? BinaryDecoder.value(CodedValue.self, from: bytes, restorer.userInfo).value,
      case .object(let object) = value
    else { return nil }
    return object
  }

  private static func place(_ parts: [String]) -> String {
    ContentKey.of([buildIdentity] + parts)
  }
}

/// What an object shows of itself.
struct KeptLook: Codable, Sendable {
  let typeName: String
  let json: CodedJSON
  let tables: [CodedTable]
  /// The lines of its text by their width.
  let lines: [Int: [String]]
  /// The text alternative of a figure; nil for anything else.
  let altText: String?
  /// Files that were written for the figure.
  let savedFiles: [String]
  /// Whether the figure has several panels in a row.
  let isWide: Bool

  init(_ object: any HostObject, widths: [Int]) {
    let figure = object as? any RenderableFigure
    typeName = object.typeName
    json = CodedJSON(object.json)
    tables = ((object as? any TabularObject)?.tables ?? []).map { CodedTable($0) }
    lines = Dictionary(uniqueKeysWithValues: widths.map { ($0, object.summary(width: $0)) })
    altText = figure?.altText
    savedFiles = figure?.savedFiles ?? []
    isWide = figure?.isWide ?? false
  }

  /// The lines for a width: those of the widest kept one that fits, else of the narrowest.
  func lines(width: Int) -> [String] {
    let widths = lines.keys.sorted()
    let best = widths.last { $0 <= width } ?? widths.first
    return best.flatMap { lines[$0] } ?? []
  }

  /// The object that stands for the kept one where it is only shown.
  func object(_ key: String, _ views: KeptViews, live: (any HostObject)? = nil) -> any HostObject {
    guard let altText else { return ShownObject(look: self) }
    return ShownFigure(
      look: self, altText: altText, key: key, views: views, live: live as? any RenderableFigure)
  }
}

/// A picture as the cache keeps it.
private struct KeptPicture: Codable {
  let bytes: [UInt8]
  let pixelHash: String?
  let width: Int
  let height: Int

  init(_ figure: RenderedFigure) {
    bytes = figure.bytes
    pixelHash = figure.pixelHash
    (width, height) = figure.pixelSize
  }

  var figure: RenderedFigure {
    RenderedFigure(bytes: bytes, pixelHash: pixelHash, pixelSize: (width, height))
  }
}

/// An object that is only shown.
private struct ShownObject: TabularObject {
  let look: KeptLook

  var tables: [Table] { look.tables.map(\.table) }
  var typeName: String { look.typeName }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }
  func summary(width: Int) -> [String] { look.lines(width: width) }
  var json: JSON { look.json.json }
}

/// A figure that is only shown and drawn.
private struct ShownFigure: RenderableFigure {
  let look: KeptLook
  let altText: String
  let key: String
  let views: KeptViews
  /// The figure itself where it was made in this run.
  let live: (any RenderableFigure)?

  var savedFiles: [String] { look.savedFiles }
  var isWide: Bool { look.isWide }
  var typeName: String { look.typeName }
  var fieldNames: [String] { [] }
  func field(_ name: String) -> Value? { nil }
  func summary(width: Int) -> [String] { look.lines(width: width) }
  var json: JSON { look.json.json }
  func render(_ request: FigureRequest) throws -> RenderedFigure {
    try views.picture(of: key, live, request)
  }
}
