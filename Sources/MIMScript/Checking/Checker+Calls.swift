extension Checker {
  /// Checks a call's arguments and asks the verb what it will give.
  mutating func check(_ call: Call, at span: Span) -> StaticValue {
    guard let function = table[call.verb.text] else {
      report(unknownVerb(call.verb, table: table))
      for argument in call.arguments where !argument.value.isBareName { _ = check(argument.value) }
      return .unknown
    }
    let known = errors.count
    let arguments = arguments(of: Signature(function), call.arguments, at: call.verb.span)
    guard errors.count == known else { return function.staticResult }
    return infer(function, arguments, at: span, verb: call.verb.span, written: call.arguments)
  }

  /// Matches and checks written arguments.
  mutating func arguments(
    of signature: Signature, _ written: [Argument], at place: Span
  ) -> BoundArguments<StaticValue> {
    do {
      return try read(written, for: signature, at: place)
    } catch {
      // Mistakes are noted, not thrown.
      report(error as? ScriptError ?? ScriptError("E400", "\(error)", at: place))
      return BoundArguments()
    }
  }

  /// Asks the verb itself: shapes, data kinds, what its result will be.
  mutating func infer(
    _ function: HostFunction, _ arguments: BoundArguments<StaticValue>, at span: Span, verb: Span,
    written: [Argument]
  ) -> StaticValue {
    guard let infer = function.infer else { return function.staticResult }
    let call = StaticCall(
      positional: arguments.positional,
      options: arguments.options.filter { arguments.given.contains($0.key) }, span: span,
      argumentSpans: arguments.spans)
    do {
      return try infer(call)
    } catch {
      var mistake = error as? ScriptError ?? ScriptError("E400", "\(error)")
      if mistake.span == nil { mistake.span = verb }
      addOrigin(to: &mistake, written)
      report(mistake)
      return function.staticResult
    }
  }

  /// A shape mismatch has two sides: says where the other one was made.
  private func addOrigin(to mistake: inout ScriptError, _ written: [Argument]) {
    guard mistake.code.hasPrefix("E3"), mistake.label?.contains("made at line") != true else {
      return
    }
    for argument in written {
      guard case .name(let name) = argument.value.kind, argument.value.span != mistake.span,
        let origin = origins[name]
      else { continue }
      guard mistake.label?.contains("(`\(name)` made at line") != true else { return }
      let text = TextWidth.truncated(String(origin.text.prefix { !$0.isNewline }), to: 24)
      let note = "(`\(name)` made at line \(origin.position.line): \(text))"
      mistake.label = mistake.label.map { "\($0)      \(note)" } ?? note
      return
    }
  }

  // MARK: Blocks

  mutating func check(_ figure: FigureBlock, at span: Span) -> StaticValue {
    guard let function = table["figure"] else {
      report(unknownVerb(figure.keyword, table: table))
      return .unknown
    }
    _ = arguments(
      of: Signature(optionsOf: function), figure.options, at: figure.keyword.span)
    scopes.append([:])
    owners.append(figure.keyword.span)
    _ = check(figure.body)
    owners.removeLast()
    leaveScope()
    return function.staticResult
  }

  /// Follows a sweep's rows along each axis, the other axes at their first value.
  mutating func check(_ sweep: Sweep) -> StaticValue {
    guard let function = table["sweep"] else { return .unknown }
    _ = arguments(of: Signature(optionsOf: function), sweep.options, at: sweep.keyword.span)
    var axes: [(name: String, values: [StaticValue])] = []
    for axis in sweep.axes {
      guard let name = axis.name else { continue }
      if axes.contains(where: { $0.name == name.text }) {
        report(
          ScriptError(
            "E107", "the axis `\(name.text)` is given twice", kind: .check, at: name.span))
      }
      let isOption = function.options.contains { $0.name == name.text }
      let hint = isOption ? "`\(name.text)` is an option: sweep(\(name.text)=…) axis=… { … }" : nil
      let values = elements(of: axis.value, hint: hint)?.prefix(samplesPerLoop).map {
        StaticValue.known($0)
      }
      axes.append((name.text, values.map { $0.isEmpty ? [.unknown] : $0 } ?? [.unknown]))
    }
    loopDepth += 1
    defer { loopDepth -= 1 }
    owners.append(sweep.keyword.span)
    let last = followRows(axes, sweep)
    owners.removeLast()
    guard let columns = last.columnNames else { return .object(type: "table", facts: [:]) }
    let names = axes.map(\.name) + columns + ["error"]
    return .object(type: "table", facts: ["columns": .list(names.map { .string($0) })])
  }

  private mutating func leaveScope() {
    let names = scopes.removeLast()
    log?.noteEnd(of: names)
  }

  private mutating func followRows(
    _ axes: [(name: String, values: [StaticValue])], _ sweep: Sweep
  ) -> StaticValue {
    var last = StaticValue.unknown
    for (varied, axis) in axes.enumerated() {
      for (index, value) in axis.values.enumerated() where varied == 0 || index > 0 {
        scopes.append([:])
        for (place, other) in axes.enumerated() {
          bind(other.name, to: place == varied ? value : other.values.first ?? .unknown)
        }
        sweep.axes.compactMap(\.name).forEach { noteBinding($0) }
        last = check(sweep.body)
        leaveScope()
      }
    }
    return last
  }
}

extension HostFunction {
  /// What is known of its result without looking at the arguments.
  var staticResult: StaticValue {
    resultType.map { .object(type: $0, facts: [:]) } ?? .unknown
  }
}

extension Expression {
  /// A name alone: perhaps a word meant for the verb.
  var isBareName: Bool {
    if case .name = kind { return true }
    return false
  }
}
