import Foundation
import GRDB
import MIMFormats
import MIMScript

/// The SQLite file that keeps the rows of sweeps: opened in WAL mode, so that several processes
/// may write and read at once; its tables are made and changed by migrations.
final class RunDatabase: Sendable {
  /// Its path.
  let path: String
  private let pool: any DatabaseReader
  private let writer: DatabasePool?

  /// Opens the file, makes it and its folder where they are missing, and brings its tables up to
  /// date.
  /// - Parameter patience: seconds to wait for other processes that write.
  /// - Throws: E530 not a run store, E531 of a newer version, E532 locked, E533 not writable.
  init(path: String, patience: Double = 10) throws {
    self.path = path
    do {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw RunStoreError.notWritable(path: path, reason: "its folder cannot be created")
    }
    let opened = try Self.located(path) { try Self.open(path, patience: patience) }
    pool = opened
    writer = opened
  }

  /// Opens an existing, current store for reading only, which waits for nobody that writes.
  private init(reading path: String, in queue: DatabaseQueue) {
    self.path = path
    pool = queue
    writer = nil
  }

  /// Opens an existing file for reading.
  /// - Throws: E534 where there is none, else as `init(path:)`.
  static func existing(_ path: String) throws -> RunDatabase {
    guard FileManager.default.fileExists(atPath: path) else {
      throw RunStoreError.missing(path: path)
    }
    let reader = try located(path) { () throws -> DatabaseQueue? in
      guard let queue = try inspected(path) else { return nil }
      return try queue.read { try RunSchema.isCurrent($0) } ? queue : nil
    }
    // What is not current is brought up to date, or refused, as for writing.
    return try reader.map { RunDatabase(reading: path, in: $0) } ?? RunDatabase(path: path)
  }

  /// Reads in one snapshot.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try Self.located(path) { try pool.read(body) }
  }

  /// Writes in one transaction.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    guard let writer else {
      throw RunStoreError.notWritable(path: path, reason: "it was opened only for reading")
    }
    return try Self.located(path) { try writer.write(body) }
  }

  // MARK: Opening

  private static func open(_ path: String, patience: Double) throws -> DatabasePool {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    let begin = ContinuousClock.now
    while true {
      do {
        if FileManager.default.fileExists(atPath: path) { _ = try inspected(path) }
        let pool = try DatabasePool(path: path, configuration: configuration)
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
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(1)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in
        guard try !RunSchema.migrator.hasBeenSuperseded(db) else {
          throw RunStoreError.newer(path: path)
        }
        try RunSchema.check(db, path: path)
      }
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
    }
  }
}

/// Why a run store cannot be used.
enum RunStoreError: Error {
  case missing(path: String)
  case damaged(path: String, reason: String)
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
