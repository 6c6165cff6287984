import MIMFormats
import MIMModels
import MIMScript
import MIMTensor

extension NotebookCache {
  /// What a run would find of a cell.
  struct Forecast {
    let cell: NotebookCell
    let nodes: [StatementNode]

    /// The statements that would run though their results could be kept.
    var stale: [StatementNode] {
      // What an expected error leaves is never kept.
      if case .expect = cell.options.error { return [] }
      return nodes.filter { node in
        if case .alwaysRuns? = node.reason { return node.facts.plansSweep }
        return node.record == nil
      }
    }
  }

  /// Goes through the cells without running anything but `set`.
  func forecast(_ cells: [(NotebookCell, ParseResult)]) -> [Forecast] {
    rehearsing {
      var state = state
      return cells.map { cell, parsed in
        state.beginCell()
        let nodes = parsed.program.statements.enumerated().map { index, statement in
          rehearse(statement, index, cell, &state)
        }
        return Forecast(cell: cell, nodes: nodes)
      }
    }
  }

  /// Runs `body`, after which the session is as it was before.
  func rehearsing<Result>(_ body: () -> Result) -> Result {
    let context = session.context
    let (settings, log) = (context.settings, context.log)
    recorder.isMuted = true
    defer {
      recorder.isMuted = false
      context.settings = settings
      context.restore(log)
    }
    return body()
  }

  /// What would become of a statement; changes the settings where it does, and notes it for recipes.
  func rehearse(
    _ statement: Statement, _ index: Int, _ cell: NotebookCell, _ state: inout KeyState
  ) -> StatementNode {
    let node = node(statement, index, cell, state)
    node.unnamedCalls = state.calls.filter { session.context.table[$0.key]?.isRandom == true }
    if node.facts.calls.contains("set") { applySettings(node) }
    session.context.note(
      statement, in: cell.options.label, files: node.record?.data ?? [],
      answers: node.record?.answers ?? true)
    for file in node.record?.files ?? [] {
      state.files.expected[session.context.path(forSaving: file.path)] = file.bytes
    }
    state.take(node)
    return node
  }

  /// The rows of a sweep, how many of them are kept, and the seconds that the others take by those that were run before.
  func cost(
    of sweep: Sweep, target: String?, _ node: StatementNode
  ) -> (rows: Int?, kept: Int?, seconds: Double?) {
    var names: [String: Value] = [:]
    for (name, binding) in node.reads {
      names[name] = binding.key == nil ? nil : (try? value(of: name, binding)) ?? nil
    }
    let settings = node.settings
    let path = settings.runStore ?? SessionSettings.defaultRunStore
    let isWhole = node.reads.values.allSatisfy { $0.key != nil }
    guard
      let extent = session.extent(
        of: sweep, target: target, node, names: names,
        asksStore: isWhole && AtomicFile.exists(path))
    else { return (nil, nil, nil) }
    let waiting = extent.rows - (extent.kept ?? 0)
    let mean =
      AtomicFile.exists(path)
      ? (try? RunDatabase.existing(path))?.meanSeconds(
        ofCell: node.cell.streamLabel, quick: settings.quick) : nil
    let jobs = Double(max(1, min(session.context.jobs, waiting)))
    return (extent.rows, extent.kept, mean.map { $0 * Double(waiting) / jobs })
  }

  private func applySettings(_ node: StatementNode) {
    var names: [String: Value] = [:]
    for (name, binding) in node.reads { names[name] = binding.parameter }
    let settings = session.context.settings
    if (try? session.valuesAgain(
      of: node.statement, in: node.cell.streamLabel, names: names, unnamedCalls: [:],
      settings: settings,
      keepsSettings: true)) == nil
    {
      session.context.settings = settings
    }
  }
}

extension StatementNode {
  /// The name that its value is bound to, for people; nil without one.
  var target: String? {
    if case .evaluate(let target?, _) = statement.kind { target.text } else { nil }
  }

  /// The names whose values are kept.
  var names: [String] { facts.binds.sorted() + ["ans"] }
}

extension Value {
  /// Whether it stands for itself: no object and no table.
  var isPlain: Bool {
    switch self {
    case .none, .bool, .number, .string, .range, .word: true
    case .list(let elements): elements.allSatisfy(\.isPlain)
    case .table, .object: false
    }
  }

  /// Whether it is what stopped work left.
  var isPartialResult: Bool {
    switch self {
    case .list(let elements): elements.contains(where: \.isPartialResult)
    case .object(let model as ModelObject): model.model.training?.isPartial ?? false
    case .object(let embedding as EmbeddingObject): !embedding.isComplete
    case .object(let information as InformationObject): !information.estimate.isComplete
    default: false
    }
  }

  /// A key of what it holds, for values of statements that have none; nil where there is no telling.
  var contentKey: String? {
    let coded = CodedValue(withoutClockTimes)
    // Nor does it matter on which line the statement stands.
    guard let bytes = try? BinaryEncoder.bytes(of: coded, [.leavesOutPlaces: true]) else {
      return nil
    }
    var key = ContentKey()
    key.add(SHA256.hexadecimal(of: bytes))
    switch self {
    case .list(let elements):
      let keys = elements.map { $0.isPlain ? "" : $0.contentKey }
      guard keys.allSatisfy({ $0 != nil }) else { return nil }
      keys.forEach { key.add($0 ?? "") }
    case .object(let object):
      // A data set is kept by the statement that loads it, which doesn't say what was in the files.
      guard let datasets = try? object.heldDatasets else { return nil }
      datasets.forEach { $0.add(to: &key) }
    default: break
    }
    return key.hexadecimal()
  }
}

extension Value {
  /// Without what the clock said when it was made.
  fileprivate var withoutClockTimes: Value {
    guard case .object(var model as ModelObject) = self else { return self }
    model.seconds = nil
    return .object(model)
  }
}

extension HostObject {
  /// The data sets that it is kept with.
  fileprivate var heldDatasets: [Dataset] {
    get throws {
      switch self {
      case let data as DatasetObject: [data.dataset]
      case let items as ItemsObject: try [items.source?.dataset].compactMap { $0 }
      case let model as ModelObject: try [model.dataset].compactMap { $0 }
      case let codes as CodesObject: try [codes.items?.items.source?.dataset].compactMap { $0 }
      default: []
      }
    }
  }
}
