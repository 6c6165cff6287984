/// Runs statements with the verbs of the host table. One interpreter is one session: the prompt gives it
/// one statement after another, and the notebook runner one cell after another. Names stay defined.
public final class Interpreter {
  /// The verbs.
  public let table: HostTable
  /// Progress, interruption, output.
  public let host: any HostContext
  /// The seed from which every random stream that has no `seed=` is derived.
  public var sessionSeed: UInt64
  /// Values given from outside to `param` lines.
  public var overrides: [String: ParameterOverride]
  /// The number of sweep rows that failed so far; if there are any, the exit code is 1.
  public internal(set) var failedRowCount = 0
  var state: State

  /// What running a statement depends on and changes.
  struct State: Sendable {
    /// Bound names, outermost scope first; sweep and figure blocks have their own.
    var scopes: [[String: Value]] = [[:]]
    var streams = RandomStreams()
    /// Where verbs report and show; a figure block collects there.
    var host: any HostContext
    /// Set inside a sweep: bare expressions are not shown.
    var isQuiet = false
    /// Set inside a figure block: takes the panels that would be shown.
    var panels: PanelCollector?
    /// The statement that runs, for recipes.
    var statement = ""
  }

  /// Makes an interpreter with nothing bound.
  public init(
    table: HostTable, host: any HostContext, sessionSeed: UInt64 = 1,
    overrides: [String: ParameterOverride] = [:]
  ) {
    self.table = table
    self.host = host
    self.sessionSeed = sessionSeed
    self.overrides = overrides
    state = State(host: host)
  }

  /// Starts a notebook cell: random streams carry its label, and unnamed calls count from 1; without a label (empty) in each
  /// statement.
  public func beginCell(_ label: String) {
    state.streams = RandomStreams(cell: label)
  }

  /// How often each verb was called without a name in this cell: random streams count these calls. Whoever uses a kept result
  /// instead of running a statement counts for it.
  package var unnamedCalls: [String: Int] {
    get { state.streams.counts }
    set { state.streams.counts = newValue }
  }

  /// Runs a program's statements in order and shows what they show.
  /// - Returns: the last value.
  /// - Throws: `ScriptError`, always with a place. Statements before the failing one keep their
  ///   effect. When the error carries a partial value (`ScriptError.partial`), an interrupted
  ///   statement has bound it to its name, a failed one to `ans`.
  @discardableResult
  public func run(_ program: Program) throws -> Value {
    let before = state
    do {
      return try run(program.statements)
    } catch {
      restoreOutermost(before)
      throw error
    }
  }

  /// Leaves the blocks that an error broke out of; what the outermost scope bound stays.
  private func restoreOutermost(_ before: State) {
    let outermost = state.scopes.first ?? [:]
    let streams = state.scopes.count == 1 ? state.streams : before.streams
    state = before
    state.scopes = [outermost]
    state.streams = streams
    state.streams.enclosing = before.streams.enclosing
  }

  // MARK: Names

  /// The names defined in the session and their values, `ans` among them.
  public var bindings: [String: Value] { state.scopes.first ?? [:] }

  /// Binds a name from outside: a restored value.
  public func bind(_ name: String, to value: Value) {
    state.scopes[state.scopes.count - 1][name] = value
  }

  /// Takes a name away again: its value is kept elsewhere until somebody needs it.
  package func forget(_ name: String) {
    state.scopes[state.scopes.count - 1][name] = nil
  }

  /// The value of a name followed by fields, `s.mi`, as inline values of a notebook use it.
  /// - Throws: E101 and E108, with the place given.
  public func value(ofPath path: [String], at span: Span? = nil) throws -> Value {
    let place = span ?? Span(Source(name: "", text: path.joined(separator: ".")), 0..<0)
    guard let first = path.first else { return .none }
    return try path.dropFirst().reduce(lookup(first, at: place)) {
      try ExpressionEvaluator.field(Name($1, at: place), of: $0)
    }
  }

  /// What a `Checker` may assume about the names that are defined now.
  public var staticNames: [String: StaticValue] { bindings.mapValues(StaticValue.init(of:)) }

  func lookup(_ name: String, at span: Span) throws -> Value {
    for scope in state.scopes.reversed() {
      if let value = scope[name] { return value }
    }
    let names = Set(state.scopes.flatMap(\.keys))
    throw unboundName(name, at: span, names: names, table: table)
  }
}

/// The error for a name that is not defined at this point.
func unboundName(
  _ name: String, at span: Span, names: Set<String>, table: HostTable
) -> ScriptError {
  if table[name] != nil {
    return ScriptError(
      "E101", "`\(name)` is a verb, not a value", kind: .check, at: span,
      label: "inside a line, write `\(name)(…)`")
  }
  let near = Suggestions.near(name, in: names)
  let label =
    Suggestions.label(naming: near) ?? foreignValue(name).map { "write `\($0)`" }
    ?? (name == "ans" ? "no value has been shown yet" : nil) ?? wordHint(name, table)
    ?? "define it first: `\(name) = …`; put text in quotes"
  return ScriptError(
    "E101", "nothing is called `\(name)` here", kind: .check, at: span, label: label,
    fixes: near.map { ScriptError.Fix($0) }
      + [foreignValue(name), quotedWord(name, table)].compactMap { $0.map { ScriptError.Fix($0) } })
}

/// What to write for a value of another language.
private func foreignValue(_ name: String) -> String? {
  switch name.lowercased() {
  case "true", "false": name.lowercased()
  case "none", "null", "nil", "na", "nothing", "missing": "none"
  default: nil
  }
}

/// What to write for a word that stands where a value is needed: `mnist = load mnist`.
private func wordHint(_ name: String, _ table: HostTable) -> String? {
  func has(_ parameter: Parameter?) -> Bool {
    parameter?.type.words.contains { $0.name == name } ?? false
  }
  if let maker = table.functions.first(where: { $0.group == .data && has($0.positional.first) }) {
    return "define it first: `\(name) = \(maker.name) \(name)`"
  }
  return quotedWord(name, table).map { "as a value, this word needs quotes: `\($0)`" }
}

/// `"adam"` for a word that some verb takes: names of values may hold it as text.
private func quotedWord(_ name: String, _ table: HostTable) -> String? {
  table.allWords.contains { $0.name == name } ? "\"\(name)\"" : nil
}

extension StaticValue {
  /// What the checker may assume about an existing value.
  public init(of value: Value) {
    switch value {
    case .object(let object): self = .object(type: object.typeName, facts: object.facts)
    default: self = .known(value)
    }
  }
}
