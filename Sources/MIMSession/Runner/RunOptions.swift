import MIMModels

/// The options of `mim-repl run`.
public struct RunOptions: Sendable {
  /// Overrides of declared parameters, `name=value` as written.
  public var parameters: [String] = []
  /// The components of which model files may consist.
  public var catalog = Catalog.standard
  /// A YAML file of further overrides.
  public var parametersFile: String?
  /// The output folder; nil: `out/NAME/`.
  public var outputFolder: String?
  /// Overrides the front matter's seed.
  public var seed: UInt64?
  /// Cores a plan may use; nil: all.
  public var threads: Int?
  /// The number of sweep rows that run at the same time; nil: one per core.
  public var jobs: Int?
  /// A smoke test: `epochs`, `samples` and `seeds` are cut.
  public var quick = false
  /// Whether the run continues after a failed cell.
  public var keepGoing = false
  /// Seconds for the whole run; nil: no limit.
  public var timeout: Double?
  /// The processes that run the notebooks together.
  public var ranks = Ranks.single

  /// The defaults.
  public init() {}
}
