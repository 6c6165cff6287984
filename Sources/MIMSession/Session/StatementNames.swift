import MIMScript

/// The names that a statement reads and binds. Bare words count as reads, which does no harm: no
/// statement binds them.
struct StatementNames {
  private(set) var reads: Set<String> = []
  private(set) var binds: Set<String> = []
  /// Whether the names are bound whatever happens: not inside `if` or `for`.
  private(set) var alwaysBinds = true

  init(_ statement: Statement) {
    visit(statement)
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .parameter(let name, let initial, let domain):
      visit(initial)
      if let domain { visit(domain) }
      binds.insert(name.text)
    case .loop(let name, let values, let body):
      visit(values)
      body.forEach { visit($0) }
      binds.insert(name.text)
      alwaysBinds = false
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      (then + (otherwise ?? [])).forEach { visit($0) }
      alwaysBinds = false
    case .timed(let inner): visit(inner)
    case .evaluate(let target, let expression):
      visit(expression)
      if let target { binds.insert(target.text) }
    }
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .none, .bool, .number, .string, .invalid: break
    case .name(let name): reads.insert(name)
    case .field(let base, _), .group(let base), .unary(_, let base): visit(base)
    case .call(let call): call.arguments.forEach { visit($0.value) }
    case .list(let elements): elements.forEach { visit($0) }
    case .range(let first, let last, let step):
      visit(first)
      visit(last)
      if let step { visit(step) }
    case .binary(_, let left, let right):
      visit(left)
      visit(right)
    case .sweep(let sweep):
      (sweep.options + sweep.axes).forEach { visit($0.value) }
      visitBlock(sweep.body)
    case .figure(let figure):
      figure.options.forEach { visit($0.value) }
      visitBlock(figure.body)
    }
  }

  /// Names bound inside a block of its own stay there.
  private mutating func visitBlock(_ body: [Statement]) {
    for names in body.map({ StatementNames($0) }) { reads.formUnion(names.reads) }
  }
}
