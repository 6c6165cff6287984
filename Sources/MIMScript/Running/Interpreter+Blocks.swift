extension Interpreter {
  /// Runs a block in a scope of its own; whatever it changes of the state is put back.
  private func inOwnScope<Result>(
    _ change: (inout State) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    let before = state
    state.scopes.append([:])
    change(&state)
    defer {
      let outer = Array(state.scopes.prefix(before.scopes.count))
      state = before
      state.scopes = outer
    }
    return try body()
  }

  // MARK: Figure

  /// Collects the panels that a figure block shows and hands them to the figure verb.
  func run(_ figure: FigureBlock, at span: Span, target: String?) throws -> Value {
    guard let function = table["figure"] else { throw unknownVerb(figure.keyword, table: table) }
    var arguments = try arguments(
      of: Signature(optionsOf: function), figure.options, at: figure.keyword.span)
    let type = function.positional.first?.type ?? .anything
    let collector = PanelCollector(host: state.host) { type.isPanel($0) }
    do {
      _ = try inOwnScope {
        $0.host = collector
        $0.panels = collector
      } _: {
        try run(figure.body)
      }
    } catch {
      var located = located(error, at: figure.keyword.span)
      located.partial = nil
      throw located
    }
    guard !collector.panels.isEmpty else {
      throw ScriptError(
        "E105", "this figure has no panels", at: figure.keyword.span,
        label: "show pictures in its block: `plot …` on lines of their own")
    }
    arguments.positional = collector.panels
    for index in collector.panels.indices { arguments.spans["#\(index)"] = span }
    return try run(function, arguments, at: span, verb: figure.keyword.span, target: target)
  }

  // MARK: Sweep

  /// Runs a sweep's block for every combination of its axes, one row after another.
  func run(_ sweep: Sweep) throws -> Value {
    guard let function = table["sweep"] else { throw unknownVerb(sweep.keyword, table: table) }
    let arguments = try arguments(
      of: Signature(optionsOf: function), sweep.options, at: sweep.keyword.span)
    var rows = SweepRows(try axes(of: sweep), keyword: sweep.keyword.span)
    try rows.checkSize()
    if arguments.options["plan"].isTrue { return .table(rows.plan()) }
    defer { state.host.progress(rows.progress(isFinished: true)) }
    while let row = rows.next() {
      state.host.progress(rows.progress(row))
      do {
        try stopIfInterrupted(at: sweep.keyword.span)
        rows.finish(row, with: try run(row, of: sweep))
      } catch {
        try rowFailed(row, &rows, located(error, at: sweep.keyword.span), arguments)
      }
    }
    return .table(rows.table())
  }

  private func axes(of sweep: Sweep) throws -> [(name: String, values: [Value])] {
    var axes: [(name: String, values: [Value])] = []
    for axis in sweep.axes {
      guard let name = axis.name else { continue }
      if axes.contains(where: { $0.name == name.text }) {
        throw ScriptError(
          "E107", "the axis `\(name.text)` is given twice", kind: .check, at: name.span)
      }
      axes.append((name.text, try elements(of: axis.value)))
    }
    return axes
  }

  private func run(_ row: SweepRows.Row, of sweep: Sweep) throws -> SweepRows.Result {
    let value = try inOwnScope { state in
      state.isQuiet = true
      state.panels = nil
      for (name, value) in row.axes {
        state.scopes[state.scopes.count - 1][name] = value
        state.streams.enclosing.append((name, value))
      }
    } _: {
      try run(sweep.body)
    }
    let place = sweep.body.last?.span ?? sweep.keyword.span
    return try SweepRows.Result(value, at: place)
  }

  /// Keeps a failed row with its error; shows the first one at once.
  private func rowFailed(
    _ row: SweepRows.Row, _ rows: inout SweepRows, _ error: ScriptError,
    _ arguments: CheckedArguments
  ) throws {
    if error.kind == .interrupted {
      var interrupted = error
      interrupted.partial = .table(rows.table(interrupted: true))
      throw interrupted
    }
    failedRowCount += 1
    rows.fail(row, with: error)
    if arguments.options["fail_fast"].isTrue {
      var failure = error
      failure.notes.append("in the row \(row.text); fail_fast=true stops the sweep here")
      failure.partial = .table(rows.table())
      throw failure
    }
    if rows.failures == 1 {
      state.host.message(
        "the row \(row.text) failed; the sweep goes on\n\(Diagnostics.render(error))")
    }
  }
}

extension ParameterType {
  /// Whether a value may be a panel: the figure verb's parameter takes it as it is.
  func isPanel(_ value: Value) -> Bool {
    guard case .object = value, case .accepted = accept(value) else { return false }
    return true
  }
}

extension Value? {
  fileprivate var isTrue: Bool {
    if case .bool(true)? = self { return true }
    return false
  }
}
