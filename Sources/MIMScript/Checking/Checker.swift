/// Finds, before anything runs, what is wrong with a program: names, verbs, options, types,
/// literal values, and what the verbs' own `infer` knows of shapes and data kinds.
///
/// It receives one cell or statement after another, and remembers what it learned about each name.
/// Loops and sweeps are followed through their first values, so that what their variables hold is
/// checked too.
public struct Checker: Sendable {
  /// The verbs.
  public let table: HostTable
  /// Values given from outside for `param` lines.
  public let overrides: [String: ParameterOverride]
  /// The names declared as parameters so far.
  public internal(set) var parameters: [String] = []
  var scopes: [[String: StaticValue]]
  /// The statements that bound the names, for notes such as "`m0` made at line 12".
  var origins: [String: Span] = [:]
  var errors: [ScriptError] = []
  /// How many loops and sweeps enclose the place that is checked.
  var loopDepth = 0
  /// Set in a branch that is known not to run: only names of verbs, options, words count there.
  var isUnreachable = false
  /// The words `sweep` and `figure` whose blocks have the scopes above the first.
  var owners: [Span] = []
  /// The mistakes for which a near name is sought.
  static let mostAdvised = 100
  /// Where variables occur, for who asks for that.
  var log: OccurrenceLog?

  /// Starts from what a session knows (`Interpreter.staticNames`).
  public init(
    table: HostTable, names: [String: StaticValue] = [:],
    overrides: [String: ParameterOverride] = [:]
  ) {
    self.table = table
    self.overrides = overrides
    scopes = [names]
  }

  /// What is known about the names defined so far.
  public var names: [String: StaticValue] { scopes.first ?? [:] }

  /// Adds a name that was defined outside the program.
  public mutating func bind(_ name: String, to value: StaticValue) {
    scopes[scopes.count - 1][name] = value
  }

  /// Checks statements and learns the names they bind.
  /// - Returns: every mistake, in the order of the text; empty: the statements may run.
  public mutating func check(_ program: Program) -> [ScriptError] {
    errors = []
    _ = check(program.statements)
    var seen: Set<String> = []
    let found = errors.filter { error in
      let place = error.span.map { "\($0.source.name) \($0.range)" } ?? ""
      return seen.insert("\(error.code) \(place)").inserted
    }
    errors = []
    return found.sorted { ($0.span?.range.lowerBound ?? 0) < ($1.span?.range.lowerBound ?? 0) }
  }

  // MARK: Mistakes

  mutating func report(_ error: ScriptError) {
    let stillCounts = ["E102", "E103", "E104", "E106", "E107"].contains(error.code)
    if isUnreachable, !stillCounts { return }
    var error = error
    if error.kind == .failure { error.kind = .check }
    errors.append(error)
  }

  /// Runs what may throw a mistake; nil when it did.
  mutating func reporting<Result>(at span: Span, _ body: () throws -> Result) -> Result? {
    do {
      return try body()
    } catch {
      var located = error as? ScriptError ?? ScriptError("E400", "\(error)")
      if located.span == nil { located.span = span }
      report(located)
      return nil
    }
  }

  // MARK: Names

  func lookup(_ name: String) -> StaticValue? {
    for scope in scopes.reversed() {
      if let value = scope[name] { return value }
    }
    return nil
  }

  var visibleNames: Set<String> { Set(scopes.flatMap(\.keys)) }
}
