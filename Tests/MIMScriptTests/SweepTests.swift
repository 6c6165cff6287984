import Foundation
import MIMScript
import Synchronization
import Testing

/// Rows of sweeps side by side, kept, and stopped.
@Suite struct SweepTests {
  private func run(
    _ text: String, jobs: Int, keeper: MemoryKeeper? = nil
  ) throws -> (table: Table?, host: ThreadedHost, session: Interpreter, error: ScriptError?) {
    let host = ThreadedHost(jobs: jobs, keeper: keeper)
    let session = Interpreter(table: StubTable.table, host: host, sessionSeed: 1)
    let program = Parser.parse(
      Source(name: "<prompt>", text: text), vocabulary: StubTable.table.vocabulary
    ).program
    var failure: ScriptError?
    do { try session.run(program) } catch { failure = error as? ScriptError }
    guard case .table(let table)? = session.bindings["r"] else {
      return (nil, host, session, failure)
    }
    return (table, host, session, failure)
  }

  @Test("rows come in order with the same numbers, however many run side by side")
  func jobs() throws {
    let text = "r = sweep k=[\"a\", \"b\"] s=1..20 { x = draw(1); draw 2; x }"
    let tables = try [1, 2, 7].map { try run(text, jobs: $0).table?.csv() }
    #expect(tables[0] != nil)
    #expect(tables[0] == tables[1] && tables[1] == tables[2])
  }

  @Test("an option of sweep written as an axis is told where options stand")
  func misplacedOption() {
    var checker = Checker(table: StubTable.table)
    let errors = checker.check(
      Parser.parse(
        Source(name: "<prompt>", text: "r = sweep store=false a=[1, 2] { a }"),
        vocabulary: StubTable.table.vocabulary
      ).program)
    #expect(errors.map(\.code) == ["E206"])
    #expect(errors.first?.notes.contains { $0.contains("sweep(store=…)") } == true)
  }

  @Test("as many threads work as jobs= says, all cores at first, one inside a row")
  func threads() throws {
    let five = try run("r = sweep a=1..20 { a }", jobs: 5)
    #expect(five.host.mostThreads == 5)
    let two = try run("r = sweep(jobs=2) a=1..20 { a }", jobs: 5)
    #expect(two.host.mostThreads == 2)
    let wide = try run("r = sweep(threads=2) a=1..20 { a }", jobs: 5)
    #expect(wide.host.mostThreads == 2)
    let few = try run("r = sweep a=1..3 { q = sweep b=1..4 { b }; 1 }", jobs: 8)
    #expect(few.host.mostThreads == 3 && few.host.calls == 1)
  }

  @Test("finished rows are not run again, others are; a longer axis takes them over")
  func resume() throws {
    let keeper = MemoryKeeper()
    let first = try run("r = sweep a=1..3 { fail (a == 2); a }", jobs: 2, keeper: keeper)
    #expect(first.session.failedRowCount == 1)
    #expect(keeper.keptTexts.sorted() == ["a=1 1", "a=2 E410", "a=3 3"])
    let second = try run("r = sweep a=1..5 { fail (a == 2); a }", jobs: 2, keeper: keeper)
    #expect(keeper.keptTexts.suffix(3).sorted() == ["a=2 E410", "a=4 4", "a=5 5"])
    let unbroken = try run("r = sweep a=1..5 { fail (a == 2); a }", jobs: 1)
    #expect(second.table?.csv() == unbroken.table?.csv())
    #expect(second.table?.notes == unbroken.table?.notes)
    _ = try run("r = sweep(resume=false) a=1..5 { a }", jobs: 1, keeper: keeper)
    #expect(keeper.keptTexts.count == 11)
    _ = try run("r = sweep(store=false) a=1..5 { a }", jobs: 1, keeper: keeper)
    #expect(keeper.keptTexts.count == 11)
  }

  @Test("when a row cannot be kept, that is said once and the table is whole")
  func brokenKeeper() throws {
    let keeper = MemoryKeeper(isBroken: true)
    let found = try run("r = sweep a=1..6 { a }", jobs: 3, keeper: keeper)
    #expect(found.table?.rows.count == 6)
    #expect(found.host.messages.filter { $0.contains("cannot be stored") }.count == 1)
  }

  @Test("fail_fast stops the rows beside it and keeps those that are finished")
  func failFast() throws {
    let found = try run(
      "r = sweep(fail_fast=true) a=1..9000 { fail (a == 3); a }", jobs: 3)
    #expect(found.error?.code == "E410")
    guard case .table(let table)? = found.session.bindings["ans"] else {
      Issue.record("no partial table")
      return
    }
    #expect(table.rows.count < 9000)
  }

  @Test("an axis without values is an error before anything runs")
  func emptyAxis() throws {
    for axis in ["[]", "3..1"] {
      let found = try run("r = sweep a=1..2 b=\(axis) { fail true }", jobs: 1)
      #expect(found.error?.code == "E211")
    }
  }

  @Test("progress counts rows and knows what remains")
  func progress() throws {
    let found = try run("r = sweep a=1..8 { a }", jobs: 2)
    let updates = found.host.updates
    #expect(updates.last?.isFinished == true)
    #expect(updates.last?.detail.hasPrefix("8 of 8 rows in") == true)
    #expect(updates.contains { $0.remaining != nil })
    let done = updates.map(\.done)
    #expect(done == done.sorted() && done.last == 8)
  }
}

/// A host with real threads.
final class ThreadedHost: HostContext {
  let jobs: Int
  private let keeping: MemoryKeeper?
  private let state = Mutex<(most: Int, calls: Int, messages: [String], updates: [ProgressUpdate])>(
    (0, 0, [], []))

  init(jobs: Int, keeper: MemoryKeeper? = nil) {
    self.jobs = jobs
    keeping = keeper
  }

  var mostThreads: Int { state.withLock { $0.most } }
  var calls: Int { state.withLock { $0.calls } }
  var messages: [String] { state.withLock { $0.messages } }
  var updates: [ProgressUpdate] { state.withLock { $0.updates } }

  var isInterrupted: Bool { false }
  func progress(_ update: ProgressUpdate) { state.withLock { $0.updates.append(update) } }
  func message(_ text: String) { state.withLock { $0.messages.append(text) } }
  func show(_ value: Value, statement: String) {}
  func keeper(for sweep: SweepIdentity) throws -> (any RowKeeper)? { keeping }
  func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    state.withLock {
      $0.most = max($0.most, count)
      $0.calls += 1
    }
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      Thread.detachNewThread {
        work()
        group.leave()
      }
    }
    group.wait()
  }
}

/// Keeps rows in memory.
final class MemoryKeeper: RowKeeper {
  private let isBroken: Bool
  private let state = Mutex<(rows: [String: KeptRow], texts: [String])>(([:], []))

  init(isBroken: Bool = false) { self.isBroken = isBroken }

  var place: String { "memory" }
  var keptTexts: [String] { state.withLock { $0.texts } }

  private func text(_ axes: [(name: String, value: Value)]) -> String {
    axes.map { "\($0.name)=\($0.value.quotedText)" }.joined(separator: " ")
  }

  func row(_ axes: [(name: String, value: Value)]) -> KeptRow? {
    state.withLock { $0.rows[text(axes)] }
  }

  func keep(_ row: FinishedRow) throws {
    guard !isBroken else { throw ScriptError("E533", "the disk is full") }
    let outcome = row.error?.code ?? row.cells.map(\.value.shortText).joined(separator: ",")
    state.withLock {
      $0.texts.append("\(text(row.axes)) \(outcome)")
      if row.error == nil { $0.rows[text(row.axes)] = KeptRow(cells: row.cells) }
    }
  }
}
