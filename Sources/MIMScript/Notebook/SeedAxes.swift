extension Statement {
  /// The statement with the axis `seed` of its sweeps cut to its first values, for smoke tests.
  /// Only what is written out is cut: `seed=1..10`, `seed=[3, 5, 8]`.
  public func cuttingSeedAxes(to count: Int) -> Statement {
    func cut(_ body: [Statement]) -> [Statement] { body.map { $0.cuttingSeedAxes(to: count) } }
    let kind: Kind =
      switch self.kind {
      case .parameter: self.kind
      case .loop(let name, let values, let body): .loop(name, values: values, body: cut(body))
      case .conditional(let condition, let then, let otherwise):
        .conditional(condition, then: cut(then), otherwise: otherwise.map(cut))
      case .timed(let inner): .timed(inner.cuttingSeedAxes(to: count))
      case .evaluate(let target, let expression):
        .evaluate(target: target, expression.cuttingSeedAxes(to: count, cut))
      }
    return Statement(kind, at: span, isHidden: isHidden)
  }
}

extension Expression {
  fileprivate func cuttingSeedAxes(
    to count: Int, _ cut: ([Statement]) -> [Statement]
  ) -> Expression {
    guard case .sweep(let sweep) = kind else { return self }
    let axes = sweep.axes.map { axis in
      axis.name?.text == "seed"
        ? Argument(name: axis.name, value: axis.value.firstValues(count)) : axis
    }
    let shorter = Sweep(
      keyword: sweep.keyword, options: sweep.options, axes: axes, body: cut(sweep.body))
    return Expression(.sweep(shorter), at: span)
  }

  /// The first values of a list or of a range between numbers.
  private func firstValues(_ count: Int) -> Expression {
    switch kind {
    case .list(let elements): return Expression(.list(Array(elements.prefix(count))), at: span)
    case .range(let first, let last, let step):
      guard case .number(let lower) = first.kind, case .number(let upper) = last.kind else {
        return self
      }
      var width = 1.0
      if case .number(let number)? = step?.kind { width = number }
      let end = lower + width * Double(count - 1)
      guard width > 0, end < upper else { return self }
      return Expression(
        .range(first: first, last: Expression(.number(end), at: last.span), step: step), at: span)
    default: return self
    }
  }
}
