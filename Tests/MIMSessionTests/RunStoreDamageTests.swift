import Foundation
import GRDB
import MIMScript
import MIMSession
import MIMTensor
import Testing

/// Stores with bad values, flipped bits and lost files: rows are right, or named as damaged; nothing traps.
@Suite("damaged run stores")
struct RunStoreDamageTests {
  private static let sweep = """
    toy = load toy "4" n=256
    r = sweep kind=["mim", "vae"] h=[3, 4] { evaluate(model(kind, toy, hidden=[h]), toy, nll, rmse) }
    """

  /// A store with four rows, its bytes, and its table.
  private struct Made {
    let bench: StoreBench
    let path: String
    let rows: Set<String>

    init() throws {
      bench = try StoreBench()
      #expect(bench.run(sweep) == [])
      path = bench.folder.path + "/runs.sqlite"
      rows = Set(try Commands.listRuns(path, as: .csv).split(separator: "\n").map(String.init))
      #expect(rows.count == 5)
    }

    func change(_ sql: String) throws {
      let queue = try RunStoreTroubleTests.opened(path)
      try queue.write { db in
        try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
        try db.execute(sql: sql)
      }
      try queue.close()
    }
  }

  @Test("when a sweep has ended, the one file holds everything")
  func oneFile() throws {
    let made = try Made()
    let copy = made.bench.folder.path + "/copy.sqlite"
    try FileManager.default.copyItem(atPath: made.path, toPath: copy)
    #expect(
      try Set(Commands.listRuns(copy, as: .csv).split(separator: "\n").map(String.init))
        == made.rows)
  }

  @Test(
    "a changed field makes its row a damaged one; the others are listed",
    arguments: [
      "UPDATE metric SET text = '1' WHERE rowid = 1",
      "UPDATE metric SET text = 'one' WHERE rowid = 1",
      "UPDATE metric SET kind = 'sum' WHERE rowid = 1", "DELETE FROM metric WHERE rowid = 1",
      "UPDATE metric SET name = x'FF00' WHERE rowid = 1",
      "UPDATE metric SET position = 'first' WHERE rowid = 1",
      "UPDATE axis SET text = '[' , kind = 'list' WHERE rowid = 1",
      "UPDATE run SET seconds = 'long' WHERE id = 1", "UPDATE run SET seed = 'x' WHERE id = 1",
      "UPDATE run SET seed = 1.5 WHERE id = 1", "UPDATE run SET threads = 99999999999 WHERE id = 1",
      "UPDATE run SET status = 'done' WHERE id = 1", "UPDATE run SET row_index = '?' WHERE id = 1",
      "UPDATE run SET sweep = x'00' WHERE id = 1", "UPDATE run SET error = 'no' WHERE id = 1",
      "UPDATE run SET checksum = NULL WHERE id = 1", "UPDATE run SET key = 'other' WHERE id = 1",
    ])
  func changedField(_ sql: String) throws {
    let made = try Made()
    try made.change(sql)
    var warnings: [String] = []
    let list = try Commands.listRuns(made.path, as: .csv) { warnings.append($0) }
    let rows = list.split(separator: "\n").map(String.init)
    #expect(rows.count == 4)
    #expect(made.rows.isSuperset(of: rows))
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains("is damaged and is left out") == true)
    // The sweep computes that row again, and says so.
    let later = try StoreBench(in: made.bench.folder)
    #expect(later.run(Self.sweep) == [])
    #expect(later.taken == 3)
    #expect(later.output.error.contains { $0.contains("it is computed again") })
    #expect(later.table("r")?.csv() == made.bench.table("r")?.csv())
    // What is left of it can be removed.
    _ = try Commands.deleteRuns([], damaged: true, in: made.path)
    var again: [String] = []
    _ = try Commands.listRuns(made.path) { again.append($0) }
    #expect(again == [])
  }

  @Test("a changed epoch is told when its row is shown")
  func changedEpoch() throws {
    let bench = try StoreBench()
    bench.run(
      "toy = load toy \"4\" n=256\nr = sweep seed=1..1 { train(model(vae, toy, hidden=[3]), toy, epochs=1, seed=seed) }"
    )
    let path = bench.folder.path + "/runs.sqlite"
    let key = try Commands.listRuns(path, as: .csv).split(separator: "\n")[1].prefix(8)
    func warnings() throws -> [String] {
      var found: [String] = []
      _ = try Commands.showRun(String(key), in: path) { found.append($0) }
      return found
    }
    #expect(try warnings() == [])
    let queue = try RunStoreTroubleTests.opened(path)
    try queue.write { try $0.execute(sql: "UPDATE epoch SET metrics = x'00'") }
    try queue.close()
    #expect(try warnings().count == 1)
  }

  @Test(
    "stores with flipped bytes: every row is as it was or left out, or the store is refused; nothing traps"
  )
  func mutations() throws {
    let made = try Made()
    let good = try FileReader.bytes(of: made.path)
    let path = made.bench.folder.path + "/mutated.sqlite"
    var stream = RandomStream(seed: 14, stream: "mutations")
    var (listed, refused) = (0, 0)
    for _ in 0..<250 {
      var bytes = good
      for _ in 0..<(1 + Int(stream.nextWord() % 4)) {
        bytes[Int(stream.nextWord()) % bytes.count] = UInt8(truncatingIfNeeded: stream.nextWord())
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      defer {
        for ending in ["", "-wal", "-shm"] {
          try? FileManager.default.removeItem(atPath: path + ending)
        }
      }
      do {
        let rows = try Commands.listRuns(path, as: .csv).split(separator: "\n").dropFirst()
        #expect(made.rows.isSuperset(of: rows.map(String.init)))
        listed += 1
      } catch is ScriptError {
        refused += 1
      }
    }
    // Both happen, or the mutations test nothing.
    #expect(listed > 50 && refused > 5)
  }

  @Test("rows are removed by the beginnings of their keys, all or none")
  func deletes() throws {
    let made = try Made()
    let keys = made.rows.filter { !$0.hasPrefix("run,") }.map { String($0.prefix(8)) }.sorted()
    #expect(throws: ScriptError.self) {
      try Commands.deleteRuns([keys[0], "zz"], damaged: false, in: made.path)
    }
    #expect(try Commands.listRuns(made.path, as: .csv).split(separator: "\n").count == 5)
    #expect(
      try Commands.deleteRuns([keys[0], keys[1]], damaged: false, in: made.path).hasPrefix(
        "removed 2 rows"))
    let left = try Commands.listRuns(made.path, as: .csv)
    #expect(!left.contains(keys[0]) && left.contains(keys[2]))
    let queue = try RunStoreTroubleTests.opened(made.path)
    #expect(
      try queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(DISTINCT runId) FROM metric") } == 2)
  }

  @Test(
    "a store that is deleted or replaced during a sweep: the table is complete, the loss is noted")
  func deletedMeanwhile() throws {
    let folder = try TemporaryFolder()
    let bench = try StoreBench(in: folder, verbs: [Self.lose("\(folder.path)/runs.sqlite")])
    bench.run(
      "toy = load toy \"4\" n=256\nr = sweep(jobs=1) seed=1..12 { lose seed; evaluate(train(model(vae, toy, seed=seed), toy, epochs=1, seed=seed), toy, nll) }"
    )
    #expect(bench.table("r")?.rows.count == 12)
    #expect(bench.session.context.losses.count == 1)
    #expect(bench.output.error.contains { $0.contains("deleted or replaced") })
  }

  /// A verb that removes a store in the sixth row.
  private static func lose(_ path: String) -> HostFunction {
    HostFunction(
      "lose", group: .measure, summary: "remove the store",
      positional: [Parameter("ROW", .anything, "its number")], result: "a number", example: "lose 1"
    ) { call in
      guard case .number(6)? = call.positional.first else { return .number(0) }
      for ending in ["", "-wal", "-shm"] {
        try? FileManager.default.removeItem(atPath: path + ending)
      }
      return .number(1)
    }
  }

  @Test("a store with views or triggers is refused")
  func views() throws {
    let made = try Made()
    try made.change("CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM run; END")
    #expect(throws: ScriptError.self) { try Commands.listRuns(made.path) }
    #expect(try StoreBench(in: made.bench.folder).run("r = sweep a=1..2 { a }") == ["E530"])
  }
}
