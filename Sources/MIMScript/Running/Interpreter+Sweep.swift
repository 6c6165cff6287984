extension Interpreter {
  /// Runs a sweep's block for every combination of its axes, rows side by side.
  func run(_ sweep: Sweep, target: String?) throws -> Value {
    guard let function = table["sweep"] else { throw unknownVerb(sweep.keyword, table: table) }
    let arguments = try arguments(
      of: Signature(optionsOf: function), sweep.options, at: sweep.keyword.span)
    let rows = try SweepRows(axes(of: sweep), keyword: sweep.keyword.span)
    let start = RowStart(
      table: table, sessionSeed: sessionSeed, overrides: overrides, state: state)
    // Sweeps inside a row share the row's place.
    let isInner = state.host.rowThreads != nil
    let threads = arguments.whole("threads") ?? 1
    let jobs =
      arguments.whole("jobs") ?? (isInner ? 1 : max(1, state.host.jobs / threads))
    if arguments.isTrue("plan") {
      let costs = try costs(of: sweep, rows, from: start, threads: threads)
      return .table(rows.plan(costs, jobs: jobs))
    }
    let identity = identity(of: sweep, rows, target: target, threads: threads)
    let sharing = isInner ? nil : try located(at: sweep) { try state.host.sharing(of: identity) }
    let keeper: (any RowKeeper)? = try sharing.begin {
      guard arguments.isTrue("store"), !isInner else { return nil }
      return try located(at: sweep) { try state.host.keeper(for: identity) }
    }
    let kept = keptOutcomes(rows, arguments.isTrue("resume") ? keeper : nil)
    announce(
      target, rows, kept: kept.count { $0 != nil }, jobs: jobs, keeper, sharing?.processCount)
    let run = SweepRun(
      sweep, rows: rows, from: start, keeper: keeper, kept: kept, sharing: sharing,
      failsFast: arguments.isTrue("fail_fast"), threads: threads, title: title(target))
    defer {
      failedRowCount += run.failedRowCount
      keeper?.finish()
    }
    return .table(try run.table(jobs: jobs))
  }

  /// How many rows a sweep has here, and how many of them are kept; nil where `asksKeeper` is false.
  package func extent(
    of sweep: Sweep, target: String?, asksKeeper: Bool
  ) throws -> (rows: Int, kept: Int?) {
    guard let function = table["sweep"] else { throw unknownVerb(sweep.keyword, table: table) }
    let arguments = try arguments(
      of: Signature(optionsOf: function), sweep.options, at: sweep.keyword.span)
    let rows = try SweepRows(axes(of: sweep), keyword: sweep.keyword.span)
    guard asksKeeper, arguments.isTrue("store"), arguments.isTrue("resume") else {
      return (rows.count, nil)
    }
    let identity = identity(
      of: sweep, rows, target: target, threads: arguments.whole("threads") ?? 1)
    let kept = keptOutcomes(rows, try state.host.keeper(for: identity))
    return (rows.count, kept.count { $0 != nil })
  }

  private func title(_ target: String?) -> String { target.map { "sweep \($0)" } ?? "sweep" }

  /// Before long work: how many rows, how many at once, where they are kept.
  private func announce(
    _ target: String?, _ rows: SweepRows, kept: Int, jobs: Int, _ keeper: (any RowKeeper)?,
    _ processes: Int?
  ) {
    guard let keeper else { return }
    var line = "\(title(target)) · \(rows.count) rows, \(min(jobs, rows.count)) at a time"
    if let processes { line += " on each of \(processes) ranks" }
    line += " · kept in \(keeper.place)"
    if kept > 0 { line += " (\(kept) already finished)" }
    state.host.message(line)
  }

  private func keptOutcomes(_ rows: SweepRows, _ keeper: (any RowKeeper)?) -> [SweepOutcome?] {
    guard let keeper else { return [SweepOutcome?](repeating: nil, count: rows.count) }
    return (0..<rows.count).map { index in
      keeper.row(rows[index].axes).map { SweepOutcome(cells: $0.cells, isKept: true) }
    }
  }

  private func identity(
    of sweep: Sweep, _ rows: SweepRows, target: String?, threads: Int
  ) -> SweepIdentity {
    SweepIdentity(
      target: target, statement: state.statement, cell: state.streams.cell, seed: sessionSeed,
      enclosing: state.streams.enclosing, unnamedCalls: state.streams.counts, body: sweep.body,
      axes: rows.names,
      visible: state.scopes.reduce(into: [:]) { $0.merge($1) { _, inner in inner } },
      overrides: overrides, threads: threads)
  }

  private func located<Result>(at sweep: Sweep, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw located(error, at: sweep.keyword.span)
    }
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
}

extension (any RowSharing)? {
  /// Runs `body`, in step with the other processes where there are any.
  fileprivate func begin<Result>(_ body: () throws -> Result) throws -> Result {
    if let self { try self.begin(body) } else { try body() }
  }
}

/// Ends a row of a plan where work begins that is not done in plans.
struct ForecastEnds: Error {}

extension HostFunction {
  /// Whether the verb runs inside `sweep(plan=true)`: it makes what a training needs, or is one.
  var runsInForecasts: Bool { group == .model || group == .data && name != "save" }
}

extension BoundArguments<Value> {
  fileprivate func isTrue(_ option: String) -> Bool {
    if case .bool(true)? = options[option] { return true }
    return false
  }

  fileprivate func whole(_ option: String) -> Int? {
    if case .number(let number)? = options[option] { return Int(exactly: number) }
    return nil
  }
}
