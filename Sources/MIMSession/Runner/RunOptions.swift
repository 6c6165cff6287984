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
  /// The seed where neither `seed` nor the front matter has one; nil: 1.
  var fallbackSeed: UInt64?
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
  /// Where results are kept and found; nil: nowhere.
  public var cache: ResultStore?
  /// Whether everything runs, and kept results are replaced.
  public var fresh = false
  /// Whether nothing may be computed: the run fails where a result is not there.
  public var frozen = false
  /// Whether the run only says what it would do.
  public var plan = false
  /// The first cell that may run: the results of those above must be there.
  public var from: String?
  /// The only cell that may run.
  public var only: String?
  /// The last cell of the run.
  public var until: String?
  /// A run.json with which the results are compared.
  public var comparison: String?
  /// How far numbers may be from those, relative to the larger one.
  public var tolerance = 1e-6
  /// Files and folders beyond its own that a notebook may read.
  public var allowRead: [String] = []
  /// Files and folders beyond its output folder that a notebook may write, and read.
  public var allowWrite: [String] = []
  /// Whether `load … fetch=true` may download.
  public var allowFetch = false
  /// The folder for TensorBoard's events of every training that runs; nil: none are written.
  public var eventsFolder: String?
  /// Whether the notebook with its results is also written for Jupyter.
  public var writesJupyter = false
  /// The processes that run the notebooks together.
  public var ranks = Ranks.single

  /// The defaults.
  public init() {}
}
