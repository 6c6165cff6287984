import MIMScript
import Testing

@Suite struct InterpreterTests {
  private let host = RecordingHost()

  private func program(_ text: String) -> Program {
    Parser.parse(Source(name: "<prompt>", text: text), vocabulary: StubTable.table.vocabulary)
      .program
  }

  private func interpreter(seed: UInt64 = 1) -> Interpreter {
    Interpreter(table: StubTable.table, host: host, sessionSeed: seed)
  }

  private func text(_ value: Value?) -> String { value?.shortText ?? "nothing" }

  // MARK: Random streams

  @Test("a call's seed depends on session, cell and name, not on what ran before")
  func streams() throws {
    let first = interpreter()
    first.beginCell("a")
    try first.run(program("x = draw(1)"))
    let second = interpreter()
    second.beginCell("other")
    try second.run(program("y = draw(1); draw 2; z = 3"))
    second.beginCell("a")
    try second.run(program("z = draw(1); x = draw(1)"))
    #expect(text(first.bindings["x"]) == text(second.bindings["x"]))
    #expect(text(second.bindings["z"]) != text(second.bindings["x"]))
    let other = interpreter(seed: 2)
    other.beginCell("a")
    try other.run(program("x = draw(1)"))
    #expect(text(first.bindings["x"]) != text(other.bindings["x"]))
  }

  @Test("unnamed calls count per verb and cell")
  func unnamed() throws {
    let session = interpreter()
    session.beginCell("a")
    try session.run(program("draw 1\ndraw 1"))
    session.beginCell("a")
    try session.run(program("draw 1"))
    let seeds = host.lines
    #expect(seeds[0] != seeds[1])
    #expect(seeds[0] == seeds[2])
  }

  @Test("without a label a statement's numbers depend on itself, not on the statements before it")
  func withoutLabel() throws {
    let session = interpreter()
    try session.run(program("draw 1\ndraw 1; draw 2\nif true { draw 1 }"))
    try session.run(program("x = [draw(1), draw(1)]"))
    let other = interpreter()
    try other.run(program("draw 3\nx = [draw(1), draw(1)]"))
    #expect(Set([host.lines[0], host.lines[1], host.lines[3]]).count == 1, "\(host.lines)")
    #expect(text(session.bindings["x"]) == text(other.bindings["x"]))
    try session.run(program("for i in 1..2 { draw 1 }"))
    #expect(host.lines.suffix(2).first != host.lines.last)
  }

  @Test("a sweep row's seed depends on its axis values, not on the other rows")
  func rows() throws {
    let session = interpreter()
    try session.run(program("r = sweep k=[\"a\", \"b\"] s=1..3 { draw 1 }"))
    try session.run(program("q = sweep k=[\"b\"] s=[3] { draw 1 }"))
    guard case .table(let all)? = session.bindings["r"],
      case .table(let one)? = session.bindings["q"]
    else { throw ScriptError("none", "no tables") }
    #expect(all.rows.last?.map(\.shortText) == one.rows.first?.map(\.shortText))
    #expect(Set(all.rows.map { $0[2].shortText }).count == 6)
  }

  @Test("the hash of a stream's parts never changes between releases")
  func hash() throws {
    let session = interpreter(seed: 177)
    session.beginCell("toy")
    try session.run(program("x = draw(1)\nfor i in 1..1 { x = draw(1) }"))
    // Made with Python: FNV-1a over the seed's bytes, "toy", "x", "i=1", each ended by 0x1F, then
    // SplitMix64's finaliser (3f2c5acf4e9b03ad), its lowest 31 bits.
    #expect(text(session.bindings["x"]) == "4e9b03ad")
  }

  // MARK: Errors and interruption

  @Test("a failed statement leaves its partial value in ans, an interrupted one in its name")
  func partial() {
    let session = interpreter()
    #expect(throws: ScriptError.self) { try session.run(program("x = 1\nx = fail(true)")) }
    #expect(text(session.bindings["ans"]) == "partial")
    #expect(text(session.bindings["x"]) == "1")
    #expect(throws: ScriptError.self) { try session.run(program("x = stop()")) }
    #expect(text(session.bindings["x"]) == "partial")
  }

  @Test("what fails while running is a failure, whatever the check would have called it")
  func kinds() {
    let session = interpreter()
    let error = #expect(throws: ScriptError.self) {
      try session.run(program("x = train(nobody)"))
    }
    #expect(error?.kind == .failure)
    #expect(error?.code == "E105")
  }

  @Test("an error inside a block leaves the outer names as they were and the session usable")
  func blocks() throws {
    let session = interpreter()
    _ = try? session.run(program("y = 2\nr = sweep(fail_fast=true) a=1..2 { y = 7; fail true }"))
    #expect(text(session.bindings["y"]) == "2")
    #expect(session.bindings["a"] == nil)
    try session.run(program("figure { plot 1 }\ny"))
    #expect(host.lines.suffix(1) == ["2"])
  }

  @Test("in a figure block a `;` only separates: every picture that is not given a name is a panel")
  func panels() throws {
    let session = interpreter()
    try session.run(program("f = figure { plot 1; plot 2; x = plot 3\nplot 4 }"))
    guard case .object(let figure)? = session.bindings["f"] else {
      Issue.record("f is no figure")
      return
    }
    #expect(figure.facts["panels"]?.shortText == "3")
  }

  @Test("work stops between statements and rows, and finished rows are kept")
  func interruption() {
    let session = interpreter()
    host.interrupt(afterPolls: 6)
    let error = #expect(throws: ScriptError.self) {
      try session.run(program("r = sweep a=1..100 { a }"))
    }
    #expect(error?.kind == .interrupted)
    #expect(error?.span != nil)
    guard case .table(let table)? = session.bindings["r"] else {
      Issue.record("the finished rows are not bound")
      return
    }
    #expect(table.rows.count > 0 && table.rows.count < 100)
  }

  @Test("the first failed row is told at once, the count is kept, later rows run")
  func failedRows() throws {
    let session = interpreter()
    try session.run(program("r = sweep a=1..3 { fail (a < 3) }"))
    #expect(session.failedRowCount == 2)
    #expect(host.content.messages.count == 1)
    #expect(host.content.messages.first?.contains("a=1") == true)
  }

  @Test("a name and its fields can be read for prose")
  func paths() throws {
    let session = interpreter()
    try session.run(program("r = sweep a=1..2 { a }"))
    #expect(try session.value(ofPath: ["r", "a", "count"]).shortText == "2")
    #expect(throws: ScriptError.self) { try session.value(ofPath: ["r", "b"]) }
    #expect(throws: ScriptError.self) { try session.value(ofPath: ["s"]) }
  }
}
