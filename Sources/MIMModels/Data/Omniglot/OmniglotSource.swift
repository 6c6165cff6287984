import MIMTensor

extension DataSource {
  /// `load omniglot`, `load omniglot "images_background.zip"`
  static let omniglot = DataSource(
    name: "omniglot",
    summary: "Omniglot: handwritten characters of 50 alphabets, 28 × 28",
    options: ["val", "limit", "binarize", "split", "label"],
    argument: "a folder, a .zip, or chardata.mat", argumentIsPath: true,
    load: { request in try OmniglotPlace(request).content(request).load(request) },
    probe: { request in try OmniglotPlace(request).content(request).probe(request) })
}

/// Where Omniglot lies: the matrices of Burda et al., or Lake et al.'s drawings.
enum OmniglotPlace {
  /// `chardata.mat`.
  case matrices(String)
  /// Zip archives and folders with alphabet/character/drawing.png in them.
  case drawings([String])

  private static let matrixName = "chardata.mat"
  /// The official archives, each also as the folder that it unpacks to.
  private static let archiveNames = [
    "images_background", "images_evaluation", "images_background_small1",
    "images_background_small2",
  ]

  /// The path that the statement names; else the first of the data folders that has something.
  init(_ request: DataRequest) throws {
    if let path = request.argument {
      self = try Self.named(path)
      return
    }
    let folders = request.environment.searchFolders.map { "\($0)/omniglot" }
    guard let found = folders.lazy.compactMap(Self.inside).first else {
      throw DataError.missing(
        source: "omniglot", files: [Self.matrixName] + Self.archiveNames.map { "\($0).zip" },
        folders: folders,
        remedies: [
          "download images_background.zip and images_evaluation.zip from "
            + "https://github.com/brendenlake/omniglot (folder python) and copy them to "
            + "\(request.environment.dataFolder)/omniglot",
          "give a folder or file: load omniglot \"PATH\"",
        ])
    }
    self = found
  }

  /// The reader of what lies here.
  func content(_ request: DataRequest) throws -> any OmniglotContent {
    switch self {
    case .matrices(let path): try OmniglotMatrices(path, request.options)
    case .drawings(let paths): try OmniglotDrawings(paths, request.options)
    }
  }

  private static func named(_ path: String) throws -> OmniglotPlace {
    guard !path.utf8.contains(0) else {
      throw FileError.system(path: path, action: "open", reason: "a path cannot contain NUL")
    }
    guard AtomicFile.exists(path) else { throw FileError.missing(path: path) }
    if AtomicFile.isFolder(path) { return inside(path) ?? .drawings([path]) }
    switch path.lowercased() {
    case let name where name.hasSuffix(".mat"): return .matrices(path)
    case let name where name.hasSuffix(".zip"): return .drawings([path])
    default:
      throw FileError.unsupported(
        path: path, detail: "Omniglot is read from a folder, .zip files or chardata.mat")
    }
  }

  /// What a folder holds under the official names; the matrices first, nil for neither.
  private static func inside(_ folder: String) -> OmniglotPlace? {
    let matrix = "\(folder)/\(matrixName)"
    if AtomicFile.exists(matrix) { return .matrices(matrix) }
    let archives = archiveNames.compactMap { name in
      ["\(folder)/\(name).zip", "\(folder)/\(name)"].first(where: AtomicFile.exists)
    }
    return archives.isEmpty ? nil : .drawings(archives)
  }
}

/// One of the two forms in which Omniglot is published.
protocol OmniglotContent {
  func load(_ request: DataRequest) throws -> Dataset
  func probe(_ request: DataRequest) throws -> DataProbe
}

/// What a class is: `label=character` (the default) or `label=alphabet`.
enum OmniglotClass: String {
  case character, alphabet

  init(_ option: ColumnReference?) throws {
    guard let option else {
      self = .character
      return
    }
    guard case .name(let word) = option, let known = OmniglotClass(rawValue: word) else {
      let text = if case .name(let name) = option { name } else { "a number" }
      throw DataError.badOption(
        option: "label", value: text, rule: "write label=character or label=alphabet")
    }
    self = known
  }
}

extension DataOptions {
  /// Throws for an option that one form of Omniglot has and this one doesn't.
  func refuse(_ option: String, isGiven: Bool, for form: String) throws {
    if isGiven { throw DataError.optionWithoutEffect(option: option, source: form) }
  }
}
