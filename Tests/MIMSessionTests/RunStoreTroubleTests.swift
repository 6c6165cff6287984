import Foundation
import GRDB
import MIMCPU
import MIMScript
import MIMSession
import MIMTensor
import Synchronization
import Testing

/// Stores that cannot be used, and several at once.
@Suite("run store in trouble")
struct RunStoreTroubleTests {
  private let sweep = "r = sweep a=1..3 { a * 2 }"

  /// A store as another program sees it, which waits while a session closes its own connection.
  static func opened(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    return try DatabaseQueue(path: path, configuration: configuration)
  }

  @Test("a file of something else is refused and left as it is")
  func damaged() throws {
    let bench = try StoreBench()
    let path = try bench.folder.write(String(repeating: "not a database ", count: 99), to: "x.db")
    let other = try StoreBench(store: path)
    #expect(other.run(sweep) == ["E530"])
    #expect(try bench.folder.text("x.db").hasPrefix("not a database"))
    #expect(other.run("r = sweep(store=false) a=1..3 { a * 2 }") == [])
    #expect(other.run("runs(store=\"\(path)\")") == ["E530"])
  }

  @Test("a database of another program is refused before anything is made in it")
  func foreign() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/other.sqlite"
    let queue = try Self.opened(path)
    try queue.write { try $0.execute(sql: "CREATE TABLE songs (title TEXT)") }
    #expect(try StoreBench(store: path).run(sweep) == ["E530"])
    let tables = try queue.read {
      try String.fetchAll($0, sql: "SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    #expect(tables == ["songs"])
  }

  @Test("a store of a newer version is refused")
  func newer() throws {
    let bench = try StoreBench()
    #expect(bench.run(sweep) == [])
    let queue = try Self.opened(bench.folder.path + "/runs.sqlite")
    try queue.write {
      try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('2 of the future')")
    }
    #expect(try StoreBench(in: bench.folder).run(sweep) == ["E531"])
  }

  @Test("a store of the version before instruction sets were noted opens, its rows without one")
  func olderStore() throws {
    let bench = try StoreBench()
    #expect(bench.run("r = sweep a=1..2 { a }") == [])
    let path = bench.folder.path + "/runs.sqlite"
    let queue = try Self.opened(path)
    try queue.write { db in
      for column in ["instruction_set", "checksum", "details_checksum"] {
        try db.execute(sql: "ALTER TABLE run DROP COLUMN \(column)")
      }
      try db.execute(sql: "DROP TABLE sweep_use")
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier <> '1 runs'")
    }
    try queue.close()
    let later = try StoreBench(in: bench.folder)
    #expect(later.run("s = runs()\nt = sweep b=1..2 { b }") == [])
    #expect(later.table("s")?.rows.count == 2)
    let list = try Commands.listRuns(path, as: .csv).split(separator: "\n")
    #expect(list.count == 5)
    #expect(list.count { $0.contains(",\(InstructionSet.inUse.rawValue),") } == 2)
  }

  @Test("a folder that cannot be written is an error with a way out, nothing else is lost")
  func notWritable() throws {
    let bench = try StoreBench(store: "/proc/nowhere/runs.sqlite")
    #expect(bench.run("x = 5\n" + sweep) == ["E533"])
    #expect(bench.output.error.last?.contains("sweep(store=false)") == true)
    #expect(bench.session.bindings["x"] != nil)
  }

  @Test("a store that another program is writing can still be read")
  func locked() throws {
    let bench = try StoreBench()
    bench.run("r = sweep a=1..2 { a }")
    let path = bench.folder.path + "/runs.sqlite"
    let queue = try Self.opened(path)
    try queue.inDatabase { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      let other = try StoreBench(in: bench.folder)
      #expect(other.run("s = runs()") == [])
      #expect(other.table("s")?.rows.count == 2)
      try db.execute(sql: "ROLLBACK")
    }
  }

  @Test("no store yet: runs says so")
  func missing() throws {
    #expect(try StoreBench().run("runs()") == ["E534"])
  }

  @Test("two sessions write at once and lose nothing")
  func twoWriters() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/runs.sqlite"
    let codes = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 2) { writer in
      guard let bench = try? StoreBench(store: path) else {
        return codes.withLock { $0.append("no bench") }
      }
      let found = bench.run("r = sweep a=1..40 { a * \(writer + 2) }")
      let stored = bench.output.error.filter { $0.contains("cannot be stored") }
      codes.withLock { $0 += found + stored }
    }
    #expect(codes.withLock { $0 } == [])
    let bench = try StoreBench(in: folder)
    bench.run("s = runs(all=true)")
    #expect(bench.table("s")?.rows.count == 80)
  }

  @Test("eight sessions that make one store at the same moment all write into it")
  func manyMakers() throws {
    for _ in 1...10 {
      let folder = try TemporaryFolder()
      let path = folder.path + "/runs.sqlite"
      let troubles = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { writer in
        guard let bench = try? StoreBench(store: path) else {
          return troubles.withLock { $0.append("no bench") }
        }
        let found = bench.run("r = sweep a=1..2 { a * \(writer + 2) }")
        troubles.withLock { $0 += found.isEmpty ? [] : bench.output.error }
      }
      #expect(troubles.withLock { $0 } == [])
      let bench = try StoreBench(in: folder)
      bench.run("s = runs(all=true)")
      #expect(bench.table("s")?.rows.count == 16)
    }
  }
}
