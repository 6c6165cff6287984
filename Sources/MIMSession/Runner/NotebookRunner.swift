import MIMScript

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
  /// A smoke test: `epochs`, `samples` and `seeds` are cut.
  public var quick = false
  /// Goes past failed cells.
  public var keepGoing = false
  /// Seconds for the whole run; nil: no limit.
  public var timeout: Double?
  /// Results as JSON lines on stdout instead of text.
  public var json = false

  /// The defaults.
  public init() {}
}

/// The exit codes of `mim-repl`.
public enum ExitCode: Int32, Sendable {
  case ok = 0
  case failure = 1
  case usage = 2
  case check = 3
  case data = 4
  case timeout = 124
  case interrupted = 130
  case terminated = 143
}
