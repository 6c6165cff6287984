/// What `mim-repl run` was asked to do.
public struct RunOptions: Sendable {
  /// Overrides of declared parameters, `name=value` as written.
  public var parameters: [String] = []
  /// A YAML file of further overrides.
  public var parametersFile: String?
  /// The output folder; nil: `out/NAME/`.
  public var outputFolder: String?
  /// Overrides the front matter's seed.
  public var seed: UInt64?
  /// Cores a plan may use; nil: all.
  public var threads: Int?
  /// Rows of a sweep side by side; nil: one for each core.
  public var jobs: Int?
  /// A smoke test: `epochs`, `samples` and `seeds` are cut.
  public var quick = false
  /// Goes past failed cells.
  public var keepGoing = false
  /// Seconds for the whole run; nil: no limit.
  public var timeout: Double?
  /// The processes that run the notebooks together.
  public var ranks = Ranks.single

  /// The defaults.
  public init() {}
}
