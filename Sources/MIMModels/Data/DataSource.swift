import MIMTensor

/// One named data set: a line of the table behind `load NAME`.
public struct DataSource: Sendable {
  /// The word after `load`.
  public let name: String
  /// One sentence for help.
  public let summary: String
  /// The option names of `load` that have an effect here.
  public let options: Set<String>
  /// What the quoted text after the name means (`"4"` for `toy`); nil when there is none.
  public let argument: String?
  /// Whether that text is the path of a file or folder.
  public var argumentIsPath = false
  /// How many items are drawn, where `n=` says it.
  public var drawnCount: DrawnCount?
  /// Reads or draws the data.
  let load: @Sendable (DataRequest) throws -> Dataset
  /// Looks at names and headers only.
  let probe: @Sendable (DataRequest) throws -> DataProbe
}

/// What `n=` counts in a data set that is drawn.
public struct DrawnCount: Sendable {
  /// How many there are without `n=`.
  public let usual: Int
  /// What is counted, for help: `points in each split`.
  public let meaning: String

  /// The number that was asked for, or the usual one.
  func asked(_ options: DataOptions) -> Int { options.itemCount ?? usual }
}

/// A `load` statement: text, options, and the machine that it runs on.
public struct DataRequest: Sendable {
  /// The name of a source or the path of a file or folder.
  public let name: String
  /// The quoted text after the name of a source.
  public let argument: String?
  /// The options.
  public var options: DataOptions
  /// Where to look and how to download.
  public let environment: DataEnvironment

  /// What `load NAME "argument" options` asks for; by itself on this machine, with every default.
  public init(
    _ name: String, argument: String? = nil, options: DataOptions = DataOptions(),
    environment: DataEnvironment = .process
  ) {
    self.name = name
    self.argument = argument
    self.options = options
    self.environment = environment
  }
}

extension Dataset {
  /// Loads a named source (``DataSource/table``) or own data (`.npy .npz .csv .tsv`, a folder of
  /// PNGs). Throws ``DataError`` or ``FileError``; nothing is written unless `fetch` is set.
  public static func load(_ request: DataRequest) throws -> Dataset {
    try DataSource.source(for: request).load(request)
  }

  /// What is known from names, headers and first lines, without reading the items.
  public static func probe(_ request: DataRequest) throws -> DataProbe {
    try DataSource.source(for: request).probe(request)
  }
}
