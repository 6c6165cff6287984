import GRDB
import MIMScript

/// The rows that a run store holds, as a table.
struct StoredRuns {
  private struct Run {
    let facts: [String: Value]
    let axes: [(column: Table.Column, value: Value)]
    let metrics: [(column: Table.Column, value: Value)]
    /// What orders rows: their sweep's first row, their place in the sweep, their number.
    let sweepKey: String
    let index: Int64
    let id: Int64
    let isQuick: Bool
    let isSuperseded: Bool
  }

  private var runs: [Run] = []
  /// What could not be read, for people.
  let warnings: [String]
  /// Where rows were left out, and how many the store has; nil where every row was read.
  let gap: Table.Gap?

  /// Reads every sound row, sweeps in the order of their first rows, rows in the order of the sweep, and checks the whole file.
  /// - Parameter most: where the store has more rows than these, only the first and the last are read and checked, half of them each.
  init(in database: RunDatabase, most: Int? = nil) throws {
    var (rows, uses, ends) = try database.read { db in
      let ends = try most.flatMap { try StoredEnds(of: $0, in: db) }
      let rows = try ends.map { try StoredRows(at: $0.first + $0.last, in: db) }
      return (try rows ?? StoredRows(in: db), try SweepUses(in: db), ends)
    }
    for row in rows.runs {
      do {
        runs.append(try Self.run(row, uses))
      } catch {
        rows.note(row, error.reason)
      }
    }
    var first: [String: Int64] = [:]
    for run in runs { first[run.sweepKey] = min(first[run.sweepKey] ?? .max, run.id) }
    if let ends {
      let places = Dictionary(
        zip(ends.first + ends.last, 0...), uniquingKeysWith: { first, _ in first })
      runs.sort { (places[$0.id] ?? 0) < (places[$1.id] ?? 0) }
      let leading = Set(ends.first)
      gap = Table.Gap(after: runs.count { leading.contains($0.id) }, total: ends.total)
      warnings = rows.warnings
    } else {
      let ranked = runs.map { (rank: (first[$0.sweepKey] ?? 0, $0.index, $0.id), run: $0) }
      runs = ranked.sorted { $0.rank < $1.rank }.map(\.run)
      gap = nil
      warnings = try database.warnings() + rows.warnings
    }
  }

  /// Leaves out what does not belong beside the rest: rows of an earlier version of a sweep, and rows of `--quick` runs beside full
  /// ones, or full ones in a quick run. Gives a line on what was left out.
  mutating func keepCurrent(quick: Bool) -> String? {
    let superseded = runs.filter(\.isSuperseded)
    let others = runs.count { !$0.isSuperseded && $0.isQuick != quick }
    runs.removeAll { $0.isSuperseded || $0.isQuick != quick }
    var parts: [String] = []
    if !superseded.isEmpty {
      let names = Set(superseded.compactMap { $0.facts["sweep"]?.asText }).sorted()
      parts.append(
        "\(Self.rows(superseded.count)) of earlier versions of \(names.joined(separator: ", "))")
    }
    if others > 0 { parts.append("\(Self.rows(others)) of \(quick ? "full" : "quick") runs") }
    guard !parts.isEmpty else { return nil }
    return "left out: \(parts.joined(separator: "; ")); runs all=true lists them"
  }

  private static func rows(_ count: Int) -> String { "\(count) row\(count == 1 ? "" : "s")" }

  /// The rows with their axes and results: what the language sees. Where they come from is said when they come from several places.
  var table: Table {
    func differ(_ fact: String) -> Bool {
      Set(runs.map { $0.facts[fact]?.shortText ?? "" }).count > 1
    }
    let places = ["notebook", "cell", "quick"].filter(differ)
    return table(leading: ["run", "sweep"] + places + ["status"], trailing: ["error"])
  }

  /// The same with where, when and with what each row was made. A statement stands on one line, and is cut to its beginning for people.
  func fullTable(cutsStatements: Bool) -> Table {
    var table = table(
      leading: ["run", "sweep", "notebook", "cell", "status"],
      trailing: [
        "error", "seed", "threads", "isa", "version", "quick", "current", "created", "seconds",
        "statement",
      ])
    guard let last = table.columns.indices.last else { return table }
    // The rows of a sweep share their statement.
    var lines: [String: Value] = [:]
    for row in table.rows.indices {
      guard let text = table.rows[row][last].asText else { continue }
      let line = lines[text] ?? Self.line(text, isCut: cutsStatements)
      lines[text] = line
      table.rows[row][last] = line
    }
    return table
  }

  private static func line(_ statement: String, isCut: Bool) -> Value {
    let line = statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return .string(isCut && line.count > 50 ? line.prefix(48) + " …" : line)
  }

  private func table(leading: [String], trailing: [String]) -> Table {
    let axes = Self.columns(runs.map(\.axes))
    // An axis keeps its name.
    func own(_ fact: String) -> String {
      axes.contains { $0.name == fact } ? "run_\(fact)" : fact
    }
    let taken = Set((leading + trailing).map(own) + axes.map(\.name))
    let metrics = Self.columns(runs.map(\.metrics))
    let hasErrors = runs.contains { $0.facts["error"]?.isNone == false }
    let last = trailing.filter { $0 != "error" || hasErrors }
    // A result that is called like something else gets the name that the sweep's table gives it.
    let shown = metrics.map { column in
      taken.contains(column.name)
        ? Table.Column(column.name + "_value", title: column.title, format: column.format) : column
    }
    let rows = runs.map { run -> [Value] in
      var row = leading.map { run.facts[$0] ?? Value.none }
      row += Self.cells(run.axes, axes)
      row += Self.cells(run.metrics, metrics)
      row += last.map { run.facts[$0] ?? Value.none }
      return row
    }
    return Table(
      columns: leading.map { Table.Column(own($0)) } + axes + shown
        + last.map { Table.Column(own($0), format: $0 == "seconds" ? "%.2f" : nil) },
      rows: rows)
  }

  private static func run(
    _ row: StoredRows.Run, _ uses: SweepUses? = nil
  ) throws(StoredFields.Wrong) -> Run {
    let fields = row.fields
    func shown(_ name: String) throws(StoredFields.Wrong) -> Value {
      try fields.optionalText(name).map { Value.string($0) } ?? Value.none
    }
    let status = try fields.text("status")
    guard ["finished", "failed"].contains(status) else {
      throw StoredFields.Wrong(reason: "`status` is neither finished nor failed")
    }
    let code = try fields.optionalText("error_code")
    let error = try fields.optionalText("error")
    let sweepKey = try fields.text("sweep_key")
    let isSuperseded = uses?.isSuperseded(sweepKey) ?? false
    let isQuick = try fields.integer("quick") != 0
    var axes: [(column: Table.Column, value: Value)] = []
    for axis in row.axes { axes.append((Table.Column(try axis.text("name")), try axis.cell())) }
    var metrics: [(column: Table.Column, value: Value)] = []
    for metric in row.metrics { metrics.append((try Self.column(metric), try metric.cell())) }
    return Run(
      facts: [
        "run": .string(String(try fields.text("key").prefix(8))), "sweep": try shown("sweep"),
        "status": .string(status), "notebook": try shown("notebook"),
        "error": error.map { Value.string("\(code ?? ""): \($0)") } ?? Value.none,
        "seed": .number(Double(try fields.integer("seed"))),
        "threads": .number(Double(try fields.integer("threads"))),
        "isa": try shown("instruction_set"), "version": try shown("engine_version"),
        "created": try shown("finished_at"), "seconds": .number(try fields.number("seconds")),
        "cell": try shown("cell"), "quick": .bool(isQuick), "current": .bool(!isSuperseded),
        "statement": .string(try fields.text("statement")),
      ], axes: axes, metrics: metrics, sweepKey: sweepKey,
      index: try fields.integer("row_index"), id: row.id, isQuick: isQuick,
      isSuperseded: isSuperseded)
  }

  /// Throws for a row that a table can't take.
  static func check(_ row: StoredRows.Run) throws(StoredFields.Wrong) { _ = try run(row) }

  /// The column of a result.
  static func column(_ metric: StoredFields) throws(StoredFields.Wrong) -> Table.Column {
    Table.Column(
      try metric.text("name"), title: try metric.optionalText("title"),
      format: try metric.optionalText("format"))
  }

  /// The columns of all rows, in the order of their first appearance.
  private static func columns(
    _ cells: [[(column: Table.Column, value: Value)]]
  ) -> [Table.Column] {
    var columns: [Table.Column] = []
    var seen: Set<String> = []
    for cell in cells.joined() where seen.insert(cell.column.name).inserted {
      columns.append(cell.column)
    }
    return columns
  }

  private static func cells(
    _ cells: [(column: Table.Column, value: Value)], _ columns: [Table.Column]
  ) -> [Value] {
    // Nearly all rows have all columns, in their order.
    if cells.count == columns.count,
      zip(cells, columns).allSatisfy({ $0.column.name == $1.name })
    {
      return cells.map(\.value)
    }
    let values = Dictionary(cells.map { ($0.column.name, $0.value) }) { first, _ in first }
    return columns.map { values[$0.name] ?? .none }
  }
}

extension RunDatabase {
  /// The mean time of a cell's finished rows in seconds; nil where there are none.
  func meanSeconds(ofCell cell: String, quick: Bool) -> Double? {
    let seconds = try? read { db in
      try Double.fetchOne(
        db,
        sql: "SELECT AVG(seconds) FROM run WHERE cell = ? AND quick = ? AND status = 'finished'",
        arguments: [cell, quick])
    }
    return seconds ?? nil
  }
}
