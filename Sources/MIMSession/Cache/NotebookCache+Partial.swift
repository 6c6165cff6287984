import MIMScript

/// What a statement left that was stopped: a model trained for some epochs. It is never written to the cache, but whoever holds it
/// may go on with it in the next run of the same notebook.
struct PartialResult: Sendable {
  let values: [String: Value]
  /// What was shown and said until then.
  let events: [CellRecorder.Event]
  /// How often each verb was called without a name.
  let calls: [String: Int]
}

extension NotebookCache {
  /// Holds what a stopped statement left, if it left anything.
  func hold(_ node: StatementNode, from first: Int) {
    // What is made from another partial result has no key of its own.
    guard session.context.interruption.isRequested, node.parts.allSatisfy({ $0.text != nil }),
      node.values["ans"]?.isPartialResult == true
    else { return }
    node.isPartial = true
    held[node.digest] = PartialResult(
      values: node.values, events: recorder.events(from: first),
      calls: session.unnamedCalls.reduce(into: [:]) { counts, call in
        let added = call.value - (node.unnamedCalls[call.key] ?? 0)
        if added > 0 { counts[call.key] = added }
      })
  }

  /// Takes up what a statement left when it was stopped in an earlier run; false where it left nothing.
  func takeUp(_ node: StatementNode) -> Bool {
    guard let partial = held[node.digest] else { return false }
    let context = session.context
    context.begin(node.statement)
    for (name, value) in partial.values { session.restore(name, value) }
    node.values = partial.values
    node.unnamedCalls = session.unnamedCalls
    node.isPartial = true
    session.count(partial.calls)
    for event in partial.events {
      switch event {
      case .note(let text): recorder.message(text)
      case .shown(let shown): recorder.show(shown)
      case .failure: break
      }
    }
    context.end(succeeded: true, answers: true)
    return true
  }

  /// What statements of this run left that were stopped, now or earlier.
  var partialResults: [String: PartialResult] {
    let digests = Set(nodes.values.joined().filter(\.isPartial).map(\.digest))
    return held.filter { digests.contains($0.key) }
  }

  /// Whether a cell stands on what stopped work left.
  func hasPartialResult(_ cell: NotebookCell) -> Bool {
    nodes[cell.name]?.contains(where: \.isPartial) ?? false
  }

  /// The files that results of this run were read from, and those that were not there: outside of the output folder.
  var outsideFiles: Set<String> {
    var paths: Set<String> = []
    for node in nodes.values.joined() {
      for finding in node.record?.findings ?? node.failedFindings
      where !finding.path.hasPrefix("{out}") {
        switch finding.finding {
        case .contents, .absent, .listing: paths.insert(finding.path)
        case .present, .folder, .noFolder: break
        }
      }
    }
    return paths
  }
}
