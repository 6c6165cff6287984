import MIMFormats
import MIMScript

/// Keeps the values that statements at a prompt gave, where making them took long, so that `recover` need not compute them again.
///
/// A key is made of the statement's code, what the values that it reads hold, and what else its numbers depend on, as in a notebook
/// (``KeyState``). Files that it read are compared by their contents.
struct PromptCache {
  /// What is computed faster than this is computed again.
  static let usualSeconds = 1.0

  private let store: ResultStore
  private let session: Session

  /// Nil for a session that is not at a prompt, and where nothing may be kept.
  init?(_ session: Session) {
    let context = session.context
    guard session.journal != nil, !context.ranks.isShared, let store = context.settings.cache
    else { return nil }
    self.store = store
    self.session = session
  }

  // MARK: Keeping

  /// Runs a statement, and keeps the values of the names that it binds. A cache that can't be written is no cache.
  func keep(_ statement: Statement, run: () -> Session.Outcome?) -> Session.Outcome? {
    let context = session.context
    let (before, failedRows) = (session.bindings, session.failedRowCount)
    let (trace, start) = (FileTrace(), ContinuousClock.now)
    let outcome = FileTrace.$current.withValue(trace) { run() }
    let seconds = start.duration(to: .now).seconds
    guard outcome == nil, seconds >= context.settings.keptSeconds,
      session.failedRowCount == failedRows, !context.interruption.isRequested,
      let digest = digest(of: statement, reading: before)
    else { return outcome }
    try? keep(statement, digest, trace, seconds)
    return outcome
  }

  private func keep(
    _ statement: Statement, _ digest: String, _ trace: FileTrace, _ seconds: Double
  ) throws {
    let entry = session.context.log.entries.last
    var record = StatementRecord(
      bound: [], events: [], files: [], data: entry?.files ?? [],
      findings: files.findings(of: trace), unnamedCalls: [:], seconds: seconds,
      notebook: "prompt", cell: "", code: statement.plainText)
    let bindings = session.bindings
    for name in StatementFacts(statement).binds.sorted() + (entry?.answers == true ? ["ans"] : []) {
      guard let value = bindings[name] else { continue }
      guard !value.isPartialResult, let bytes = try? BinaryEncoder.bytes(of: CodedValue(value)),
        bytes.count <= store.limit / 4
      else { return }
      record.bound.append(
        StatementRecord.Bound(
          name: name, value: try store.write(value: bytes), json: CodedJSON(.null)))
    }
    let others = records(digest).filter { $0.findings != record.findings }
    let list = RecordList(records: [record] + others.prefix(RecordList.most - 1))
    try store.write(BinaryEncoder.bytes(of: list), digest, .record)
    store.shrinkIfGrown()
  }

  // MARK: Finding

  /// Binds what a statement gave at an earlier prompt, if it is there, as if the statement had run.
  func restore(_ statement: Statement) -> Bool {
    guard let digest = digest(of: statement, reading: session.bindings),
      let record = records(digest).first(where: { files.firstChange(in: $0.findings) == nil })
    else { return false }
    var values: [(name: String, value: Value)] = []
    for bound in record.bound {
      guard let bytes = bound.value.flatMap({ store.read($0, .value) }),
        let coded = try? BinaryDecoder.value(
          CodedValue.self, from: bytes, session.restorer.userInfo)
      else { return false }
      values.append((bound.name, coded.value))
    }
    let context = session.context
    context.begin(statement)
    context.recordData(record.data)
    context.end(succeeded: true, answers: record.answers)
    for (name, value) in values { session.restore(name, value) }
    context.message("found in the cache: it had taken \(record.seconds.text(3)) s")
    return true
  }

  private func records(_ digest: String) -> [StatementRecord] {
    store.read(digest, .record).flatMap {
      try? BinaryDecoder.value(RecordList.self, from: $0, session.restorer.userInfo)
    }?.records ?? []
  }

  private var files: FileState { FileState(outputFolder: nil, access: nil) }

  /// The key of a statement that reads these values; nil where it can't be found again by what it reads, or does more than give values.
  private func digest(of statement: Statement, reading values: [String: Value]) -> String? {
    let (context, facts) = (session.context, StatementFacts(statement))
    let isSession = facts.calls.contains {
      context.table[$0]?.depends.contains(.session) == true
    }
    guard !facts.binds.isEmpty, !facts.savesFiles, !facts.plansSweep, !isSession else { return nil }
    var parts = ["at a prompt"]
    for name in facts.reads.sorted() {
      guard let value = values[name] else { continue }
      guard let key = value.contentKey else { return nil }
      parts += [name, key]
    }
    parts += KeyState(outputFolder: nil).parts(
      of: facts, statement, label: nil, in: context, overrides: session.overrides
    ).flatMap { [$0.kind.rawValue, $0.name, $0.text ?? ""] }
    return ContentKey.of(parts)
  }
}
