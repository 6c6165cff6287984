import GRDB

/// Which sweep ran last at each place. A place is a statement of a notebook or of the prompt, whatever its text is today: the sweep of one
/// name, cell and notebook, within loops of the same values. What ran there before is an earlier version, whose rows are not to be
/// mixed with those of today.
struct SweepUses {
  private var superseded: Set<String> = []

  /// Reads the table; what it does not tell of, such as rows of earlier programs, stands.
  init(in db: Database) throws {
    var last: [String: (key: String, used: Int64)] = [:]
    let rows = try Row.fetchAll(db, sql: "SELECT sweep_key, place, used FROM sweep_use")
    for row in rows {
      let values = Array(row.databaseValues)
      guard case .string(let key) = values[0].storage, case .string(let place) = values[1].storage,
        case .int64(let used) = values[2].storage
      else { continue }
      if let other = last[place] {
        superseded.insert(other.used < used ? other.key : key)
        if other.used >= used { continue }
      }
      last[place] = (key, used)
    }
  }

  /// Whether another sweep has run at its place since.
  func isSuperseded(_ sweepKey: String) -> Bool { superseded.contains(sweepKey) }

  /// Notes that the sweep runs now.
  static func note(_ key: SweepKey, in db: Database) throws {
    try db.execute(
      sql: """
        INSERT OR REPLACE INTO sweep_use (sweep_key, place, used)
        VALUES (?, ?, 1 + (SELECT COALESCE(MAX(used), 0) FROM sweep_use))
        """,
      arguments: [key.text, key.place])
  }
}
