import MIMFormats
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
  /// The verbs as they were given.
  let givenTable: HostTable
  /// Reads kept values.
  let restorer: Restorer
  private let interpreter: Interpreter
  /// Where its statements are kept while it runs.
  public var journal: SessionJournal?

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
    givenTable = table
    context = SessionContext(
      settings: settings, table: prepared, output: output, interruption: interruption)
    let context = context
    restorer = Restorer(catalog: settings.catalog) { recipe in
      guard let value = try prepared["load"]?.run(recipe.call(in: context)),
        let data: DatasetObject = value.asObject()
      else { throw ScriptError("E999", "this session has no `load`") }
      return data
    }
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
    check(parsed, parsed.program.statements) ?? run(parsed.program.statements)
  }

  /// Checks statements of a parsed text against the names that are bound; gives an outcome where something is wrong.
  func check(_ parsed: ParseResult, _ statements: [Statement]) -> Outcome? {
    var errors = parsed.errors
    if errors.isEmpty {
      var checker = Checker(
        table: table, names: interpreter.staticNames, overrides: interpreter.overrides)
      errors = self.errors(in: statements, &checker)
    }
    // What the checks read of files may be another on another machine.
    let place = Span(parsed.source, 0..<0)
    if let problem = context.ranks.agreed(errors.first, at: place), errors.isEmpty {
      errors = [problem]
    }
    return errors.isEmpty ? nil : fail(errors)
  }

  /// The mistakes in statements. What an included file binds is known to those below it.
  private func errors(in statements: [Statement], _ checker: inout Checker) -> [ScriptError] {
    let binders = statements.contains {
      Inclusion($0) != nil || Recovery($0) != nil || SessionLoading($0) != nil
    }
    guard binders else { return checker.check(Program(statements: statements)) }
    var errors: [ScriptError] = []
    for statement in statements where Recovery(statement) == nil {
      if let loading = SessionLoading(statement) {
        do {
          for (name, value) in try loading.read(for: self).values {
            checker.bind(name, to: StaticValue(of: value))
          }
        } catch {
          errors.append(error as? ScriptError ?? ScriptError("E990", "\(error)", at: loading.span))
        }
        continue
      }
      guard let inclusion = Inclusion(statement) else {
        errors += checker.check(Program(statements: [statement]))
        continue
      }
      do {
        for (name, value) in try inclusion.load(for: self).names { checker.bind(name, to: value) }
      } catch {
        errors += (error as? Halt)?.errors ?? [ScriptError("E990", "\(error)", at: inclusion.span)]
      }
    }
    return errors
  }

  /// Runs a notebook or script, and takes over its names: what is bound before a failure too.
  /// - Parameter shows: whether its results are shown.
  /// - Returns: the exit code.
  package func include(_ path: String, shows: Bool) -> ExitCode {
    do {
      let code = try Inclusion(path: path).run(in: self, shows: shows)
      journal?.append("include \(JSON.string(path).text())")
      return code
    } catch {
      return Commands.report(error, context.output)
    }
  }

  private func run(_ inclusion: Inclusion) -> Outcome? {
    do {
      let code = try inclusion.run(in: self, shows: false)
      if let stop = outcomeOfStop() { return stop }
      guard code != .ok else { return nil }
      return fail([
        ScriptError(
          "E228", "`\(inclusion.path)` did not run to its end", at: inclusion.span,
          notes: ["the names that it had bound until then are there"])
      ])
    } catch let halt as Halt {
      return fail(halt.errors)
    } catch {
      return failure(error, at: inclusion.span)
    }
  }

  /// Starts a notebook cell: its label belongs to the random streams and to the recipes. Nil: it has none.
  public func beginCell(_ label: String?) {
    interpreter.beginCell(label ?? "")
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

  /// The values given from outside for `param` lines.
  var overrides: [String: ParameterOverride] { interpreter.overrides }

  /// Binds what a statement gave at an earlier prompt, where that was kept and still holds.
  func restoreKept(_ statement: Statement) -> Bool {
    guard PromptCache(self)?.restore(statement) == true else { return false }
    note(statement)
    return true
  }

  /// Runs one statement; gives an outcome when nothing may follow it.
  func run(_ statement: Statement) -> Outcome? {
    let interruption = context.interruption
    // At this place every rank is: nothing can be thrown.
    try? context.meetRanks()
    guard !interruption.isRequested else { return .interrupted(interruption.cause) }
    if let recovery = Recovery(statement) { return recovery.run(in: self) }
    if let inclusion = Inclusion(statement) {
      let outcome = run(inclusion)
      if outcome == nil { note(statement) }
      return outcome
    }
    if let loading = SessionLoading(statement) {
      do {
        try loading.run(in: self)
        note(statement)
        return nil
      } catch {
        return failure(error, at: loading.span)
      }
    }
    interpreter.sessionSeed = context.settings.seed
    guard let cache = PromptCache(self) else { return perform(statement) }
    return cache.keep(statement) { perform(statement) }
  }

  private func perform(_ statement: Statement) -> Outcome? {
    let (interruption, ranks) = (context.interruption, context.ranks)
    context.begin(statement)
    context.output.begins(statement.span.text)
    defer { context.output.ends() }
    var own: ScriptError?
    var value = Value.none
    do {
      let quick = context.settings.quick
      let work = quick ? statement.cuttingSeedAxes(to: QuickCuts.seedCount) : statement
      value = try interpreter.run(Program(statements: [work]))
    } catch {
      own = error as? ScriptError ?? ScriptError("E400", "\(error)", at: statement.span)
    }
    let problem = ranks.agreed(own, at: statement.span)
    try? context.meetRanks()
    if let problem {
      let isKept = problem.kind == .interrupted && interruption.level < .drop
      context.end(succeeded: isKept, answers: isKept)
      if isKept { note(statement) }
      if problem.kind == .interrupted || interruption.isRequested {
        if !interruption.cause.isSilent { context.message(problem.message) }
        return .interrupted(interruption.cause)
      }
      return fail([problem])
    }
    context.end(succeeded: true, answers: !value.isNone)
    note(statement)
    if interruption.isRequested { return .interrupted(interruption.cause) }
    return context.isQuitRequested ? .quit : nil
  }

  /// Keeps a statement for `recover`.
  private func note(_ statement: Statement) {
    guard let journal, SessionJournal.notes(statement, table) else { return }
    journal.append(statement.span.text)
  }

  private func fail(_ errors: [ScriptError]) -> Outcome {
    for error in errors { context.report(error) }
    return .failed(errors[0])
  }

  // MARK: Kept results

  /// How often each verb was called without a name in this cell.
  var unnamedCalls: [String: Int] { interpreter.unnamedCalls }

  /// Counts calls that were not made, because their results were there.
  func count(_ calls: [String: Int]) {
    for (verb, count) in calls { interpreter.unnamedCalls[verb, default: 0] += count }
  }

  /// Gives a name a value that was made before.
  func restore(_ name: String, _ value: Value) { interpreter.bind(name, to: value) }

  /// Takes a name away again.
  func forget(_ name: String) { interpreter.forget(name) }

  /// An outcome where the user has asked to stop. Ranks find that out together, when they run a statement.
  func outcomeOfStop() -> Outcome? {
    let interruption = context.interruption
    guard interruption.isRequested, !context.ranks.isShared else { return nil }
    return .interrupted(interruption.cause)
  }

  /// Reports an error that stands in the way of a statement.
  func failure(_ error: any Error, at span: Span) -> Outcome {
    if let outcome = outcomeOfStop() { return outcome }
    var known = error as? ScriptError ?? ScriptError("E400", "\(error)", at: span)
    if known.span == nil { known.span = span }
    return fail([known])
  }

  /// How many rows a sweep would have, and how many of them are in the run store; nil where that depends on values that aren't there.
  func extent(
    of sweep: Sweep, target: String?, _ node: StatementNode, names: [String: Value],
    asksStore: Bool
  ) -> (rows: Int, kept: Int?)? {
    let before = context.settings
    context.settings = node.settings
    defer { context.settings = before }
    let other = Interpreter(
      table: table, host: context, sessionSeed: node.settings.seed,
      overrides: interpreter.overrides)
    for (name, value) in names { other.bind(name, to: value) }
    other.beginCell(node.cell.streamLabel)
    other.unnamedCalls = node.unnamedCalls
    let quick = node.settings.quick
    let work =
      quick ? node.statement.cuttingSeedAxes(to: QuickCuts.seedCount) : node.statement
    let cut = StatementFacts(work).sweeps.first { $0.target == target }?.sweep ?? sweep
    return try? other.extent(of: cut, target: target, asksKeeper: asksStore)
  }

  /// The values of a statement that is run beside the session: it sees `names` alone, and changes nothing.
  func valuesAgain(
    of statement: Statement, in cell: String, names: [String: Value], unnamedCalls: [String: Int],
    settings: SessionSettings, keepsSettings: Bool = false
  ) throws -> [String: Value] {
    let before = context.settings
    context.settings = settings
    context.begin(statement)
    defer {
      context.abandon()
      if !keepsSettings { context.settings = before }
    }
    let other = Interpreter(
      table: table, host: context, sessionSeed: settings.seed, overrides: interpreter.overrides)
    for (name, value) in names { other.bind(name, to: value) }
    other.beginCell(cell)
    other.unnamedCalls = unnamedCalls
    let work = settings.quick ? statement.cuttingSeedAxes(to: QuickCuts.seedCount) : statement
    try FileTrace.suspended { _ = try other.run(Program(statements: [work])) }
    return other.bindings
  }
}
