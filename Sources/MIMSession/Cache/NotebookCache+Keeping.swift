import MIMFormats
import MIMScript

/// Running a statement, and keeping what it did.
extension NotebookCache {
  /// Runs a statement and keeps what it did; gives an outcome where nothing may follow.
  func run(_ node: StatementNode) -> Session.Outcome? {
    do {
      for (name, binding) in node.reads { try restore(name, binding) }
      // One that lists the names needs them all.
      if node.facts.calls.contains(where: { session.table[$0]?.readsVariables == true }) {
        for (name, binding) in state.names { try restore(name, binding) }
      }
    } catch {
      return session.failure(error, at: node.statement.span)
    }
    // So that an answer afterwards is this statement's.
    if node.reads["ans"] == nil { session.forget("ans") }
    let context = session.context
    let (trace, first) = (FileTrace(), recorder.eventCount)
    let failedRows = session.failedRowCount
    node.unnamedCalls = session.unnamedCalls
    _ = context.takeWrites()
    let start = ContinuousClock.now
    let outcome = FileTrace.$current.withValue(trace) { session.run(node.statement) }
    state.files.known.forget()
    let seconds = start.duration(to: .now).seconds
    let bindings = session.bindings
    for name in node.names { node.values[name] = bindings[name] }
    let hasFinished =
      switch outcome {
      case nil, .quit: true
      default: false
      }
    guard hasFinished, session.failedRowCount == failedRows,
      !context.interruption.isRequested, !node.values.values.contains(where: \.isPartialResult)
    else {
      node.failedFindings = state.files.findings(of: trace)
      hold(node, from: first)
      return outcome
    }
    node.hasRun = true
    keep(node, trace, recorder.events(from: first), seconds, from: first)
    return outcome
  }

  /// Makes the record of a statement that ran, and puts it into the store.
  private func keep(
    _ node: StatementNode, _ trace: FileTrace, _ events: [CellRecorder.Event], _ seconds: Double,
    from first: Int
  ) {
    guard node.mayKeep else {
      for (name, value) in node.values { node.contentKeys[name] = value.contentKey }
      return
    }
    let context = session.context
    var record = StatementRecord(
      bound: [], events: [], files: [], data: context.log.entries.last?.files ?? [],
      findings: state.files.findings(of: trace),
      unnamedCalls: session.unnamedCalls.reduce(into: [:]) { counts, call in
        let added = call.value - (node.unnamedCalls[call.key] ?? 0)
        if added > 0 { counts[call.key] = added }
      }, seconds: seconds, notebook: notebook, cell: node.cell.name, code: node.statement.plainText)
    let writes = context.takeWrites()
    do {
      for name in node.names {
        guard let value = node.values[name] else { continue }
        let isTarget = name == "ans" && node.target != nil && record.bound.count == 1
        let key = isTarget ? record.bound[0].value : try keep(value)
        let json = name == "ans" ? JSON.null : value.json
        record.bound.append(
          StatementRecord.Bound(name: name, value: key, json: CodedJSON(json)))
      }
      var shown: [CellRecorder.Event] = []
      for event in events {
        let (kept, visible) = try keep(event)
        record.events.append(kept)
        shown.append(visible)
      }
      for write in writes {
        guard let store else { break }
        record.files.append(
          StatementRecord.File(
            path: write.path, bytes: try store.write(value: write.bytes), force: write.force))
      }
      node.record = record
      recorder.replaceEvents(from: first, by: shown)
      try put(record, node)
    } catch is NotKept {
      // Something that it showed has no encoding: it runs every time. Its values have a key nevertheless.
      node.record = record
    } catch {
      node.record = record
      warn(error)
    }
  }

  /// Something that can't be kept.
  private struct NotKept: Error {}

  /// Keeps a value; nil where it has no encoding or is too large.
  private func keep(_ value: Value) throws -> String? {
    guard let store, let bytes = try? BinaryEncoder.bytes(of: CodedValue(value)),
      bytes.count <= store.limit / 4
    else { return nil }
    return try store.write(value: bytes)
  }

  /// Keeps what was shown; gives the event for the store and that for the report.
  private func keep(
    _ event: CellRecorder.Event
  ) throws -> (StatementRecord.Event, CellRecorder.Event) {
    switch event {
    case .note(let text): return (.note(text), event)
    case .failure: throw NotKept()
    case .shown(let shown):
      guard case .object(let object) = shown.value else {
        return (.plain(CodedValue(shown.value)), event)
      }
      guard let key = try keep(shown.value) else { throw NotKept() }
      let look = views.keep(object, key)
      let value = Value.object(look.object(key, views, live: object))
      return (
        .object(key),
        .shown(ShownValue(value: value, statement: shown.statement, recipe: shown.recipe))
      )
    }
  }

  /// Adds a record to those of its statement.
  private func put(_ record: StatementRecord, _ node: StatementNode) throws {
    guard let store else { return }
    let known =
      store.read(node.digest, .record).flatMap {
        try? BinaryDecoder.value(RecordList.self, from: $0, restorer.userInfo)
      }?.records ?? []
    let others = known.filter { $0.findings != record.findings }
    let list = RecordList(records: [record] + others.prefix(RecordList.most - 1))
    try store.write(BinaryEncoder.bytes(of: list), node.digest, .record)
  }

  /// Says once that results are not kept, and why.
  private func warn(_ error: any Error) {
    guard !hasWarned else { return }
    hasWarned = true
    recorder.announce("warning: results are not kept: \(error); the run continues without a cache")
  }
}
