import Foundation
import GRDB
import MIMScript

extension Commands {
  /// Formats of `mim-repl runs export`.
  public enum RunsFormat: String, Sendable, CaseIterable {
    case csv, json
  }

  /// The rows that a run store holds: as a table for people, or for programs. `warn` takes what could not be read.
  /// - Parameter all: whether a table for people shows every row, not only the first and last ones of a large store. Rows that are not
  ///   shown are neither read nor checked.
  public static func listRuns(
    _ path: String = SessionSettings.defaultRunStore, as format: RunsFormat? = nil,
    all: Bool = false, width: Int = 100, warn: (String) -> Void = { _ in }
  ) throws -> String {
    let most = format == nil && !all ? 40 : nil
    let runs = try located { try StoredRuns(in: RunDatabase.existing(path), most: most) }
    runs.warnings.forEach(warn)
    let table = runs.fullTable(cutsStatements: format == nil)
    switch format {
    case nil:
      let lines = table.text(width: width, gap: runs.gap)
      let more = runs.gap == nil ? [] : ["--all lists every row, and checks the whole store"]
      return (lines + more).map { $0 + "\n" }.joined()
    case .csv: return table.csv()
    case .json: return table.json().text(pretty: true) + "\n"
    }
  }

  /// Everything that a store holds of one row, given the beginning of its key.
  public static func showRun(
    _ run: String, in path: String = SessionSettings.defaultRunStore, width: Int = 100,
    warn: (String) -> Void = { _ in }
  ) throws -> String {
    let details = try located { try RunDetails(run, in: RunDatabase.existing(path)) }
    details.warnings.forEach(warn)
    return details.text(width: width)
  }

  /// Removes rows, given the beginnings of their keys, and damaged ones where `damaged` says so. Every beginning must be that of one row,
  /// else nothing is removed. Gives a line that says how many there were.
  public static func deleteRuns(
    _ keys: [String], damaged: Bool, in path: String = SessionSettings.defaultRunStore
  ) throws -> String {
    try located {
      guard FileManager.default.fileExists(atPath: path) else {
        throw RunStoreError.missing(path: path)
      }
      let database = try RunDatabase(path: path, checked: false)
      let count = try database.write { db in
        var places = try keys.map { try RunDetails.place(of: $0, in: db, at: path) }
        if damaged { places += try damagedPlaces(in: db) }
        let unique = Set(places)
        for place in unique {
          try db.execute(sql: "DELETE FROM run WHERE id = ?", arguments: [place])
        }
        return unique.count
      }
      return "removed \(count) row\(count == 1 ? "" : "s") from \(path)\n"
    }
  }

  private static func damagedPlaces(in db: Database) throws -> [Int64] {
    let rows = try StoredRows(in: db)
    let unusable = rows.runs.filter { (try? StoredRuns.check($0)) == nil }
    return rows.damaged.map(\.id) + unusable.map(\.id)
  }

  private static func located<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as RunStoreError {
      throw error.scriptError()
    }
  }
}
