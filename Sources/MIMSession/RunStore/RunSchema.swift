import GRDB

/// The tables of a run store. A change is a new migration; old ones stay as they are.
enum RunSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 runs") { db in try createRuns(db) }
    migrator.registerMigration("2 instruction sets") { db in
      // Null in rows of earlier versions.
      try db.alter(table: "run") { $0.add(column: "instruction_set", .text) }
    }
    migrator.registerMigration("3 checksums") { db in
      try db.alter(table: "run") { table in
        table.add(column: "checksum", .text)
        table.add(column: "details_checksum", .text)
      }
      // Rows of earlier versions are taken as they are, and held against it from now on.
      let rows = try Row.fetchAll(db, sql: "SELECT id FROM run")
      for row in rows {
        guard let value = row.databaseValues.first, case .int64(let id) = value.storage else {
          continue
        }
        try StoredRows.seal(id, in: db)
      }
    }
    migrator.registerMigration("4 uses of sweeps") { db in
      try db.create(table: "sweep_use") { table in
        table.column("sweep_key", .text).primaryKey()
        table.column("place", .text).notNull()
        table.column("used", .integer).notNull()
      }
    }
    return migrator
  }

  /// Whether rows have checksums; a store of an earlier version that can only be read has none.
  static func hasChecksums(_ db: Database) throws -> Bool {
    try db.columns(in: "run").contains { $0.name == "checksum" }
  }

  /// Whether the tables are those of this version, no older and no newer.
  static func isCurrent(_ db: Database) throws -> Bool {
    try migrator.hasCompletedMigrations(db) && !migrator.hasBeenSuperseded(db)
  }

  /// Throws for a database of something else, before anything is made in it.
  static func check(_ db: Database, path: String) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT type, name FROM sqlite_master")
    let things = rows.map { row -> [String] in
      Array(row.databaseValues).map { value in
        if case .string(let text) = value.storage { text } else { "" }
      }
    }
    let tables = Set(things.filter { $0[0] == "table" }.map { $0[1] })
    let own = tables.filter { !$0.hasPrefix("sqlite_") }
    guard own.isEmpty || own.contains("grdb_migrations") else {
      throw RunStoreError.damaged(path: path, reason: "it contains tables of another program")
    }
    // Ours has none. What stands there instead of a table could compute for ever, or write elsewhere.
    guard things.allSatisfy({ ["table", "index"].contains($0[0]) }) else {
      throw RunStoreError.damaged(path: path, reason: "it contains views or triggers")
    }
    guard !own.isEmpty else { return }
    let isMade = try migrator.appliedIdentifiers(db).contains("1 runs")
    guard isMade == own.contains("run") else {
      throw RunStoreError.damaged(path: path, reason: "its tables are not those that it lists")
    }
  }

  private static func createRuns(_ db: Database) throws {
    try db.create(table: "run") { table in
      table.autoIncrementedPrimaryKey("id")
      // SHA-256 of all that determines the row's numbers.
      table.column("key", .text).notNull().unique()
      table.column("sweep_key", .text).notNull().indexed()
      table.column("sweep", .text).notNull()
      table.column("notebook", .text)
      table.column("cell", .text)
      table.column("statement", .text).notNull()
      table.column("row_index", .integer).notNull()
      table.column("configuration", .text).notNull()
      table.column("seed", .integer).notNull()
      table.column("engine_version", .text).notNull()
      table.column("backend", .text).notNull()
      table.column("threads", .integer).notNull()
      table.column("quick", .boolean).notNull()
      table.column("status", .text).notNull()
      table.column("error_code", .text)
      table.column("error", .text)
      table.column("finished_at", .text).notNull()
      table.column("seconds", .double).notNull()
    }
    for name in ["axis", "metric"] {
      try db.create(table: name) { table in
        table.belongsTo("run", onDelete: .cascade).notNull()
        table.column("position", .integer).notNull()
        table.column("name", .text).notNull()
        table.column("kind", .text).notNull()
        table.column("text", .text).notNull()
        table.column("number", .double)
        guard name == "metric" else { return }
        table.column("title", .text)
        table.column("format", .text)
        table.column("standard_error", .double)
        table.column("n", .integer)
        table.column("method", .text)
      }
    }
    try db.create(table: "epoch") { table in
      table.belongsTo("run", onDelete: .cascade).notNull()
      table.column("training", .text).notNull()
      table.column("epoch", .integer).notNull()
      table.column("metrics", .text).notNull()
    }
    try db.create(table: "data_file") { table in
      table.belongsTo("run", onDelete: .cascade).notNull()
      table.column("path", .text).notNull()
      table.column("sha256", .text).notNull()
      table.column("bytes", .integer).notNull()
    }
    try db.create(table: "artefact") { table in
      table.belongsTo("run", onDelete: .cascade).notNull()
      table.column("path", .text).notNull()
    }
  }
}
