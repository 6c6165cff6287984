extension Interpreter {
  /// Runs a block in its own scope; whatever it changes of the state is put back.
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
        label: "draw something in its block: one `plot …` per line")
    }
    arguments.positional = collector.panels
    for index in collector.panels.indices { arguments.spans["#\(index)"] = span }
    return try run(function, arguments, at: span, verb: figure.keyword.span, target: target)
  }
}

extension ParameterType {
  /// Whether a value may be a panel: the figure verb's parameter takes it as it is.
  func isPanel(_ value: Value) -> Bool {
    guard case .object = value, case .accepted = accept(value) else { return false }
    return true
  }
}
