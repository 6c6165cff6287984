import Foundation
import GRDB
import MIMScript

/// Everything that a run store holds of one row.
struct RunDetails {
  private let facts: [(name: String, value: String)]
  private let tables: [Table]
  /// What is wrong with the row, for people.
  let warnings: [String]

  /// - Parameter beginning: the beginning of the row's key, as `runs list` shows it.
  /// - Throws: E534 where no row or several rows have such a key.
  init(_ beginning: String, in database: RunDatabase) throws {
    let hidden = ["id", "checksum", "details_checksum"]
    (facts, tables, warnings) = try database.read { db in
      // Only what is shown is checked: the row by its checksums.
      let id = try Self.place(of: beginning, in: db, at: database.path)
      guard let run = try Row.fetchOne(db, sql: "SELECT * FROM run WHERE id = ?", arguments: [id])
      else { throw RunStoreError.damaged(path: database.path, reason: "a row cannot be read") }
      let facts = run.map { (name: $0.0, value: $0.1.isNull ? "" : "\($0.1.storage.value ?? "")") }
      let rows = try StoredRows(at: [id], in: db)
      var isWhole = true
      if try RunSchema.hasChecksums(db) {
        let stored: DatabaseValue = run["details_checksum"]
        isWhole = stored.isText(try StoredRows.detailsChecksum(of: id, in: db))
      }
      var warnings = rows.warnings
      if !isWhole { warnings.append("warning: epochs or files of this row are damaged") }
      let names = ["axis", "metric", "epoch", "data_file", "artefact"]
      return (
        facts.filter { !hidden.contains($0.name) },
        try names.compactMap { try Self.table($0, id, db) }, warnings
      )
    }
  }

  /// The place of the row whose key begins so.
  /// - Throws: E534 where no row or several rows have such a key.
  static func place(of beginning: String, in db: Database, at path: String) throws -> Int64 {
    // By the index of the keys; a damaged index may miss what reading all rows finds.
    var found = try Row.fetchAll(
      db, sql: "SELECT id FROM run WHERE key >= ? AND key < ?",
      arguments: [beginning, beginning + "\u{10FFFF}"])
    if found.isEmpty {
      found = try Row.fetchAll(
        db, sql: "SELECT id FROM run NOT INDEXED WHERE substr(key, 1, ?) = ?",
        arguments: [beginning.count, beginning])
    }
    guard found.count == 1, let value = found.first?.databaseValues.first else {
      throw ScriptError(
        "E534",
        found.isEmpty
          ? "no run has a key that begins with `\(beginning)`"
          : "\(found.count) runs have keys that begin with `\(beginning)`; give more characters",
        kind: .data,
        notes: ["mim-repl runs list shows the keys"])
    }
    guard case .int64(let id) = value.storage else {
      throw RunStoreError.damaged(path: path, reason: "a row has no number")
    }
    return id
  }

  private static func table(_ name: String, _ run: Int64, _ db: Database) throws -> Table? {
    let rows = try Row.fetchAll(
      db, sql: "SELECT * FROM \(name) WHERE runId = ? ORDER BY rowid", arguments: [run])
    guard let first = rows.first else { return nil }
    if name == "epoch" { return epochs(rows) }
    let hidden: Set<String> = ["runId", "position", "kind", "number", "title", "format"]
    let columns = first.columnNames.filter { !hidden.contains($0) }
    return Table(
      title: name, columns: columns.map { Table.Column($0) },
      rows: rows.map { row in columns.map { Self.value(row[$0]) } })
  }

  /// The epochs of all trainings, a measure a column.
  private static func epochs(_ rows: [Row]) -> Table {
    let measures = rows.map { row -> [String: Double] in
      guard case .string(let text)? = (row["metrics"] as DatabaseValue?)?.storage else {
        return [:]
      }
      return (try? JSONDecoder().decode([String: Double?].self, from: Data(text.utf8)))?
        .compactMapValues { $0 } ?? [:]
    }
    let names = Set(measures.flatMap(\.keys)).sorted()
    let columns = ["training", "epoch"] + names
    return Table(
      title: "epochs", columns: columns.map { Table.Column($0) },
      rows: zip(rows, measures).map { row, measures in
        let head = [value(row["training"]), value(row["epoch"])]
        return head + names.map { measures[$0].map { .number($0) } ?? Value.none }
      })
  }

  private static func value(_ value: DatabaseValue) -> Value {
    switch value.storage {
    case .null, .blob: .none
    case .int64(let number): .number(Double(number))
    case .double(let number): .number(number)
    case .string(let text): .string(text)
    }
  }

  func text(width: Int) -> String {
    let longest = facts.map(\.name.count).max() ?? 0
    let head = facts.filter { !$0.value.isEmpty }.map { fact in
      fact.name + String(repeating: " ", count: longest + 2 - fact.name.count) + fact.value
    }
    let blocks = tables.map { $0.text(width: width, maximumRows: 20).joined(separator: "\n") }
    return ([head.joined(separator: "\n")] + blocks).joined(separator: "\n\n") + "\n"
  }
}
