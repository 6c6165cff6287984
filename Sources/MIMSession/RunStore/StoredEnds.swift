import GRDB

/// Which rows of a run store come first and last, found without reading what they hold.
struct StoredEnds {
  /// Places in the table `run`: sweeps in the order of their first rows, rows in the order of the sweep.
  let first: [Int64]
  let last: [Int64]
  /// How many rows the store has.
  let total: Int

  /// Nil where there are no more than `most`, or where the table can't be read to its end, so that all has to be looked at.
  init?(of most: Int, in db: Database) throws {
    var rows: [(sweep: Int, index: Int64, id: Int64)] = []
    var sweeps: [String: Int] = [:]
    do {
      let cursor = try Row.fetchCursor(
        db, sql: "SELECT id, sweep_key, row_index FROM run ORDER BY id")
      while let row = try cursor.next() {
        // What is damaged stands anywhere; reading the row tells.
        let sweep = String.fromDatabaseValue(row[1]) ?? ""
        let place = sweeps[sweep] ?? sweeps.count
        sweeps[sweep] = place
        rows.append(
          (place, Int64.fromDatabaseValue(row[2]) ?? 0, Int64.fromDatabaseValue(row[0]) ?? 0))
      }
    } catch is DatabaseError {
      return nil
    }
    guard rows.count > most else { return nil }
    rows.sort { $0 < $1 }
    first = rows.prefix((most + 1) / 2).map(\.id)
    last = rows.suffix(most / 2).map(\.id)
    total = rows.count
  }
}
