import CMatio
import MIMTensor

/// Omniglot as the matrices of Burda, Grosse & Salakhutdinov (2016, arXiv:1509.00519):
/// `chardata.mat` with `data` [784, n], `target` [50, n] (the alphabet, one-hot), `targetchar`
/// [1, n] (the character's number in it), and the same with `test` before the names. A column is
/// a picture with strokes of 1, its columns one after another.
struct OmniglotMatrices: OmniglotContent {
  private let path: String
  private let kind: OmniglotClass

  private static let side = 28
  /// As in the published code: what is left for training is 23,000 of 24,345.
  private static let defaultValidationCount = 1_345

  init(_ path: String, _ options: DataOptions) throws {
    self.path = path
    kind = try OmniglotClass(options.label)
    try options.refuse("split", isGiven: options.split != nil, for: "chardata.mat (use val=)")
    try MATLABStructure.check(path)
  }

  func load(_ request: DataRequest) throws -> Dataset {
    let counts = (try count("data"), try count("testdata"))
    let size = Self.side * Self.side
    try request.environment.checkSize(of: [
      (path, [counts.0, size]), (path, [counts.1, size]),
    ])
    let trainCount = try trainingCount(of: counts.0, request.options)
    let (train, test) = (try pictures("data"), try pictures("testdata"))
    let labels = try labels(counts.0, counts.1)
    func split(
      _ role: DataSplit.Role, _ items: HostArray<Float>, _ labels: ArraySlice<Int32>,
      _ names: [String]
    ) -> DataSplit {
      DataSplit(role: role, items: items, labels: Array(labels), classNames: names)
    }
    let all = split(.train, train, labels.labels[..<counts.0], labels.names)
    // The published code shuffles before it cuts off the validation split; labels come along.
    var random = RandomStream(seed: request.options.seed, stream: "split")
    let order = random.shuffled(counts.0)
    let validation = all.selecting(Array(order[trainCount...]))
    return try Dataset(
      name: "omniglot", train: all.selecting(Array(order[..<trainCount])),
      val: trainCount == counts.0
        ? nil : split(.val, validation.items, (validation.labels ?? [])[...], labels.names),
      test: split(.test, test, labels.labels[counts.0...], labels.names), valueKind: .gray,
      files: [try DataFile.read(path).file]
    ).binarised(request.options.binarisation ?? .none).limitedIfAsked(request.options)
  }

  func probe(_ request: DataRequest) throws -> DataProbe {
    let (all, test) = (try count("data"), try count("testdata"))
    let train = try trainingCount(of: all, request.options)
    return DataProbe(
      itemShape: [1, Self.side, Self.side], valueKind: request.options.kind(of: .gray),
      counts: try DataProbe.Counts(train: train, val: all - train, test: test)
        .limited(request.options),
      isLabelled: true, classCount: kind == .alphabet ? try extents("target").rows : nil)
  }

  private func trainingCount(of total: Int, _ options: DataOptions) throws -> Int {
    let validation = options.validationCount ?? min(Self.defaultValidationCount, total / 18)
    guard validation >= 0 else {
      throw DataError.badOption(
        option: "val", value: "\(validation)", rule: "use 0 (no validation split) or more items")
    }
    guard validation < total else {
      throw DataError.emptySplit(
        role: .train, items: total, detail: "val=\(validation) leaves no items; use a smaller val")
    }
    return total - validation
  }

  /// The number of pictures in a matrix `[784, n]`.
  private func count(_ name: String) throws -> Int {
    let (rows, columns) = try extents(name)
    guard rows == Self.side * Self.side, columns > 0 else {
      throw DataError.unusableArrays(
        path: path, detail: "\(name) is [\(rows), \(columns)], but pictures are [784, n]")
    }
    return columns
  }

  /// `[n, 1, 28, 28]`; stored columns become rows.
  private func pictures(_ name: String) throws -> HostArray<Float> {
    let (values, _, count) = try read(name)
    let (side, size) = (Self.side, Self.side * Self.side)
    var pixels = [Float](repeating: 0, count: values.count)
    for (index, value) in values.enumerated() {
      guard value >= 0, value <= 1 else {
        throw DataError.unusableArrays(
          path: path,
          detail: "\(name) contains \(value), but the values of pictures are from 0 to 1")
      }
      let (item, place) = index.quotientAndRemainder(dividingBy: size)
      pixels[item * size + place % side * side + place / side] = value
    }
    return HostArray(pixels, shape: [count, 1, side, side])
  }

  /// Classes of train and test, numbered together.
  private func labels(_ trainCount: Int, _ testCount: Int) throws -> ClassLabels {
    let texts =
      try texts("target", "targetchar", trainCount)
      + texts("testtarget", "testtargetchar", testCount)
    return ClassLabels(texts: texts)
  }

  private func texts(_ alphabets: String, _ characters: String, _ count: Int) throws -> [String] {
    let (oneHot, rows, columns) = try read(alphabets)
    guard columns == count, rows > 0 else {
      throw DataError.unusableArrays(
        path: path, detail: "\(alphabets) has \(columns) columns for \(count) pictures")
    }
    let numbers = try (0..<count).map { item in
      let column = oneHot[item * rows..<(item + 1) * rows]
      guard column.filter({ $0 == 1 }).count == 1, column.allSatisfy({ $0 == 0 || $0 == 1 }),
        let place = column.firstIndex(of: 1)
      else { throw DataError.badLabel(path: path, row: item + 1, value: "\(Array(column))") }
      return place - column.startIndex + 1
    }
    if kind == .alphabet { return numbers.map { Self.padded($0) } }
    let (inside, charRows, charColumns) = try read(characters)
    guard charRows * charColumns == count else {
      throw DataError.unusableArrays(
        path: path,
        detail: "\(characters) has \(charRows * charColumns) values for \(count) pictures")
    }
    return try zip(numbers, inside).enumerated().map { item, pair in
      guard let character = Int(exactly: pair.1), (0..<100_000).contains(character) else {
        throw DataError.badLabel(path: path, row: item + 1, value: "\(pair.1)")
      }
      return "\(Self.padded(pair.0))/\(Self.padded(character))"
    }
  }

  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private func extents(_ name: String) throws -> (rows: Int, columns: Int) {
    var (rows, columns) = (0, 0)
    try check(cmatio_extents(path, name, &rows, &columns), name)
    guard rows <= 1 << 20, columns <= 1 << 26 else {
      throw FileError.malformed(
        path: path, format: "MAT", detail: "\(name) declares [\(rows), \(columns)]")
    }
    return (rows, columns)
  }

  /// Column after column.
  private func read(_ name: String) throws -> (values: [Float], rows: Int, columns: Int) {
    var (rows, columns) = try extents(name)
    var values: UnsafeMutablePointer<Float>?
    try check(cmatio_read(path, name, 1 << 30, &values, &rows, &columns), name)
    defer { cmatio_free(values) }
    return (Array(UnsafeBufferPointer(start: values, count: rows * columns)), rows, columns)
  }

  private func check(_ status: Int32, _ name: String) throws {
    switch Int(status) {
    case CMATIO_OK: return
    case CMATIO_NOT_MAT: throw FileError.wrongMagic(path: path, expected: "a .mat file")
    case CMATIO_OTHER_VERSION: throw MATLABStructure.otherVersion(path)
    case CMATIO_MISSING:
      throw DataError.unusableArrays(
        path: path, detail: "it has no matrix called \(name), or is truncated before it")
    case CMATIO_NOT_MATRIX:
      throw DataError.unusableArrays(path: path, detail: "\(name) is not a matrix of real numbers")
    case CMATIO_TOO_LARGE: throw FileError.tooLarge(path: path, limit: 1 << 32)
    default: throw FileError.truncated(path: path, detail: "the elements of \(name) are missing")
    }
  }
}
