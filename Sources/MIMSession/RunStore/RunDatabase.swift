import Foundation
import GRDB
import MIMFormats
import MIMScript

/// The SQLite file that keeps the rows of sweeps: opened in WAL mode, so that several processes
/// may write and read at once; its tables are made and changed by migrations. A row that was written is on the disk
/// (`synchronous=FULL`), and everything is in the one file when the last process closes it.
final class RunDatabase: Sendable {
  /// Its path.
  let path: String
  private let pool: any DatabaseReader
  private let writer: DatabasePool?
  /// Tells the file from another that takes its name.
  private let identity: FileIdentity?
  /// The folder of a copy, which goes with this object.
  private let temporaryFolder: String?

  /// Opens the file, makes it and its folder where they are missing, and brings its tables up to
  /// date.
  /// - Parameters:
  ///   - patience: seconds to wait for other processes that write.
  ///   - checked: whether a damaged file is refused; else only `warnings()` tells of it.
  /// - Throws: E530 not a run store, E531 of a newer version, E532 locked, E533 not writable.
  init(path: String, patience: Double = 10, checked: Bool = true) throws {
    self.path = path
    temporaryFolder = nil
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw RunStoreError.notWritable(path: path, reason: "its folder cannot be created")
    }
    let opened = try Self.located(path) { try Self.open(path, patience: patience) }
    pool = opened
    writer = opened
    identity = FileIdentity(path)
    if checked, let problem = try Self.located(path, { try opened.read(Self.problems) }).first {
      throw RunStoreError.broken(path: path, reason: problem)
    }
  }

  /// Opens an existing, current store for reading only, which waits for nobody that writes.
  private init(reading path: String, in queue: DatabaseQueue, copiedTo folder: String? = nil) {
    self.path = path
    pool = queue
    writer = nil
    identity = nil
    temporaryFolder = folder
  }

  /// What SQLite's check finds wrong with the file as a whole, though rows may be readable: a line for people. It reads the whole file.
  func warnings() throws -> [String] {
    try Self.located(path) { try pool.read(Self.problems) }.prefix(1).map {
      "warning: the run store `\(path)` is damaged (\($0)); rows that can still be read are shown"
    }
  }

  /// Brings what is in the write-ahead log into the file, so that a copy of the one file has everything. Where another process is at
  /// work, that one does it.
  func fold() {
    _ = try? writer?.writeWithoutTransaction { try $0.checkpoint(.truncate) }
  }

  deinit {
    fold()
    try? writer?.close()
    if let temporaryFolder { try? FileManager.default.removeItem(atPath: temporaryFolder) }
  }

  /// Opens an existing file for reading.
  /// - Parameter mayWrite: false: not even files beside it are made.
  /// - Throws: E534 where there is none, else as `init(path:)`.
  static func existing(_ path: String, mayWrite: Bool = true) throws -> RunDatabase {
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunStoreError.missing(path: path)
    }
    guard mayWrite else { return try copy(of: path) }
    let reader = try located(path) { () throws -> DatabaseQueue? in
      guard let queue = try inspected(path) else { return nil }
      return try queue.read { try RunSchema.isCurrent($0) } ? queue : nil
    }
    if let reader { return RunDatabase(reading: path, in: reader) }
    do {
      // What is not current is brought up to date, or refused, as for writing.
      return try RunDatabase(path: path, checked: false)
    } catch RunStoreError.notWritable {
      // SQLite needs files beside this one, which a read-only folder does not allow.
      return try copy(of: path)
    }
  }

  /// Opens a copy of a store in the temporary folder.
  private static func copy(of path: String) throws -> RunDatabase {
    let folder = NSTemporaryDirectory() + "/mim-repl-\(UUID().uuidString)"
    let target = folder + "/runs.sqlite"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      let source = AtomicFile.realPath(of: path) ?? path
      for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: source + ending) {
        try FileManager.default.copyItem(atPath: source + ending, toPath: target + ending)
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o600], ofItemAtPath: target + ending)
      }
      let queue = try located(path) { () throws -> DatabaseQueue in
        let queue = try DatabaseQueue(path: target, configuration: configuration)
        try queue.read { try check($0, path: path) }
        if try !queue.read({ try RunSchema.isCurrent($0) }) {
          try RunSchema.migrator.migrate(queue)
        }
        return queue
      }
      return RunDatabase(reading: path, in: queue, copiedTo: folder)
    } catch {
      try? FileManager.default.removeItem(atPath: folder)
      if error is RunStoreError { throw error }
      throw RunStoreError.notWritable(path: path, reason: "it cannot be copied in order to read it")
    }
  }

  /// Reads in one snapshot.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.located(path) { try pool.read(body) }
  }

  /// Writes in one transaction, which is on the disk when this returns.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else {
      throw RunStoreError.notWritable(path: path, reason: "it was opened only for reading")
    }
    let result = try Self.located(path) { try writer.write(body) }
    // SQLite goes on writing into a file that has lost its name.
    guard identity == FileIdentity(path) else {
      throw RunStoreError.notWritable(
        path: path, reason: "it was deleted or replaced while it was in use")
    }
    return result
  }

  // MARK: Opening

  /// How every connection is set up: what a file says of itself is not trusted.
  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
    }
    return configuration
  }

  /// What SQLite finds wrong in a file, a few lines.
  private static func problems(_ db: Database) throws -> [String] {
    let rows = try Row.fetchAll(db, sql: "PRAGMA integrity_check(5)")
    return rows.compactMap { row in
      guard let value = row.databaseValues.first, case .string(let text) = value.storage else {
        return "SQLite's check gives no answer"
      }
      return text == "ok" ? nil : text
    }
  }

  /// Throws for a file that is no store of this version or an earlier one.
  private static func check(_ db: Database, path: String) throws {
    try RunSchema.check(db, path: path)
    guard try !RunSchema.migrator.hasBeenSuperseded(db) else {
      throw RunStoreError.newer(path: path)
    }
  }

  private static func open(_ path: String, patience: Double) throws -> DatabasePool {
    var configuration = configuration
    configuration.busyMode = .timeout(patience)
    let begin = ContinuousClock.now
    while true {
      do {
        if FileManager.default.fileExists(atPath: path) { _ = try inspected(path) }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB takes NORMAL in WAL mode, which may lose the last rows in a power cut.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        // Only where there is something to do: readers need not wait for one that writes.
        if try !pool.read({ try RunSchema.isCurrent($0) }) { try RunSchema.migrator.migrate(pool) }
        return pool
      } catch let error as DatabaseError where isRace(error) {
        // Another process makes the file at this moment: SQLite does not wait for that by itself.
        guard begin.duration(to: .now).seconds < patience else { throw error }
        usleep(20_000)
      }
    }
  }

  /// An existing file opened for reading, which changes nothing in it, once it is known to be a
  /// store that this version can use; nil where only a writer can open it at this moment: SQLite
  /// has to clean up after a process that was killed.
  private static func inspected(_ path: String) throws -> DatabaseQueue? {
    var configuration = configuration
    configuration.readonly = true
    configuration.busyMode = .timeout(1)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { try check($0, path: path) }
      return queue
    } catch let error as DatabaseError
      where [.SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_BUSY].contains(error.resultCode)
    {
      return nil
    }
  }

  /// Whether another process may just have been making or changing the tables that this one was about to make or change. What
  /// SQLite says then depends on how far that one had come.
  private static func isRace(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_SCHEMA, .SQLITE_CONSTRAINT: true
    case .SQLITE_ERROR:
      ["already exists", "duplicate column name", "no such table"].contains {
        error.message?.contains($0) == true
      }
    default: false
    }
  }

  private static func located<Result>(_ path: String, _ body: () throws -> Result) throws -> Result
  {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw RunStoreError(error, path: path)
    } catch let error as RowDecodingError {
      throw RunStoreError.damaged(path: path, reason: "\(error)")
    }
  }
}

/// What tells a file from another of the same name.
struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  /// Nil where there is no file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}

/// Why a run store cannot be used.
enum RunStoreError: Error {
  case missing(path: String)
  case damaged(path: String, reason: String)
  /// A store of ours in which SQLite finds mistakes.
  case broken(path: String, reason: String)
  case newer(path: String)
  case locked(path: String)
  case notWritable(path: String, reason: String)

  init(_ error: DatabaseError, path: String) {
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_FULL, .SQLITE_IOERR:
      self = .notWritable(path: path, reason: reason)
    default: self = .damaged(path: path, reason: reason)
    }
  }

  /// The error with a code, one sentence and a remedy.
  func scriptError(at span: Span? = nil) -> ScriptError {
    let without = "or run the sweep without a store: sweep(store=false) …"
    switch self {
    case .missing(let path):
      return ScriptError(
        "E534", "there is no run store `\(path)`", kind: .data, at: span,
        notes: [
          "sweeps create it when their first row finishes; for another file, use store=\"FILE\""
        ])
    case .damaged(let path, let reason):
      return ScriptError(
        "E530", "`\(path)` is not a run store, or it is damaged: \(reason)", at: span,
        notes: ["it was not changed; move it elsewhere, \(without)"])
    case .broken(let path, let reason):
      return ScriptError(
        "E530", "the run store `\(path)` is damaged: \(reason)", at: span,
        notes: [
          "it was not changed; mim-repl runs list and runs export show what can still be read, runs delete --damaged "
            + "removes damaged rows",
          "move the file elsewhere, \(without)",
        ])
    case .newer(let path):
      return ScriptError(
        "E531", "`\(path)` was written by a newer mim-repl", at: span,
        notes: ["it was not changed; use that version, move the file elsewhere, \(without)"])
    case .locked(let path):
      return ScriptError(
        "E532", "`\(path)` is locked by another program", at: span,
        notes: ["try again later, \(without)"])
    case .notWritable(let path, let reason):
      return ScriptError(
        "E533", "the run store `\(path)` cannot be written: \(reason)", at: span,
        notes: ["choose another output folder, \(without)"])
    }
  }
}
