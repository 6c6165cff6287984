import MIMScript

/// The names that a sweep's block takes from outside, the verbs that it calls and the parameters
/// that it declares. Bare words count as names, which does no harm.
struct BlockNames {
  private(set) var reads: Set<String> = []
  private(set) var verbs: Set<String> = []
  private(set) var parameters: Set<String> = []
  private var bound: Set<String>

  init(_ body: [Statement], axes: [String]) {
    bound = Set(axes)
    body.forEach { visit($0) }
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .parameter(let name, let initial, let domain):
      parameters.insert(name.text)
      visit(initial)
      if let domain { visit(domain) }
      bound.insert(name.text)
    case .loop(let name, let values, let body):
      visit(values)
      visitMaybe(body, binding: [name.text])
    case .conditional(let condition, let then, let otherwise):
      visit(condition)
      visitMaybe(then, binding: [])
      visitMaybe(otherwise ?? [], binding: [])
    case .timed(let inner): visit(inner)
    case .evaluate(let target, let expression):
      visit(expression)
      if let target { bound.insert(target.text) }
    }
  }

  /// A block that may not run, or has a scope of its own: what it binds counts only inside.
  private mutating func visitMaybe(_ body: [Statement], binding names: [String]) {
    let before = bound
    bound.formUnion(names)
    body.forEach { visit($0) }
    bound = before
  }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .none, .bool, .number, .string, .invalid: break
    case .name(let name): if !bound.contains(name) { reads.insert(name) }
    case .field(let base, _), .group(let base), .unary(_, let base): visit(base)
    case .call(let call):
      verbs.insert(call.verb.text)
      call.arguments.forEach { visit($0.value) }
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
      visitMaybe(sweep.body, binding: sweep.axes.compactMap { $0.name?.text })
    case .figure(let figure):
      figure.options.forEach { visit($0.value) }
      visitMaybe(figure.body, binding: [])
    }
  }
}
