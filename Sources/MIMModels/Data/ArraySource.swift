import MIMTensor

extension DataSource {
  /// `load "points.npy"`, `load "points.npz" label=y`
  static let numpyArrays = DataSource(
    name: ".npy or .npz",
    summary: "NumPy arrays: x (and y), or x_train, y_train, x_val, …; bytes are grey values",
    options: ["label", "split", "folds", "stratify", "scale", "limit", "binarize", "val", "seed"],
    argument: nil,
    load: { request in try ArraySource(request).load() },
    probe: { request in try ArraySource.probe(request) })
}

/// Reading of NumPy arrays. The first axis counts items. Elements that are bytes are grey values
/// (divided by 255), bools are binary, all others real. Names in an .npz: `x` (or `data`, or the
/// only array) with labels `y` (or `labels`, or what `label=` names), to be divided by `split=`;
/// or `x_train`, `x_val`, `x_test` (`train`, `val`, `test`) with labels `y_train`, … as they are.
struct ArraySource {
  let request: DataRequest
  private let file: DataFile
  private let arrays: [String: StoredArray]
  /// Labels that are texts.
  private let texts: [String: ClassLabels]
  private let names: ArrayNames

  /// Reads the arrays that are wanted, once the headers show that they fit in memory.
  init(_ request: DataRequest) throws {
    self.request = request
    let headers = try Self.headers(request)
    let names = try ArrayNames(Set(headers.keys), request)
    let wanted = headers.filter { names.used.contains($0.key) }
    try request.environment.checkSize(of: wanted.values.map { (request.name, $0.shape) })
    let (bytes, file) = try DataFile.read(request.name)
    self.file = file
    self.names = names
    guard Self.isArchive(request) else {
      (arrays, texts) = (["x": try NumpyFile.parse(bytes, path: request.name)], [:])
      return
    }
    let textNames = names.labels.filter { wanted[$0]?.isText == true }
    texts = ClassLabels.each(
      try Dictionary(
        uniqueKeysWithValues: textNames.map {
          ($0, try NumpyArchive.readTexts(request.name, name: $0))
        }))
    arrays = try NumpyArchive.read(
      request.name, names: Set(wanted.keys).subtracting(textNames))
  }

  /// The headers of all arrays in the file; that of an .npy is called `x`.
  static func headers(_ request: DataRequest) throws -> [String: NumpyHeader] {
    isArchive(request)
      ? try NumpyArchive.readHeaders(of: request.name)
      : ["x": try NumpyFile.readHeader(of: request.name)]
  }

  private static func isArchive(_ request: DataRequest) -> Bool {
    request.name.lowercased().hasSuffix(".npz")
  }

  func load() throws -> Dataset {
    switch names.form {
    case .undivided(let items, let labels): return try undivided(items, labels)
    case .divided(let splits): return try divided(splits)
    }
  }

  private func undivided(_ items: String, _ labels: String?) throws -> Dataset {
    let (values, kind) = try self.items(items)
    let stored = try labels.map { try self.labels($0, items: values.rowCount, of: items) }
    let classes = stored.flatMap { ClassLabels.withoutGaps([$0]).first }
    return try UndividedData(
      name: request.name, items: values, labels: classes?.labels, classNames: classes?.names,
      valueKind: kind, files: [file]
    ).dataset(request.options)
  }

  private func divided(_ splits: [DataSplit.Role: ArrayNames.Pair]) throws -> Dataset {
    var parts: [DataSplit.Role: DataSplit] = [:]
    var kind: ValueKind?
    var labelled: [(role: DataSplit.Role, classes: ClassLabels)] = []
    for (role, pair) in splits {
      let (values, partKind) = try items(pair.items)
      guard kind == nil || kind == partKind else {
        throw unusable("\(pair.items) has a different type of numbers than the other splits")
      }
      kind = partKind
      parts[role] = DataSplit(role: role, items: values)
      if let name = pair.labels {
        labelled.append((role, try labels(name, items: values.rowCount, of: pair.items)))
      }
    }
    let classes = Dictionary(
      zip(labelled.map(\.role), ClassLabels.withoutGaps(labelled.map(\.classes))),
      uniquingKeysWith: { $1 })
    let names = classes.values.map(\.names).max { $0.count < $1.count } ?? []
    let complete = parts.mapValues {
      DataSplit(
        role: $0.role, items: $0.items, labels: classes[$0.role]?.labels, classNames: names)
    }
    guard let kind, let train = complete[.train] else { throw unusable("x_train is missing") }
    for part in complete.values where part.itemShape != train.itemShape {
      throw unusable(
        "\(part.role.rawValue) items have the shape \(part.itemShape), but those of train "
          + "\(train.itemShape)")
    }
    let (kept, held) = try heldOut(train, complete[.val])
    return try Dataset(
      name: request.name, train: kept, val: held, test: complete[.test], valueKind: kind,
      files: [file]
    ).prepared(request.options)
  }

  /// `val=n` takes the last n training items when the file has no validation split.
  private func heldOut(
    _ train: DataSplit, _ val: DataSplit?
  ) throws -> (DataSplit, DataSplit?) {
    guard let count = request.options.validationCount, count > 0 else { return (train, val) }
    guard val == nil else {
      throw DataError.badOption(
        option: "val", value: "\(count)", rule: "the file has its own validation split")
    }
    guard count < train.count else {
      throw DataError.emptySplit(
        role: .train, items: train.count, detail: "val=\(count) leaves no items")
    }
    let held = train.selecting(Array(train.count - count..<train.count))
    return (
      train.prefix(train.count - count),
      DataSplit(role: .val, items: held.items, labels: held.labels, classNames: held.classNames)
    )
  }

  private func items(_ name: String) throws -> (HostArray<Float>, ValueKind) {
    guard let array = arrays[name] else { throw unusable("there is no array \(name)") }
    guard array.shape.rank >= 1 else { throw unusable("\(name) is a single number") }
    guard array.shape.count > 0 else { throw DataError.empty(path: file.path) }
    let shape = ItemLayout.shape(of: array.shape, isPixels: array.kind != .real)
    if case .uint8(let bytes) = array {
      return (HostArray(PixelScale.intensities(of: bytes.elements[...]), shape: shape), .gray)
    }
    let values = array.floats.reshaped(to: shape)
    if let index = values.elements.firstIndex(where: { !$0.isFinite }) {
      throw DataError.notFinite(
        path: file.path, array: arrays.count > 1 ? name : nil, row: index / values.rowSize + 1,
        column: index % values.rowSize + 1, value: "\(array.doubles.elements[index])")
    }
    return (values, array.kind)
  }

  private func labels(_ name: String, items: Int, of itemsName: String) throws -> ClassLabels {
    let found =
      try texts[name]
      ?? arrays[name].map {
        try ClassLabels($0, path: "\(file.path), array \(name)")
      }
    guard let classes = found else { throw unusable("there is no array \(name)") }
    guard classes.labels.count == items else {
      throw DataError.countMismatch(
        items: items, itemsPath: "\(file.path), array \(itemsName)",
        labels: classes.labels.count, labelsPath: "array \(name)")
    }
    return classes
  }

  private func unusable(_ detail: String) -> DataError {
    .unusableArrays(path: file.path, detail: detail)
  }
}

/// The shape of items in memory.
enum ItemLayout {
  /// `[n]` holds one value an item; grey or binary `[n, height, width]` gets its channel axis.
  static func shape(of stored: Shape, isPixels: Bool) -> Shape {
    switch stored.rank {
    case 1: [stored[0], 1]
    case 3 where isPixels: [stored[0], 1, stored[1], stored[2]]
    default: stored
    }
  }
}

extension StoredArray {
  fileprivate var kind: ValueKind {
    switch self {
    case .uint8: .gray
    case .bool: .binary
    default: .real
    }
  }
}
