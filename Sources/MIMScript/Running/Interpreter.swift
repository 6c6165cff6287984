/// Runs statements against the host table. One interpreter holds one session: the prompt gives it
/// statement after statement, the notebook runner cell after cell; what is bound stays bound.
public final class Interpreter {
  /// The verbs.
  public let table: HostTable
  /// Progress, interruption, output.
  public let host: any HostContext
  /// The seed from which every random stream that has no `seed=` is derived.
  public var sessionSeed: UInt64
  /// Values given from outside to `param` lines.
  public var overrides: [String: ParameterOverride]
  /// Rows of sweeps that failed so far; any makes the exit code 1.
  public private(set) var failedRowCount = 0

  /// Makes an interpreter with nothing bound.
  public init(
    table: HostTable, host: any HostContext, sessionSeed: UInt64 = 1,
    overrides: [String: ParameterOverride] = [:]
  ) {
    self.table = table
    self.host = host
    self.sessionSeed = sessionSeed
    self.overrides = overrides
  }

  /// Starts a notebook cell: random streams carry its label, and unnamed calls count from 1.
  public func beginCell(_ label: String) {}

  /// Runs a program's statements in order and shows what they show.
  /// - Returns: the last value.
  /// - Throws: `ScriptError`, always with a place. Statements before the failing one keep their
  ///   effect. When the error carries a partial value (`ScriptError.partial`), an interrupted
  ///   statement has bound it to its name, a failed one to `ans`.
  @discardableResult
  public func run(_ program: Program) throws -> Value {
    .none
  }

  /// The names bound in the session and their values, `ans` among them.
  public var bindings: [String: Value] { [:] }

  /// Binds a name from outside: a front-matter parameter, a restored value.
  public func bind(_ name: String, to value: Value) {}

  /// The value of a name followed by fields, `s.mi`, as inline values of a notebook use it.
  public func value(ofPath path: [String], at span: Span? = nil) throws -> Value { .none }

  /// What a `Checker` may assume of the names bound now.
  public var staticNames: [String: StaticValue] { [:] }
}
