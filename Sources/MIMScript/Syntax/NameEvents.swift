/// What a statement does with names, in the order in which it runs. Bare words of word places count as
/// reads: the syntax alone doesn't tell them from names.
package enum NameEvent: Equatable, Sendable {
  case reads(String)
  case calls(String)
  case binds(String)
  /// `param NAME`: binds the name too.
  case declares(String)
  case begins(Block)
  case ends(Block)

  /// A part in braces.
  package enum Block: Sendable {
    /// Of `if` and `for`: it may not run, and its names stay bound.
    case conditional
    /// Of `sweep` and `figure`: its names stay inside.
    case scope
  }
}

extension Statement {
  /// Tells `visit` what the statement does with names.
  package func visitNames(_ visit: (NameEvent) -> Void) {
    switch kind {
    case .parameter(let name, let initial, let domain):
      initial.visitNames(visit)
      domain?.visitNames(visit)
      visit(.declares(name.text))
    case .loop(let name, let values, let body):
      values.visitNames(visit)
      Self.visitNames(of: body, in: .conditional, binding: [name], visit)
    case .conditional(let condition, let then, let otherwise):
      condition.visitNames(visit)
      Self.visitNames(of: then, in: .conditional, visit)
      Self.visitNames(of: otherwise ?? [], in: .conditional, visit)
    case .timed(let inner): inner.visitNames(visit)
    case .evaluate(let target, let expression):
      expression.visitNames(visit)
      if let target { visit(.binds(target.text)) }
    }
  }

  fileprivate static func visitNames(
    of body: [Statement], in block: NameEvent.Block, binding names: [Name] = [],
    _ visit: (NameEvent) -> Void
  ) {
    visit(.begins(block))
    names.forEach { visit(.binds($0.text)) }
    body.forEach { $0.visitNames(visit) }
    visit(.ends(block))
  }
}

extension Expression {
  fileprivate func visitNames(_ visit: (NameEvent) -> Void) {
    switch kind {
    case .none, .bool, .number, .string, .invalid: break
    case .name(let name): visit(.reads(name))
    case .field(let base, _), .group(let base), .unary(_, let base): base.visitNames(visit)
    case .call(let call):
      visit(.calls(call.verb.text))
      call.arguments.forEach { $0.value.visitNames(visit) }
    case .list(let elements): elements.forEach { $0.visitNames(visit) }
    case .range(let first, let last, let step):
      [first, last, step].forEach { $0?.visitNames(visit) }
    case .binary(_, let left, let right):
      left.visitNames(visit)
      right.visitNames(visit)
    case .sweep(let sweep):
      (sweep.options + sweep.axes).forEach { $0.value.visitNames(visit) }
      Statement.visitNames(
        of: sweep.body, in: .scope, binding: sweep.axes.compactMap(\.name), visit)
    case .figure(let figure):
      figure.options.forEach { $0.value.visitNames(visit) }
      Statement.visitNames(of: figure.body, in: .scope, visit)
    }
  }
}
