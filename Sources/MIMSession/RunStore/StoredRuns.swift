import GRDB
import MIMScript

/// The rows that a run store holds, as a table.
struct StoredRuns {
  private struct Run {
    let id: Int64
    let facts: [String: Value]
    var axes: [(column: Table.Column, value: Value)] = []
    var metrics: [(column: Table.Column, value: Value)] = []
  }

  private var runs: [Run] = []

  /// Reads every row, sweeps in the order of their first rows, rows in the order of the sweep.
  init(in database: RunDatabase) throws {
    runs = try database.read { db in
      let order = """
        JOIN (SELECT sweep_key AS first_key, MIN(id) AS first FROM run GROUP BY sweep_key)
          ON first_key = run.sweep_key
        """
      var runs = try Row.fetchAll(
        db, sql: "SELECT run.* FROM run \(order) ORDER BY first, row_index, id"
      ).map(Self.run)
      let places = Dictionary(uniqueKeysWithValues: runs.enumerated().map { ($1.id, $0) })
      for row in try Row.fetchAll(db, sql: "SELECT * FROM axis ORDER BY runId, position") {
        guard let place = places[row["runId"]] else { continue }
        runs[place].axes.append((Table.Column(row["name"]), Self.value(row)))
      }
      for row in try Row.fetchAll(db, sql: "SELECT * FROM metric ORDER BY runId, position") {
        guard let place = places[row["runId"]] else { continue }
        let column = Table.Column(row["name"], title: row["title"], format: row["format"])
        runs[place].metrics.append((column, Self.value(row)))
      }
      return runs
    }
  }

  /// The rows with their axes and results: what the language sees.
  var table: Table { table(leading: ["run", "sweep", "status"], trailing: ["error"]) }

  /// The same with where, when and with what each row was made.
  var fullTable: Table {
    table(
      leading: ["run", "sweep", "notebook", "status"],
      trailing: ["error", "seed", "threads", "isa", "version", "finished", "seconds"])
  }

  private func table(leading: [String], trailing: [String]) -> Table {
    let axes = Self.columns(runs.map(\.axes))
    let taken = Set(leading + trailing + axes.map(\.name))
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
      columns: leading.map { Table.Column($0) } + axes + shown
        + last.map { Table.Column($0, format: $0 == "seconds" ? "%.2f" : nil) },
      rows: rows)
  }

  private static func run(_ row: Row) -> Run {
    let key: String = row["key"]
    let code: String? = row["error_code"]
    let error: String? = row["error"]
    let notebook: String? = row["notebook"]
    let seed: Int64 = row["seed"]
    let threads: Int = row["threads"]
    let instructionSet: String? = row["instruction_set"]
    return Run(
      id: row["id"],
      facts: [
        "run": .string(String(key.prefix(8))), "sweep": .string(row["sweep"]),
        "status": .string(row["status"]), "notebook": notebook.map { .string($0) } ?? .none,
        "error": error.map { .string("\(code ?? ""): \($0)") } ?? .none,
        "seed": .number(Double(seed)), "threads": .number(Double(threads)),
        "isa": instructionSet.map { .string($0) } ?? .none,
        "version": .string(row["engine_version"]), "finished": .string(row["finished_at"]),
        "seconds": .number(row["seconds"]),
      ])
  }

  private static func value(_ row: Row) -> Value {
    StoredValue(kind: row["kind"], text: row["text"]).value
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
