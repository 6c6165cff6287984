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
    return migrator
  }

  /// Whether the tables are those of this version, no older and no newer.
  static func isCurrent(_ db: Database) throws -> Bool {
    try migrator.hasCompletedMigrations(db) && !migrator.hasBeenSuperseded(db)
  }

  /// Throws for a database of something else, before anything is made in it.
  static func check(_ db: Database, path: String) throws {
    let tables = try String.fetchAll(
      db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    guard tables.isEmpty || tables.contains("grdb_migrations") else {
      throw RunStoreError.damaged(path: path, reason: "it contains tables of another program")
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
