import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

/// Runs the statements of a notebook's cells, or finds what they did before.
///
/// Every statement has an exact key (``KeyState``). One whose results are in the store is not run: what it showed is shown again,
/// its files are put back, and its values are read only when a statement that runs needs them.
final class NotebookCache {
  let session: Session
  let store: ResultStore?
  let recorder: CellRecorder
  let views: KeptViews
  let restorer: Restorer
  private let overrides: [String: ParameterOverride]
  /// Whether kept results may be used.
  let usesKept: Bool
  var state: KeyState
  /// What the last run was made of.
  let lastRun: RunTrail
  private let trailKey: String
  let notebook: String
  var hasWarned = false
  /// The statements of each cell that ran or was found, by the cell's name.
  private(set) var nodes: [String: [StatementNode]] = [:]
  /// The statement of the last cell at which it was stopped.
  private(set) var stopped: Statement?
  /// Whoever follows the run.
  var follower: (any RunFollower)?
  /// What stopped statements left, by their digests: taken up again instead of running them.
  var held: [String: PartialResult] = [:]

  init(
    _ loaded: LoadedNotebook, _ session: Session, _ recorder: CellRecorder, store: ResultStore?,
    usesKept: Bool
  ) {
    self.session = session
    self.store = store
    self.recorder = recorder
    self.usesKept = usesKept
    overrides = loaded.overrides
    let settings = session.context.settings
    notebook = loaded.notebook.source.name
    restorer = session.restorer
    views = KeptViews(store, restorer)
    state = KeyState(outputFolder: settings.outputFolder, access: settings.access)
    trailKey = ContentKey.of(["trail", FileText.absolute(loaded.path), "\(settings.quick)"])
    lastRun =
      store?.read(trailKey, .trail).flatMap { try? BinaryDecoder.value(RunTrail.self, from: $0) }
      ?? RunTrail()
  }

  /// Binds a parameter of the front matter.
  func bind(_ name: String, to value: Value) { state.bind(name, to: value) }

  /// The names at this place, and where their values come from.
  var names: [String: KeyState.Binding] { state.names }

  // MARK: Cells

  /// Evaluates a cell: statements whose results are there are not run.
  func evaluate(_ cell: NotebookCell, _ parsed: ParseResult) -> Session.Outcome {
    session.beginCell(cell.options.label)
    state.beginCell()
    nodes[cell.name] = []
    stopped = nil
    guard parsed.errors.isEmpty else { return session.evaluate(parsed) }
    parsed.program.statements.forEach { restorer.note($0) }
    if let outcome = check(parsed, cell) { return outcome }
    for (index, statement) in parsed.program.statements.enumerated() {
      if let outcome = session.outcomeOfStop() {
        stopped = statement
        return outcome
      }
      guard follower?.comes(to: index, of: cell) ?? true else { return .interrupted(.superseded) }
      let node = node(statement, index, cell, state)
      nodes[cell.name, default: []].append(node)
      if !replay(node) {
        node.record = nil
        if !takeUp(node), let outcome = runIfWanted(node, index) {
          take(node)
          if case .interrupted = outcome { stopped = statement }
          return outcome
        }
      }
      take(node)
    }
    return .finished
  }

  private func runIfWanted(_ node: StatementNode, _ index: Int) -> Session.Outcome? {
    guard follower?.runs(index, of: node.cell) ?? true else { return .interrupted(.superseded) }
    return run(node)
  }

  /// Checks the statements that have to run, all before the first of them does.
  private func check(_ parsed: ParseResult, _ cell: NotebookCell) -> Session.Outcome? {
    let stale = peek(parsed.program.statements, cell)
    guard !stale.isEmpty else { return nil }
    do {
      var restored: [String: ObjectIdentifier] = [:]
      var isAmbiguous = false
      for node in stale {
        for (name, binding) in node.reads where !stale.contains(where: { $0 === binding.node }) {
          let source = binding.node.map { ObjectIdentifier($0) } ?? ObjectIdentifier(self)
          if let other = restored[name], other != source { isAmbiguous = true }
          restored[name] = source
          try restore(name, binding)
        }
      }
      // A name that is bound twice in the cell is checked when its statement runs.
      guard !isAmbiguous else { return nil }
    } catch {
      return session.failure(error, at: cell.span)
    }
    return session.check(parsed, stale.map(\.statement))
  }

  /// The statements that have no kept results as far as can be said now.
  private func peek(_ statements: [Statement], _ cell: NotebookCell) -> [StatementNode] {
    rehearsing {
      var state = state
      return statements.enumerated().compactMap { index, statement in
        let node = rehearse(statement, index, cell, &state)
        return node.record == nil ? node : nil
      }
    }
  }

  /// A statement at its place, with its record where there is one.
  func node(
    _ statement: Statement, _ index: Int, _ cell: NotebookCell, _ state: KeyState
  ) -> StatementNode {
    let context = session.context
    let facts = StatementFacts(statement)
    var parts = state.parts(
      of: facts, statement, label: cell.options.label, in: context, overrides: overrides)
    if facts.savesFiles {
      let recipe = context.recipe(of: statement, in: cell.options.label).text
      parts.append(KeyPart(.recipe, "", "\(recipe)\0\(context.settings.outputFolder ?? "")"))
    }
    let isSession = facts.calls.contains {
      context.table[$0]?.depends.contains(.session) == true
    }
    let node = StatementNode(
      statement, cell: cell, facts: facts, parts: parts,
      mayKeep: cell.options.cache && !isSession && !facts.plansSweep,
      reads: facts.reads.reduce(into: [:]) { $0[$1] = state.names[$1] },
      settings: context.settings)
    lookUp(node, index, state)
    return node
  }

  private func lookUp(_ node: StatementNode, _ index: Int, _ state: KeyState) {
    if let part = node.parts.first(where: { $0.text == nil }) {
      node.reason = .reads(
        name: part.name, cell: state.names[part.name]?.node?.cell.name ?? node.cell.name)
      return
    }
    guard node.mayKeep else {
      let verb = node.facts.calls.first {
        session.context.table[$0]?.depends.contains(.session) == true
      }
      node.reason = node.cell.options.cache ? .alwaysRuns(verb: verb ?? "sweep") : .isOff
      return
    }
    guard usesKept else {
      node.reason = .isAsked
      return
    }
    guard let bytes = store?.read(node.digest, .record),
      let list = try? BinaryDecoder.value(RecordList.self, from: bytes, restorer.userInfo)
    else {
      node.reason = whyMissing(node, index)
      return
    }
    for record in list.records {
      guard let change = state.files.firstChange(in: record.findings) else {
        node.record = record
        return
      }
      if node.reason == nil { node.reason = .file(path: state.files.real(change.path)) }
    }
  }

  private func whyMissing(_ node: StatementNode, _ index: Int) -> StaleReason {
    guard let step = lastRun.step(node.cell.name, index, target: node.target) else { return .isNew }
    return step.change(to: node.parts).map { .changed($0) } ?? .isGone
  }

  private func take(_ node: StatementNode) {
    for name in node.facts.binds {
      // An older value of the name is read again if anybody needs it.
      if let old = state.names[name]?.node, old !== node,
        old.record?.bound.contains(where: { $0.name == name && $0.value != nil }) == true
      {
        old.values[name] = nil
      }
    }
    state.take(node)
  }

  // MARK: Found

  /// Does what a statement did before, from its record; false where that can't be done.
  private func replay(_ node: StatementNode) -> Bool {
    guard let record = node.record, let store else { return false }
    var looks: [String: KeptLook] = [:]
    for case .object(let key) in record.events {
      guard let look = views.look(of: key) else { return false }
      // The report will draw it, so that it has to be there in some form.
      guard look.altText == nil || canDraw(look, key, node) else { return false }
      looks[key] = look
    }
    let files = record.files.map { ($0, store.read($0.bytes, .value)) }
    guard files.allSatisfy({ $0.1 != nil }) else { return false }
    let context = session.context
    context.begin(node.statement)
    context.recordData(record.data)
    for (file, bytes) in files {
      guard let bytes, context.putBack(bytes, to: file.path, force: file.force) else {
        context.abandon()
        return false
      }
    }
    if !record.files.isEmpty { state.files.known.forget() }
    for event in record.events {
      switch event {
      case .note(let text): recorder.message(text)
      case .plain(let value): context.show(value.value, statement: node.statement.span.text)
      case .object(let key):
        guard let look = looks[key] else { continue }
        context.show(
          .object(look.object(key, views)), statement: node.statement.span.text)
      }
    }
    node.unnamedCalls = session.unnamedCalls
    session.count(record.unnamedCalls)
    context.end(succeeded: true, answers: record.answers)
    node.wasFound = true
    return true
  }

  /// Whether the pictures of a kept figure are there, or it can be drawn again.
  private func canDraw(_ look: KeptLook, _ key: String, _ node: StatementNode) -> Bool {
    let context = session.context
    let settings = context.settings
    let recipe = context.recipe(of: node.statement, in: node.cell.options.label).text
    let shown = FigureFormat.inReport(of: look.savedFiles)
    let written = look.savedFiles.isEmpty ? settings.figureFormats : []
    let hasPictures = ([shown] + written).allSatisfy { format in
      views.hasPicture(
        of: key,
        FigureRequest(
          format: format, width: settings.figureWidth, dpi: settings.figureDPI, recipe: recipe))
    }
    return hasPictures || views.canRead(key)
  }

  // MARK: Values

  /// Gives the interpreter the value that a name has at some place.
  func restore(_ name: String, _ binding: KeyState.Binding) throws {
    if let value = try value(of: name, binding) {
      session.restore(name, value)
    } else {
      session.forget(name)
    }
  }

  /// The value of a name; nil where nothing was bound.
  func value(of name: String, _ binding: KeyState.Binding) throws -> Value? {
    guard let node = binding.node else { return binding.parameter }
    if let value = node.values[name] { return value }
    guard let record = node.record else { return nil }
    guard let bound = record.bound.first(where: { $0.name == name }) else { return nil }
    if let key = bound.value, let bytes = store?.read(key, .value),
      let coded = try? BinaryDecoder.value(CodedValue.self, from: bytes, restorer.userInfo)
    {
      node.values[name] = coded.value
      return coded.value
    }
    try make(node)
    return node.values[name]
  }

  /// Runs a found statement after all, for its values, without showing anything.
  private func make(_ node: StatementNode) throws {
    var names: [String: Value] = [:]
    for (name, binding) in node.reads { names[name] = try value(of: name, binding) }
    recorder.isMuted = true
    defer { recorder.isMuted = false }
    let made = try session.valuesAgain(
      of: node.statement, in: node.cell.streamLabel, names: names, unnamedCalls: node.unnamedCalls,
      settings: node.settings)
    for name in node.names { node.values[name] = made[name] }
  }

  /// Whether a name is bound at this place.
  func isBound(_ name: String) -> Bool {
    guard let binding = state.names[name] else { return false }
    guard let node = binding.node else { return true }
    return node.values[name] != nil
      || node.record?.bound.contains { $0.name == name } == true
  }

  /// Whether the value that a name has at this place can be had without running anything.
  func isAtHand(_ name: String) -> Bool {
    guard let node = state.names[name]?.node, node.values[name] == nil,
      let bound = node.record?.bound.first(where: { $0.name == name })
    else { return true }
    return bound.value.flatMap { store?.read($0, .value) } != nil
  }

  /// What run.json holds of a name's value; nil where it isn't bound.
  func json(of name: String, in cell: String) -> JSON? {
    guard let node = state.names[name]?.node, node.cell.name == cell else { return nil }
    return node.values[name]?.json
      ?? node.record?.bound.first { $0.name == name }?.json.json
  }

  /// The value of a name with fields, for prose.
  func value(ofPath path: [String], at span: Span) throws -> Value {
    try view(["inline"] + path, of: path[0]) { try session.value(ofPath: path, at: span) }
  }

  /// Why the number that a path leads to can't be relied on; nil where nothing speaks against it, or `value` holds no number.
  func caveat(ofPath path: [String], _ value: Value, at span: Span) throws -> String? {
    guard path.count > 1, value.asNumbers != nil || value.asNumber != nil else { return nil }
    let found = try view(["caveat"] + path, of: path[0]) {
      let caveats =
        switch try session.value(ofPath: path.dropLast(), at: span) {
        case .object(let object): object.caveat(of: path[path.count - 1])
        case .table(let table):
          table.index(of: path[path.count - 1]).flatMap {
            let all = table.caveats(of: $0, in: table.rows.indices)
            return all.isEmpty ? nil : all.joined(separator: "; ")
          }
        default: nil as String?
        }
      return caveats.map(Value.string) ?? .none
    }
    guard case .string(let text) = found else { return nil }
    return text
  }

  /// Something of a name's value that is kept beside it, so that the value itself need not be read again.
  private func view(
    _ what: [String], of name: String, _ compute: () throws -> Value
  ) throws -> Value {
    let binding = state.names[name]
    let place = binding?.key.map { ContentKey.of([what[0], $0] + what.dropFirst()) }
    if let place, let bytes = store?.read(place, .view),
      usesKept || binding?.node?.wasFound == true,
      let coded = try? BinaryDecoder.value(CodedValue.self, from: bytes, restorer.userInfo)
    {
      return coded.value
    }
    if let binding { try restore(name, binding) }
    let value = try compute()
    if let place, value.isPlain, let bytes = try? BinaryEncoder.bytes(of: CodedValue(value)) {
      try? store?.write(bytes, place, .view)
    }
    return value
  }

  // MARK: The end

  /// Keeps what this run was made of, and keeps the store within its size.
  func finish() {
    guard let store else { return }
    var trail = lastRun
    for (cell, nodes) in nodes {
      trail.cells[cell] = nodes.map { node in
        RunTrail.Step(
          target: node.target, parts: node.parts, seconds: node.record?.seconds ?? 0,
          findings: node.record?.findings ?? [])
      }
    }
    if let bytes = try? BinaryEncoder.bytes(of: trail) {
      try? store.write(bytes, trailKey, .trail)
    }
    store.shrinkIfGrown()
  }

  /// The key of a cell: a hash of those of its statements and of what they read.
  func key(of cell: NotebookCell, _ parsed: ParseResult) -> String {
    guard let nodes = nodes[cell.name], !nodes.isEmpty else {
      return ContentKey.of(parsed.program.statements.map(\.normalisedText))
    }
    return ContentKey.of(nodes.map(\.workKey))
  }

  /// Whether everything in a cell was found.
  func wasFound(_ cell: NotebookCell) -> Bool {
    nodes[cell.name]?.allSatisfy(\.wasFound) ?? false
  }
}
