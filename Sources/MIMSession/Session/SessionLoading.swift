import MIMScript

/// `session load "NAME"` on a line of its own, at the prompt or in a script: the session has the names that another one kept.
struct SessionLoading {
  /// The session's name.
  let name: String
  /// Where the statement says it.
  let span: Span

  /// Nil for any other statement.
  init?(_ statement: Statement) {
    guard case .evaluate(nil, let expression) = statement.kind,
      case .call(let call) = expression.kind, call.verb.text == "session",
      call.arguments.count == 2, call.arguments.allSatisfy({ $0.name == nil }),
      call.arguments[0].value.span.text == "load",
      case .string(let name) = call.arguments[1].value.kind
    else { return nil }
    self.name = name
    span = call.arguments[1].value.span
  }

  /// What was kept, with its values.
  /// - Throws: E230 where there is no such session.
  func read(
    for session: Session
  ) throws -> (kept: KeptSession, values: [(name: String, value: Value)], missing: [String]) {
    let store = try Self.store(session.context, at: span)
    guard let kept = KeptSession.find(name, in: store) else {
      let others = KeptSession.all(in: store).prefix(5).map { JSON.string($0.name).text() }
      throw ScriptError(
        "E230", "there is no session \(JSON.string(name).text())", kind: .check, at: span,
        notes: [
          others.isEmpty
            ? "none is kept; session save \"NAME\" keeps this one"
            : "kept are " + others.joined(separator: ", ")
        ])
    }
    let (values, missing) = kept.values(store, session.restorer)
    return (kept, values, missing)
  }

  /// Gives the session the names, the seed and the statements.
  func run(in session: Session) throws {
    let (kept, values, missing) = try read(for: session)
    for (name, value) in values { session.restore(name, value) }
    let context = session.context
    for step in kept.steps {
      let source = Source(name: "<session>", text: step.text)
      let parsed = Parser.parse(source, vocabulary: session.table.vocabulary)
      guard parsed.errors.isEmpty, let statement = parsed.program.statements.first else { continue }
      context.note(statement, in: step.cell, files: step.files, answers: step.answers)
    }
    context.settings.seed = kept.seed
    let names = values.map(\.name).filter { $0 != "ans" }
    context.message(
      "\(name): \(names.isEmpty ? "no names" : names.joined(separator: " ")) · seed \(kept.seed)")
    if !missing.isEmpty {
      context.message(
        "warning: no longer in the cache: \(missing.joined(separator: " ")); `history` lists the "
          + "statements that made them")
    }
    if !kept.lost.isEmpty {
      context.message("not kept at the time: \(kept.lost.joined(separator: " "))")
    }
  }

  /// The store of a session that may use it.
  /// - Throws: E230 in notebooks, and where nothing is kept.
  static func store(_ context: SessionContext, at span: Span) throws -> ResultStore {
    guard context.settings.access == nil else {
      throw ScriptError(
        "E230", "`session` works at the prompt and in scripts, not in a run", at: span,
        notes: ["a notebook's results are kept anyway (help cache)"])
    }
    guard let store = context.settings.cache else {
      throw ScriptError(
        "E230", "sessions are kept in the cache, which is off", at: span,
        notes: ["set HOME or XDG_CACHE_HOME, and MIM_CACHE_SIZE to more than 0"])
    }
    return store
  }
}
