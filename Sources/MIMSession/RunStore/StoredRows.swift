import Foundation
import GRDB
import MIMFormats
import MIMScript
import MIMTensor

/// A row that is not what was written, or whose columns hold what they never can.
struct DamagedRow: Sendable {
  /// Its place in the table `run`.
  let id: Int64
  /// The beginning of its key, as `runs list` shows keys, as far as it can be read.
  let key: String
  /// What is wrong.
  let reason: String
}

/// Rows of a run store as they lie in its tables, each held against its checksum. A store may have been damaged, or made by somebody
/// who means no good: nothing is taken for what it is not, and one bad row does not keep others from being read.
struct StoredRows {
  /// The columns of `run`, but for `id` and `checksum`.
  static let runColumns = [
    "key", "sweep_key", "sweep", "notebook", "cell", "statement", "row_index", "configuration",
    "seed", "engine_version", "backend", "threads", "quick", "status", "error_code", "error",
    "finished_at", "seconds", "instruction_set", "details_checksum",
  ]
  /// The other tables that tell of a row, with their columns but for `runId`, in their order.
  static let parts = [
    (name: "axis", columns: ["position", "name", "kind", "text", "number"], order: "position"),
    (
      name: "metric",
      columns: [
        "position", "name", "kind", "text", "number", "title", "format", "standard_error", "n",
        "method",
      ], order: "position"
    ),
    (name: "data_file", columns: ["path", "sha256", "bytes"], order: "rowid"),
  ]
  /// What is only read to show one row, with a checksum of its own.
  static let details = [
    (name: "epoch", columns: ["training", "epoch", "metrics"], order: "rowid"),
    (name: "artefact", columns: ["path"], order: "rowid"),
  ]

  /// One sound row: its fields, and those of the rows that belong to it in other tables.
  struct Run {
    let id: Int64
    fileprivate(set) var fields: StoredFields
    /// Its lines in the other tables, in the order of `StoredRows.parts`.
    fileprivate(set) var parts = [[StoredFields]](repeating: [], count: StoredRows.parts.count)
    fileprivate var checksum: DatabaseValue

    var axes: [StoredFields] { parts[0] }
    var metrics: [StoredFields] { parts[1] }
    var files: [StoredFields] { parts[2] }
  }

  /// The sound rows, in the order of their making.
  private(set) var runs: [Run] = []
  /// The others.
  private(set) var damaged: [DamagedRow] = []
  /// Why a table could not be read to its end, where one couldn't.
  private(set) var problem: String?

  /// Reads every row.
  init(in db: Database) throws { try self.init(where: nil, [], in: db) }

  /// Reads the rows of one sweep.
  init(ofSweep sweep: String, in db: Database) throws {
    try self.init(where: "sweep_key = ?", [sweep], in: db)
  }

  /// Reads the rows at these places of the table `run`.
  init(at ids: [Int64], in db: Database) throws {
    try self.init(where: "id IN (\(ids.map(String.init).joined(separator: ", ")))", [], in: db)
  }

  private init(
    where filter: String?, _ arguments: StatementArguments, in db: Database
  ) throws {
    let condition = filter.map { "WHERE \($0)" } ?? ""
    let hasChecksums = try RunSchema.hasChecksums(db)
    let columns =
      hasChecksums ? Self.runColumns : Self.runColumns.filter { $0 != "details_checksum" }
    var found: [Run] = []
    var places: [Int64: Int] = [:]
    read(
      "SELECT id, \(hasChecksums ? "checksum" : "NULL"), \(columns.joined(separator: ", ")) FROM run "
        + "\(condition) ORDER BY id", arguments, in: db
    ) { values in
      guard case .int64(let id) = values[0].storage, places[id] == nil else { return }
      places[id] = found.count
      let fields = StoredFields(columns, values, from: 2)
      found.append(Run(id: id, fields: fields, checksum: values[1]))
    }
    for (number, part) in Self.parts.enumerated() {
      let inner = filter == nil ? "" : "WHERE runId IN (SELECT id FROM run \(condition))"
      read(
        "SELECT runId, \(part.columns.joined(separator: ", ")) FROM \(part.name) \(inner) "
          + "ORDER BY runId, \(part.order)", arguments, in: db
      ) { values in
        guard case .int64(let id) = values[0].storage, let place = places[id] else { return }
        found[place].parts[number].append(StoredFields(part.columns, values, from: 1))
      }
    }
    var hash = FieldHash()
    runs.reserveCapacity(found.count)
    for run in found {
      if hasChecksums, !run.checksum.isText(Self.checksum(of: run, &hash)) {
        note(run, "its contents differ from its checksum")
      } else {
        runs.append(run)
      }
    }
  }

  /// Gives up a row whose fields turned out to be unusable.
  mutating func note(_ run: Run, _ reason: String) {
    let key = (try? run.fields.text("key")).map { String($0.prefix(8)) } ?? "?"
    damaged.append(DamagedRow(id: run.id, key: key, reason: reason))
  }

  /// Hands every line over until the end, or until one can't be read.
  private mutating func read(
    _ sql: String, _ arguments: StatementArguments, in db: Database,
    _ take: ([DatabaseValue]) -> Void
  ) {
    do {
      let statement = try db.makeStatement(sql: sql)
      let cursor = try Row.fetchCursor(statement, arguments: arguments)
      let columns = 0..<CInt(statement.columnCount)
      while try cursor.next() != nil {
        // A row's `databaseValues` read the name of its column beside every value.
        take(columns.map { DatabaseValue(sqliteStatement: statement.sqliteStatement, index: $0) })
      }
    } catch {
      problem = problem ?? (error as? DatabaseError)?.message ?? "\(error)"
    }
  }

  /// What the user should hear.
  var warnings: [String] {
    var lines = damaged.map {
      "warning: the stored row \($0.key) is damaged and is left out: \($0.reason)"
    }
    if lines.count > 10 {
      lines =
        Array(lines.prefix(10)) + ["warning: \(damaged.count - 10) more stored rows are damaged"]
    }
    if let problem {
      lines.append("warning: the run store is damaged, and some rows may be missing: \(problem)")
    }
    return lines
  }

  // MARK: Checksums

  private static func checksum(of run: Run, _ hash: inout FieldHash) -> String {
    hash.restart()
    hash.add(run.fields)
    for (part, lines) in zip(parts, run.parts) { hash.add(part.name, lines) }
    return hash.hexadecimal()
  }

  /// The checksum of the epochs and files of a row.
  static func detailsChecksum(of run: Int64, in db: Database) throws -> String {
    var hash = FieldHash()
    for part in details { hash.add(part.name, try lines(of: part, run, in: db)) }
    return hash.hexadecimal()
  }

  /// Writes the checksums of a row that is complete.
  static func seal(_ run: Int64, in db: Database) throws {
    try db.execute(
      sql: "UPDATE run SET details_checksum = ? WHERE id = ?",
      arguments: [try detailsChecksum(of: run, in: db), run])
    // As it is read, so that what SQLite makes of a value is the same on both sides.
    guard
      let row = try Row.fetchOne(
        db, sql: "SELECT \(runColumns.joined(separator: ", ")) FROM run WHERE id = ?",
        arguments: [run])
    else { return }
    var sealed = Run(
      id: run, fields: StoredFields(runColumns, Array(row.databaseValues)), checksum: .null)
    sealed.parts = try parts.map { try lines(of: $0, run, in: db) }
    var hash = FieldHash()
    try db.execute(
      sql: "UPDATE run SET checksum = ? WHERE id = ?",
      arguments: [checksum(of: sealed, &hash), run])
  }

  private static func lines(
    of part: (name: String, columns: [String], order: String), _ run: Int64, in db: Database
  ) throws -> [StoredFields] {
    try Row.fetchAll(
      db,
      sql: "SELECT \(part.columns.joined(separator: ", ")) FROM \(part.name) WHERE runId = ? "
        + "ORDER BY \(part.order)", arguments: [run]
    ).map { StoredFields(part.columns, Array($0.databaseValues)) }
  }
}

extension DatabaseValue {
  /// Whether it is this text.
  func isText(_ text: String) -> Bool {
    if case .string(let own) = storage { own == text } else { false }
  }
}

/// The fields of a line of a table, each read as what it has to be.
struct StoredFields {
  private let columns: [String]
  private let all: [DatabaseValue]
  /// The place of the first column's value.
  private let start: Int

  /// - Parameter start: how many values stand before that of the first column.
  init(_ columns: [String], _ values: [DatabaseValue], from start: Int = 0) {
    self.columns = columns
    all = values
    self.start = start
  }

  fileprivate var values: ArraySlice<DatabaseValue> { all.dropFirst(start) }

  /// A field that is something else than its column allows.
  struct Wrong: Error {
    let reason: String
  }

  private func value(_ name: String) -> DatabaseValue.Storage {
    guard let place = columns.firstIndex(of: name), start + place < all.count else { return .null }
    return all[start + place].storage
  }

  private func wrong(_ name: String, _ wanted: String) -> Wrong {
    Wrong(reason: "`\(name)` is not \(wanted)")
  }

  /// A text that is always there.
  func text(_ name: String) throws(Wrong) -> String {
    guard case .string(let text) = value(name) else { throw wrong(name, "a text") }
    return text
  }

  /// A text, or nil where there is none.
  func optionalText(_ name: String) throws(Wrong) -> String? {
    if case .null = value(name) { return nil }
    return try text(name)
  }

  /// A whole number.
  func integer(_ name: String) throws(Wrong) -> Int64 {
    guard case .int64(let number) = value(name) else { throw wrong(name, "a whole number") }
    return number
  }

  /// A number.
  func number(_ name: String) throws(Wrong) -> Double {
    switch value(name) {
    case .int64(let number): return Double(number)
    case .double(let number): return number
    default: throw wrong(name, "a number")
    }
  }

  /// The value of a table's cell, in `kind` and `text`.
  func cell() throws(Wrong) -> Value {
    guard let value = StoredValue(kind: try text("kind"), text: try text("text")).checkedValue
    else {
      throw wrong("text", "a value of its kind")
    }
    return value
  }
}

/// SHA-256 over fields, in which no two different lists of fields look alike.
private struct FieldHash {
  private var bytes: [UInt8] = []

  func hexadecimal() -> String { SHA256.hexadecimal(of: bytes) }

  /// Forgets all fields, for the hash of others.
  mutating func restart() { bytes.removeAll(keepingCapacity: true) }

  mutating func add(_ name: String, _ lines: [StoredFields]) {
    add("\(name) \(lines.count)\n")
    for line in lines { add(line) }
  }

  mutating func add(_ fields: StoredFields) {
    for value in fields.values {
      switch value.storage {
      case .null: add("null\n")
      case .int64(let number): add("int \(number)\n")
      case .double(let number): add("double \(number.bitPattern)\n")
      case .string(let text):
        add("text ")
        add(text.utf8.count.description)
        add(" ")
        add(text)
      case .blob(let data): add("blob \(data.base64EncodedString())\n")
      }
    }
  }

  private mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
