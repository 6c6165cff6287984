import MIMModels
import MIMScript
import MIMTensor

/// An object that `save` writes. A new kind says in its own file what is written of it.
protocol SavedObject: HostObject {
  /// What is written of it.
  var savedContent: SaveContent { get }
}

/// What `save` writes of a value that is no figure.
enum SaveContent {
  case model(Model)
  case table(Table)
  case arrays(SavedArrays)
  /// Arrays of an archive, and the same as a table.
  case archive([String: StoredArray], Table)
  /// Numbers in double precision, a row for each item, and their name in an archive.
  case numbers(HostArray<Double>, name: String)
  case value(Value)

  /// Chooses by the value.
  init(_ call: HostCall) throws {
    switch call.argument(0) {
    case .table(let table): self = .table(table)
    case .object(let object): self = try SaveContent(object, call)
    case .list(let elements):
      let column = Table.Column(call.text(at: 0))
      self = .table(Table(columns: [column], rows: elements.map { [$0] }))
    case .number?, .string?, .bool?: self = .value(call.positional[0])
    default: throw SaveContent.nothingToWrite(call)
    }
  }

  private init(_ object: any HostObject, _ call: HostCall) throws {
    switch object {
    case let saved as any SavedObject: self = saved.savedContent
    case is DatasetObject:
      throw ScriptError(
        "E201", "save writes only one split of a data set", at: call.span(at: 0),
        notes: ["try: save \(call.text(at: 0)).test \"test.npz\""])
    default: throw SaveContent.nothingToWrite(call)
    }
  }

  private static func nothingToWrite(_ call: HostCall) -> ScriptError {
    ScriptError(
      "E201", "\((call.argument(0)?.typeName ?? "none").withArticle) cannot be saved",
      at: call.span(at: 0))
  }

  /// What it can be written as, the usual one first.
  var formats: [SaveFormat] {
    switch self {
    case .model: [.safetensors, .pytorch]
    case .table: [.csv, .tsv, .md, .tex, .json]
    case .arrays: [.npz, .npy, .csv, .tsv, .projector, .html]
    case .archive: [.npz, .csv, .tsv]
    case .numbers: [.npy, .npz, .csv, .tsv]
    case .value: [.json]
    }
  }

  /// The formats and files that a statement asks for.
  func targets(_ path: String, _ call: HostCall) throws -> [(SaveFormat, String)] {
    let ending = SaveFormat(endingOf: path)
    guard let words = call.option("format")?.asTexts else {
      if let ending { return [(try allowed(ending, at: call.span(at: 1)), path)] }
      try SaveFormat.refuseOthers(
        path, than: formats.compactMap(\.ending), at: call.span(at: 1))
      return [(formats[0], "\(path).\(formats[0].rawValue)")]
    }
    let span = call.span(of: "format")
    let chosen = try words.compactMap(SaveFormat.init(rawValue:)).map { try allowed($0, at: span) }
    try SaveFormat.check(words, ending: ending?.rawValue, at: span)
    let stem = ending == nil ? path : String(path[..<(path.lastIndex(of: ".") ?? path.endIndex)])
    return chosen.map { format in
      guard let last = format.ending else { return (format, path) }
      return (format, last == ending?.rawValue ? path : "\(stem).\(last)")
    }
  }

  private func allowed(_ format: SaveFormat, at span: Span) throws -> SaveFormat {
    guard formats.contains(format) else {
      throw ScriptError(
        "E220", "this cannot be written as \(format.rawValue)", at: span,
        notes: ["formats: " + formats.map(\.rawValue).joined(separator: " ")])
    }
    return format
  }

  /// The files of a format, by path.
  func files(_ format: SaveFormat, _ path: String) throws -> [(path: String, bytes: [UInt8])] {
    guard format == .projector, case .arrays(let arrays) = self else {
      return [(path, try bytes(format, path))]
    }
    return try arrays.projectorFiles().map { ("\(path)/\($0.name)", $0.bytes) }
  }

  private func bytes(_ format: SaveFormat, _ path: String) throws -> [UInt8] {
    switch (self, format) {
    case (.model(let model), .pytorch): return try model.pyTorchWeights()
    case (.model(let model), _): return try model.safetensors()
    case (.arrays(let arrays), .npz): return try NumpyArchive.encode(arrays.named, path: path)
    case (.arrays(let arrays), .npy): return NumpyFile.encode(.float32(arrays.values))
    case (.arrays(let arrays), _): return text(of: arrays.table, format)
    case (.archive(let arrays, _), .npz): return try NumpyArchive.encode(arrays, path: path)
    case (.archive(_, let table), _): return text(of: table, format)
    case (.numbers(let numbers, _), .npy): return NumpyFile.encode(.float64(numbers))
    case (.numbers(let numbers, let name), .npz):
      return try NumpyArchive.encode([name: .float64(numbers)], path: path)
    case (.numbers(let numbers, let name), _):
      let width = max(1, numbers.rowSize)
      let names = width == 1 ? [name] : (1...width).map { "\(name)\($0)" }
      let rows = (0..<numbers.rowCount).map { numbers.row($0).map(Value.number) }
      return text(of: Table(columns: names.map { Table.Column($0) }, rows: rows), format)
    case (.table(let table), _): return text(of: table, format)
    case (.value(let value), _): return Array((value.json.text(pretty: true) + "\n").utf8)
    }
  }

  private func text(of table: Table, _ format: SaveFormat) -> [UInt8] {
    switch format {
    case .tsv: Array(table.csv(separator: "\t").utf8)
    case .md: Array(table.markdown().utf8)
    case .tex: Array(table.latex().utf8)
    case .json: Array((table.json().text(pretty: true) + "\n").utf8)
    default: Array(table.csv().utf8)
    }
  }
}
