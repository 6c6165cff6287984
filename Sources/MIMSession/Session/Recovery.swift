import Foundation
import MIMScript

/// `recover` on a line of its own: the statements of a session that has ended run again, those that give names their values.
struct Recovery {
  /// Which session, 1 for the last one.
  private let place: Int
  private let span: Span

  /// Nil for any other statement.
  init?(_ statement: Statement) {
    guard case .evaluate(nil, let expression) = statement.kind,
      case .call(let call) = expression.kind, call.verb.text == "recover"
    else { return nil }
    span = call.verb.span
    switch call.arguments.first?.value.kind {
    case nil: place = 1
    case .number(let number)? where call.arguments.count == 1: place = Int(exactly: number) ?? 0
    default: return nil
    }
  }

  /// Runs the statements. What fails is reported, and the rest goes on; Ctrl-C ends it.
  func run(in session: Session) -> Session.Outcome? {
    guard let folder = session.context.settings.journalFolder else {
      return session.failure(HostFunction.misplacedRecovery(span), at: span)
    }
    let all = SessionJournal.ended(in: folder)
    guard all.indices.contains(place - 1) else {
      return session.failure(
        ScriptError(
          "E229",
          all.isEmpty
            ? "there is no earlier session"
            : "there \(all.count == 1 ? "is one earlier session" : "are \(all.count) earlier sessions")",
          at: span,
          notes: all.prefix(5).enumerated().map { "recover \($0 + 1): \(Self.describe($1))" }),
        at: span)
    }
    let ended = all[place - 1]
    let context = session.context
    let parsed = Parser.parse(
      Source(name: ended.path, text: ended.text), vocabulary: session.table.vocabulary)
    guard parsed.errors.isEmpty else { return session.check(parsed, []) }
    let statements = parsed.program.statements.filter(Self.givesNames)
    context.message(
      "the session of \(Self.describe(ended)): \(statements.count) of \(parsed.program.statements.count) "
        + "statements give names their values")
    if ended.folder != FileManager.default.currentDirectoryPath {
      context.message("it ran in \(ended.folder); paths begin at the current folder")
    }
    if context.settings.seed != ended.seed {
      context.settings.seed = ended.seed
      // Whoever recovers this session needs it too.
      session.journal?.append("set seed=\(ended.seed)")
      context.message("the session's seed is \(ended.seed) now")
    }
    var failed = 0
    for statement in statements {
      context.message("> " + statement.span.text.replacing("\n", with: "\n  "))
      let outcome = Self.replay(statement, in: session)
      switch outcome {
      case nil: break
      case .failed?: failed += 1
      default: return outcome
      }
    }
    let done = statements.count - failed
    context.message(
      "\(done) of \(statements.count) statements ran" + (failed > 0 ? ", \(failed) failed" : "")
        + "; who lists the names")
    return nil
  }

  /// Runs a statement as if it were typed: values say where they were made, which belongs to what the cache knows them by.
  private static func replay(_ statement: Statement, in session: Session) -> Session.Outcome? {
    let parsed = Parser.parse(
      Source(name: Source.prompt, text: statement.span.text), vocabulary: session.table.vocabulary)
    guard let typed = parsed.program.statements.first, parsed.program.statements.count == 1 else {
      return session.run(statement)
    }
    return session.check(parsed, [typed])
      ?? (session.restoreKept(typed) ? nil : session.run(typed))
  }

  /// What only shows or writes something needs no second time.
  private static func givesNames(_ statement: Statement) -> Bool {
    Inclusion(statement) != nil || SessionLoading(statement) != nil
      || !StatementNames(statement).binds.isEmpty
      || SessionJournal.isSetting(statement)
  }

  /// When and where a session ran.
  static func describe(_ ended: SessionJournal.Ended) -> String {
    let text = ended.begin.replacing("T", with: " ").replacing("Z", with: " UTC")
    return "\(text) in \(ended.folder)"
  }
}

extension Source {
  /// What a statement's source is called that was typed at the prompt.
  public static let prompt = "<prompt>"
}

extension SessionJournal {
  /// Whether a statement changes the session's settings.
  static func isSetting(_ statement: Statement) -> Bool { verb(of: statement) == "set" }

  /// Whether a statement belongs in a journal: it may give something that is lost with the session.
  static func notes(_ statement: Statement, _ table: HostTable) -> Bool {
    guard let verb = verb(of: statement), table[verb]?.group == .session else { return true }
    return ["set", "include"].contains(verb) || SessionLoading(statement) != nil
  }

  private static func verb(of statement: Statement) -> String? {
    guard case .evaluate(nil, let expression) = statement.kind,
      case .call(let call) = expression.kind
    else { return nil }
    return call.verb.text
  }
}
