import MIMScript

/// An interpreter with its names, settings and output: what the prompt, `-c`, files and notebook
/// cells are evaluated in. Not for concurrent use; `interruption` may be used from anywhere.
///
/// A thin client reads text until `read` gives a whole input, clears the interruption, calls
/// `evaluate`, and looks at the outcome; results and errors reach its `SessionOutput`.
public final class Session {
  /// How an evaluation ended.
  public enum Outcome: Sendable {
    /// Every statement ran.
    case finished
    /// An error; it was already handed to the output. Statements before it keep their effect.
    case failed(ScriptError)
    /// The user stopped it; the rest of the input was skipped.
    case interrupted(Interruption.Cause)
    /// `quit`.
    case quit
  }

  /// The environment of the verbs.
  public let context: SessionContext
  /// The verbs, for help and completion.
  public let table: HostTable
  private let interpreter: Interpreter

  /// Makes a session with the given verbs.
  /// - Parameter overrides: values from outside for `param` lines.
  public init(
    settings: SessionSettings = SessionSettings(), table: HostTable = builtinTable,
    output: any SessionOutput, interruption: Interruption = Interruption(),
    overrides: [String: ParameterOverride] = [:]
  ) {
    let prepared = HostTable(
      table.functions.map(\.preparedForSession), topics: table.topics,
      objects: table.objects)
    self.table = prepared
    context = SessionContext(
      settings: settings, table: prepared, output: output, interruption: interruption)
    interpreter = Interpreter(
      table: prepared, host: context, sessionSeed: settings.seed, overrides: overrides)
  }

  /// Reads a prompt entry; nil: it isn't a whole input yet, more lines are needed.
  public func read(_ entry: Source) -> ParseResult? {
    Parser.parse(entry: entry, vocabulary: table.vocabulary)
  }

  /// Parses and checks program text as a whole, then runs it statement by statement. Results and
  /// errors go to the output. Nothing runs when anything in the text is wrong.
  @discardableResult
  public func evaluate(_ source: Source) -> Outcome {
    evaluate(Parser.parse(source, vocabulary: table.vocabulary))
  }

  /// The same with text that was parsed before.
  @discardableResult
  public func evaluate(_ parsed: ParseResult) -> Outcome {
    var errors = parsed.errors
    if errors.isEmpty {
      var checker = Checker(
        table: table, names: interpreter.staticNames, overrides: interpreter.overrides)
      errors = checker.check(parsed.program)
    }
    // What the checks read of files may be another on another machine.
    let place = Span(parsed.source, 0..<0)
    if let problem = context.ranks.agreed(errors.first, at: place), errors.isEmpty {
      errors = [problem]
    }
    guard errors.isEmpty else { return fail(errors) }
    return run(parsed.program.statements)
  }

  /// Starts a notebook cell: its label belongs to the random streams and to the recipes.
  public func beginCell(_ label: String) {
    interpreter.beginCell(label)
    context.withState { $0.cell = label }
  }

  /// Binds a name from outside: a front-matter parameter.
  public func bind(_ name: String, to value: Value) {
    interpreter.bind(name, to: value)
    context.withState { $0.params.append((name, value)) }
  }

  /// The bound names and their values, for completion; `ans` among them.
  public var bindings: [String: Value] { interpreter.bindings }

  /// The value of a name followed by fields, as inline values use it.
  public func value(ofPath path: [String], at span: Span? = nil) throws -> Value {
    try interpreter.value(ofPath: path, at: span)
  }

  /// The number of sweep rows that failed so far; if there are any, the exit code is 1.
  public var failedRowCount: Int { interpreter.failedRowCount }

  // MARK: Running

  private func run(_ statements: [Statement]) -> Outcome {
    for statement in statements {
      if let outcome = run(statement) { return outcome }
    }
    return .finished
  }

  /// Runs one statement; gives an outcome when nothing may follow it.
  private func run(_ statement: Statement) -> Outcome? {
    let (interruption, ranks) = (context.interruption, context.ranks)
    // At this place every rank is: nothing can be thrown.
    try? context.meetRanks()
    guard !interruption.isRequested else { return .interrupted(interruption.cause) }
    interpreter.sessionSeed = context.settings.seed
    context.begin(statement)
    var own: ScriptError?
    do {
      let quick = context.settings.quick
      let work = quick ? statement.cuttingSeedAxes(to: QuickCuts.seedCount) : statement
      try interpreter.run(Program(statements: [work]))
    } catch {
      own = error as? ScriptError ?? ScriptError("E400", "\(error)", at: statement.span)
    }
    let problem = ranks.agreed(own, at: statement.span)
    try? context.meetRanks()
    if let problem {
      context.end(succeeded: problem.kind == .interrupted && interruption.level < .drop)
      if problem.kind == .interrupted || interruption.isRequested {
        if interruption.cause != .closedPipe { context.message(problem.message) }
        return .interrupted(interruption.cause)
      }
      return fail([problem])
    }
    context.end(succeeded: true)
    if interruption.isRequested { return .interrupted(interruption.cause) }
    return context.isQuitRequested ? .quit : nil
  }

  private func fail(_ errors: [ScriptError]) -> Outcome {
    for error in errors { context.report(error) }
    return .failed(errors[0])
  }
}
