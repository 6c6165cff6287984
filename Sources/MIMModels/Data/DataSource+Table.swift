import MIMTensor

extension DataSource {
  /// All named data sets: a new one is a file with its reading and one line here.
  public static let table: [DataSource] = [
    toy, mnist, fashion, omniglot, benchmark, sprites, swissRoll,
  ]

  /// The ways of reading own data, by the ending of its path.
  static let ownData: [(endings: [String], source: DataSource)] = [
    ([".npy", ".npz"], numpyArrays),
    ([".csv", ".tsv"], delimitedTable),
  ]

  /// The line of the table, or the way of reading that path, with its options checked.
  static func source(for request: DataRequest) throws -> DataSource {
    let source = try find(request)
    for option in request.options.given where !source.options.contains(option) {
      throw DataError.optionWithoutEffect(option: option, source: source.name)
    }
    if let argument = request.argument, source.argument == nil {
      throw DataError.badOption(
        option: source.name, value: "\"\(argument)\"", rule: "takes no text after its name")
    }
    return source
  }

  private static func find(_ request: DataRequest) throws -> DataSource {
    let name = request.name
    if let named = table.first(where: { $0.name == name }) { return named }
    guard !name.utf8.contains(0) else {
      throw FileError.system(path: name, action: "open", reason: "a path cannot contain NUL")
    }
    if AtomicFile.isFolder(name) { return imageFolder }
    let lowercased = name.lowercased()
    if let own = ownData.first(where: { $0.endings.contains(where: lowercased.hasSuffix) }) {
      guard AtomicFile.exists(name) else { throw FileError.missing(path: name) }
      return own.source
    }
    guard AtomicFile.exists(name) else {
      throw DataError.unknownSource(name: name, sources: table.map(\.name))
    }
    if [".pt", ".pth", ".ckpt", ".pkl"].contains(where: lowercased.hasSuffix) {
      throw FileError.unsupported(
        path: name,
        detail: "opening a pickle can run any code; in Python, write the weights with "
          + "safetensors.torch.save_file(model.state_dict(), \"w.safetensors\")")
    }
    throw FileError.unsupported(
      path: name,
      detail: "data is read from .npy, .npz, .csv and .tsv files and from folders of PNGs")
  }
}

extension DataOptions {
  /// The names of the options that are set, except `seed`, which any source may be given.
  var given: [String] {
    let all: [(String, Bool)] = [
      ("val", validationCount != nil), ("limit", limit != nil),
      ("binarize", binarisation != nil), ("fetch", fetch), ("dim", dimension != nil),
      ("n", itemCount != nil), ("label", label != nil), ("header", header != nil),
      ("split", split != nil), ("scale", scaling != nil), ("columns", columns != nil),
      ("id", identity != nil), ("drop", dropped != nil), ("decimal", decimal != nil),
      ("stratify", stratifies != nil),
      ("folds", folds != nil), ("categories", categories != nil), ("missing", missing != nil),
    ]
    return all.filter(\.1).map(\.0)
  }
}
