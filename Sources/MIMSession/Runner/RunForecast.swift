import MIMFormats
import MIMScript

/// What a run would do, cell by cell: what is fresh, what has to run and why, and how long that took before.
struct RunForecast {
  private let forecast: [NotebookCache.Forecast]
  private let cache: NotebookCache

  init(_ forecast: [NotebookCache.Forecast], _ cache: NotebookCache) {
    self.forecast = forecast
    self.cache = cache
  }

  /// One row a cell, one more for each sweep of a cell that has to run.
  var table: Table {
    Table(
      columns: ["cell", "state", "why", "rows", "time"].map { Table.Column($0) },
      rows: forecast.flatMap(rows))
  }

  /// The sum.
  var lines: [String] {
    let stale = forecast.filter { !$0.stale.isEmpty }
    let seconds = stale.map(seconds)
    let known = seconds.compactMap { $0 }.reduce(0, +)
    guard !stale.isEmpty else { return ["everything is fresh: a run computes nothing"] }
    let unknown = seconds.count { $0 == nil }
    let count = "\(stale.count) of \(forecast.count) cells would run"
    var line = "\(count), about \(DurationText.text(known)) by earlier runs"
    if unknown == stale.count { line = "\(count); nothing is known of how long" }
    if unknown > 0, unknown < stale.count {
      line += " and \(unknown) of which nothing is known"
    }
    return [line]
  }

  private func rows(_ cell: NotebookCache.Forecast) -> [[Value]] {
    guard let first = cell.stale.first else {
      return [[.string(cell.cell.name), .string("fresh"), .none, .none, .none]]
    }
    let reason = first.reason?.text ?? ""
    let others = cell.stale.count - 1
    let why = others > 0 && cell.stale.count < cell.nodes.count ? "\(reason)" : reason
    let time = seconds(cell).map { Value.string(DurationText.text($0)) } ?? .none
    let own: [Value] = [.string(cell.cell.name), .string("stale"), .string(why), .none, time]
    return [own] + cell.stale.flatMap { node in node.facts.sweeps.map { sweepRow($0, node) } }
  }

  private func sweepRow(
    _ sweep: (target: String?, sweep: Sweep), _ node: StatementNode
  ) -> [Value] {
    let name = "  sweep" + (sweep.target.map { " \($0)" } ?? "")
    let cost = cache.cost(of: sweep.sweep, target: sweep.target, node)
    var rows = cost.rows.map { "\($0)" } ?? "?"
    if let kept = cost.kept { rows += ", \(kept) kept" }
    let time = cost.seconds.map { Value.string(DurationText.text($0)) } ?? .none
    return [.string(name), .none, .none, .string(rows), time]
  }

  /// What the statements of a cell that have to run took before; nil where nothing is known of any.
  private func seconds(_ cell: NotebookCache.Forecast) -> Double? {
    let known = cell.stale.compactMap { node -> Double? in
      let index = cell.nodes.firstIndex { $0 === node } ?? 0
      return cache.lastRun.step(cell.cell.name, index, target: node.target)?.seconds
    }
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  /// The error for a cell that has to run where nothing may.
  static func error(about cell: NotebookCache.Forecast) -> ScriptError {
    let node = cell.stale[0]
    let more = cell.stale.count > 1 ? " (and \(cell.stale.count - 1) more statements)" : ""
    return ScriptError(
      "E621",
      "the cell `\(cell.cell.name)` is stale: \(node.reason?.text ?? "it has not been run")\(more)",
      at: node.statement.span)
  }
}
