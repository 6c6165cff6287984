import MIMScript

/// What the code of a statement tells of the work: the verbs it calls, and what of the session they depend on.
struct StatementFacts {
  /// Every name of a call: verbs, and words with arguments.
  private(set) var calls: Set<String> = []
  /// The same without what stands in the blocks of sweeps, whose rows have threads of their own.
  private(set) var callsOutsideRows: Set<String> = []
  /// Calls without a name and outside blocks, which later calls in the cell count.
  private(set) var unnamed: [String: Int] = [:]
  /// Calls in the branches of `if`, of which nobody knows before how many there are.
  private(set) var uncertain: Set<String> = []
  /// Names of calls of which one has no `seed=`.
  private(set) var unseeded: Set<String> = []
  /// Whether a file is written: `save=`, or the verb.
  private(set) var savesFiles = false
  /// Whether a sweep is only planned: it tells times.
  private(set) var plansSweep = false
  /// The sweeps that stand at the head of a statement, with the names they are bound to.
  private(set) var sweeps: [(target: String?, sweep: Sweep)] = []
  /// The names that it reads from outside.
  let reads: Set<String>
  /// The parameters that it declares.
  let parameters: Set<String>
  /// The names that it binds.
  let binds: Set<String>
  /// Whether the names are bound whatever happens.
  let alwaysBinds: Bool

  private struct Place {
    var isInRows = false
    /// In a block after which the count of calls is what it was before.
    var isInBlock = false
    var isConditional = false
  }

  init(_ statement: Statement) {
    let names = StatementNames(statement)
    let block = BlockNames([statement], axes: [])
    binds = names.binds
    alwaysBinds = names.alwaysBinds
    parameters = block.parameters
    // What may keep its old value depends on it.
    reads = names.alwaysBinds ? block.reads : block.reads.union(names.binds)
    visit(statement, Place())
  }

  private mutating func visit(_ statements: [Statement], _ place: Place) {
    statements.forEach { visit($0, place) }
  }

  private mutating func visit(_ statement: Statement, _ place: Place) {
    switch statement.kind {
    case .parameter(_, let initial, let domain):
      visit(initial, place)
      if let domain { visit(domain, place) }
    case .loop(_, let values, let body):
      visit(values, place)
      var inner = place
      inner.isInBlock = true
      visit(body, inner)
    case .conditional(let condition, let then, let otherwise):
      visit(condition, place)
      var inner = place
      inner.isConditional = true
      visit(then, inner)
      visit(otherwise ?? [], inner)
    case .timed(let inner): visit(inner, place)
    case .evaluate(let target, let expression): visit(expression, place, target: target?.text)
    }
  }

  private mutating func visit(
    _ expression: Expression, _ place: Place, target: String? = nil
  ) {
    switch expression.kind {
    case .none, .bool, .number, .string, .name, .invalid: break
    case .group(let inner): visit(inner, place, target: target)
    case .field(let base, _), .unary(_, let base): visit(base, place)
    case .call(let call): visit(call, place, target: target)
    case .list(let elements): elements.forEach { visit($0, place) }
    case .range(let first, let last, let step):
      for part in [first, last, step].compactMap({ $0 }) { visit(part, place) }
    case .binary(_, let left, let right):
      visit(left, place)
      visit(right, place)
    case .sweep(let sweep): visit(sweep, place, target: target)
    case .figure(let figure):
      note(figure.keyword.text, place)
      visit(figure.options, place)
      var inner = place
      inner.isInBlock = true
      visit(figure.body, inner)
    }
  }

  private mutating func visit(_ call: Call, _ place: Place, target: String?) {
    let verb = call.verb.text
    note(verb, place)
    if verb == "save" || call.arguments.contains(where: { $0.name?.text == "save" }) {
      savesFiles = true
    }
    if !call.arguments.contains(where: { $0.name?.text == "seed" }) { unseeded.insert(verb) }
    // Arguments are evaluated first.
    visit(call.arguments, place)
    guard target == nil, !place.isInBlock else { return }
    if place.isConditional {
      uncertain.insert(verb)
    } else {
      unnamed[verb, default: 0] += 1
    }
  }

  private mutating func visit(_ sweep: Sweep, _ place: Place, target: String?) {
    note(sweep.keyword.text, place)
    if sweep.options.contains(where: { $0.name?.text == "plan" }) { plansSweep = true }
    if !place.isInRows { sweeps.append((target, sweep)) }
    visit(sweep.options + sweep.axes, place)
    var inner = place
    inner.isInRows = true
    inner.isInBlock = true
    visit(sweep.body, inner)
  }

  private mutating func visit(_ arguments: [Argument], _ place: Place) {
    arguments.forEach { visit($0.value, place) }
  }

  private mutating func note(_ name: String, _ place: Place) {
    calls.insert(name)
    if !place.isInRows { callsOutsideRows.insert(name) }
  }
}
