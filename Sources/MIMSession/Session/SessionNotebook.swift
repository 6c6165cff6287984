import MIMScript

/// A session as a notebook that runs: the statements that its results need, in cells under headings. Results are what was shown, drawn
/// or saved, and the names that exist at the end; what failed, what was only looked up, and what was overwritten before anything read
/// it are left out.
struct SessionNotebook {
  /// A statement that stays.
  private struct Kept {
    let entry: StatementLog.Entry
    let statement: Statement
    let verb: HostFunction?
    /// Whether it shows something, after which a cell ends.
    let isResult: Bool

    var isSetting: Bool { verb?.name == "set" }
    /// What it is about; nil where that isn't clear.
    var subject: HostFunction.Group? {
      guard let verb, verb.name != "save", ![.session, .compute].contains(verb.group) else {
        return nil
      }
      return verb.group
    }
  }

  private let kept: [Kept]
  private let context: SessionContext
  private let title: String
  /// How many statements there were.
  let total: Int

  init(_ context: SessionContext, title: String) {
    self.context = context
    self.title = title
    let entries = context.log.entries.filter(\.succeeded)
    total = context.log.entries.count
    kept = Self.needed(entries.compactMap { Self.kept($0, context.table) })
  }

  /// The number of statements in it.
  var count: Int { kept.count }

  private static func kept(_ entry: StatementLog.Entry, _ table: HostTable) -> Kept? {
    let source = Source(name: "", text: entry.text)
    let parsed = Parser.parse(source, vocabulary: table.vocabulary)
    guard let statement = parsed.program.statements.first, parsed.errors.isEmpty else { return nil }
    let verb = statement.head.flatMap { table[$0] }
    // What only speaks of the session has no place in a notebook.
    if let verb, verb.group == .session, verb.name != "set" { return nil }
    let isShown = statement.target == nil && !statement.isHidden && verb?.name != "set"
    return Kept(
      entry: entry, statement: statement, verb: verb,
      isResult: isShown || StatementFacts(statement).savesFiles)
  }

  private static func needed(_ all: [Kept]) -> [Kept] {
    var (needed, later): (Set<String>, Set<String>) = ([], [])
    var needsAnswer = false
    var result: [Kept] = []
    for item in all.reversed() {
      let names = item.entry.names
      let isLast = !names.binds.subtracting(later).isEmpty
      guard
        item.isResult || isLast || needsAnswer || item.isSetting && !result.isEmpty
          || !names.binds.isDisjoint(with: needed)
      else { continue }
      if names.alwaysBinds {
        needed.subtract(names.binds)
        later.formUnion(names.binds)
      }
      needed.formUnion(names.reads)
      needsAnswer = names.reads.contains("ans")
      result.append(item)
    }
    return result.reversed()
  }

  // MARK: Text

  /// The notebook.
  var text: String {
    var lines = ["---", "title: \(JSON.string(title).text())", "seed: \(context.settings.seed)"]
    let read = Set(kept.flatMap(\.entry.names.reads))
    let params = context.params.filter { read.contains($0.name) }
    if !params.isEmpty {
      lines.append("params:")
      lines += params.map { "  \($0.name): \($0.value.json.text())" }
    }
    lines.append("---")
    var heading = ""
    var labels: Set<String> = []
    for cell in cells {
      if let words = Self.heading(cell), words != heading {
        heading = words
        lines += ["", "## \(words)"]
      }
      // Cells of the prompt get no label: their random numbers are then those of the session.
      let label = cell.first?.entry.cell.map { ["#| label: \(Self.label($0, &labels))"] } ?? []
      lines += ["", "```mim"] + label
      lines += cell.map(\.entry.text) + ["```"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The statements in cells: one ends after what it shows, where the next is about something else, and with the cell of an included
  /// notebook.
  private var cells: [[Kept]] {
    var cells: [[Kept]] = []
    var isOpen = false
    for item in kept {
      let before = cells.last ?? []
      let subject = before.last { $0.subject != nil }?.subject
      let isOther = item.entry.cell == nil && item.subject != nil && subject != nil
      if isOpen, before.last?.entry.cell == item.entry.cell, !(isOther && subject != item.subject) {
        cells[cells.count - 1].append(item)
      } else {
        cells.append([item])
      }
      isOpen = !item.isResult || item.entry.cell != nil
    }
    return cells
  }

  private static func heading(_ cell: [Kept]) -> String? {
    switch cell.last(where: { $0.subject != nil })?.subject {
    case .data: "Data"
    case .model: "Models"
    case .make: "Codes and samples"
    case .measure: "Measures"
    case .look: "Pictures and tables"
    case .compute, .session, nil: nil
    }
  }

  private static func label(_ base: String, _ used: inout Set<String>) -> String {
    var label = base
    var number = 2
    while !used.insert(label).inserted {
      label = "\(base)-\(number)"
      number += 1
    }
    return label
  }
}

extension Statement {
  /// The name that it binds its value to.
  fileprivate var target: String? {
    switch kind {
    case .evaluate(let target, _): target?.text
    case .timed(let inner): inner.target
    case .parameter(let name, _, _): name.text
    case .loop, .conditional: nil
    }
  }

  /// The verb at its head.
  fileprivate var head: String? {
    switch kind {
    case .timed(let inner): inner.head
    case .parameter: "param"
    case .loop: "for"
    case .conditional: "if"
    case .evaluate(_, let expression):
      switch expression.kind {
      case .call(let call): call.verb.text
      case .sweep: "sweep"
      case .figure: "figure"
      default: nil
      }
    }
  }
}
