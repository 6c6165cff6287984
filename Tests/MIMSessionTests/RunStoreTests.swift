import Foundation
import MIMCPU
import MIMScript
import MIMSession
import MIMTensor
import Testing

/// A session whose sweeps keep their rows in `runs.sqlite` of a folder.
struct StoreBench {
  let output = CollectedOutput()
  let folder: TemporaryFolder
  let session: Session

  init(
    in folder: TemporaryFolder? = nil, store: String? = nil, seed: UInt64 = 1, quick: Bool = false,
    verbs: [HostFunction] = []
  ) throws {
    let folder = try folder ?? TemporaryFolder()
    self.folder = folder
    var settings = SessionSettings(seed: seed, outputFolder: folder.path)
    settings.runStore = store ?? folder.path + "/runs.sqlite"
    settings.jobs = 2
    settings.quick = quick
    session = Session(
      settings: settings, table: HostTable(builtinFunctions() + verbs), output: output)
  }

  @discardableResult
  func run(_ text: String) -> [String] {
    let before = output.codes.count
    session.evaluate(Source(name: "test.mim", text: text))
    return Array(output.codes.dropFirst(before))
  }

  func table(_ name: String) -> Table? {
    guard case .table(let table)? = session.bindings[name] else { return nil }
    return table
  }

  /// How many rows the last sweep took from the store.
  var taken: Int {
    let lines = output.error.filter { $0.contains("kept in") && $0.contains("already finished") }
    guard let last = output.error.lastIndex(where: { $0.hasPrefix("sweep") }),
      lines.last == output.error[last],
      let words = lines.last?.split(separator: " "), let place = words.lastIndex(of: "already")
    else { return 0 }
    return Int(words[place - 1].dropFirst()) ?? -1
  }
}

@Suite("run store")
struct RunStoreTests {
  static let sweep = """
    toy = load toy "4" n=256
    r = sweep kind=["mim", "vae"] seed=1..2 {
      t = train(model(kind, toy, hidden=[4]), toy, epochs=2, batch=64, seed=seed)
      evaluate t toy nll mi(n=100) knn(5)
    }
    """

  @Test("the same statement in a new session takes every row from the store, byte for byte")
  func resumes() throws {
    let first = try StoreBench()
    #expect(first.run(Self.sweep) == [])
    let second = try StoreBench(in: first.folder)
    #expect(second.run(Self.sweep) == [])
    #expect(second.taken == 4)
    #expect(first.table("r")?.csv() == second.table("r")?.csv())
    #expect(first.table("r")?.columns == second.table("r")?.columns)
  }

  @Test("more axis values take over what is there; other code, data or seed does not")
  func identity() throws {
    let bench = try StoreBench()
    let head = "toy = load toy \"4\" n=256\n"
    let block = "{ evaluate(model(\"mim\", toy, hidden=[h]), toy, nll) }"
    bench.run(head + "r = sweep h=[3, 4] \(block)")
    bench.run("r = sweep h=3..6 \(block)")
    #expect(bench.taken == 2)
    bench.run(
      "r = sweep(jobs=1) h=3..6 { evaluate(model(\"mim\",  toy, hidden=[h]), toy, nll) } # x")
    #expect(bench.taken == 4)
    bench.run("r = sweep h=3..6 { evaluate(model(\"vae\", toy, hidden=[h]), toy, nll) }")
    #expect(bench.taken == 0)
    bench.run("toy = load toy \"4\" n=257\nr = sweep h=3..6 \(block)")
    #expect(bench.taken == 0)
    bench.run("r = sweep(threads=2) h=3..6 \(block)")
    #expect(bench.taken == 0)
    let other = try StoreBench(in: bench.folder, seed: 2)
    other.run(head + "r = sweep h=3..6 \(block)")
    #expect(other.taken == 0)
  }

  @Test("a data file that a row read and that changed since makes the row run again")
  func changedFile() throws {
    let bench = try StoreBench()
    func write(_ last: Int) throws -> String {
      let lines = (0..<40).map { "\($0),\($0 * $0 % 7),\($0 == 39 ? last : $0 % 3)" }
      return try bench.folder.write(lines.joined(separator: "\n") + "\n", to: "d.csv")
    }
    let path = try write(1)
    let text =
      "r = sweep h=[3, 4] { d = load(\"\(path)\", split=[.5, .25, .25]); "
      + "evaluate(model(\"vae\", d, hidden=[h]), d, nll) }"
    #expect(bench.run(text) == [])
    bench.run(text)
    #expect(bench.taken == 2)
    _ = try write(2)
    bench.run(text)
    #expect(bench.taken == 0)
  }

  @Test("runs lists rows with axes and results, where= selects, table summarises")
  func listing() throws {
    let bench = try StoreBench()
    bench.run(Self.sweep)
    let errors = bench.run(
      """
      all = runs()
      good = runs(where=(kind == "mim" and nll < 1e9))
      t = table(runs(where=(nll < 1e9)), by=kind)
      none_such = runs(where=(nlll > 6))
      """)
    #expect(errors == ["E109"])
    let all = try #require(bench.table("all"))
    #expect(
      all.columns.map(\.name) == [
        "run", "sweep", "status", "kind", "seed", "nll", "mi", "knn5",
      ])
    #expect(all.rows.count == 4)
    #expect(bench.table("good")?.rows.count == 2)
    #expect(bench.table("t")?.rows.count == 2)
    #expect(bench.table("t")?.columns.map(\.name).contains("mi") == true)
  }

  @Test("runs lists the last version of a changed sweep; all=true also lists the earlier ones")
  func versions() throws {
    let bench = try StoreBench()
    func sweep(_ kind: String, _ name: String = "r") -> String {
      "toy = load toy \"4\" n=256\n"
        + "\(name) = sweep h=[3, 4] { evaluate(model(\"\(kind)\", toy, hidden=[h]), toy, nll) }"
    }
    for text in [sweep("mim"), sweep("vae"), sweep("ae", "other")] { bench.run(text) }
    func rows(_ options: String) throws -> [[String]] {
      bench.run("t = runs(\(options))")
      let table = try #require(bench.table("t"))
      return table.rows.map { $0.map(\.shortText) }
    }
    let current = try rows("")
    #expect(current.count == 4)
    #expect(bench.output.error.last?.contains("2 rows of earlier versions of r") == true)
    #expect(try rows("all=true").count == 6)
    // The earlier version runs again: it takes its rows from the store, and is the last one now.
    bench.run(sweep("mim"))
    #expect(bench.taken == 2)
    let again = try rows("sweep=\"r\"")
    #expect(again.count == 2)
    #expect(Set(again.map { $0[0] }).isDisjoint(with: current.map { $0[0] }))
  }

  @Test("sweeps of one name within a loop stay beside each other, the loop's variable in a column")
  func loops() throws {
    let bench = try StoreBench()
    bench.run(
      """
      toy = load toy "4" n=256
      for w in [3, 4] { r = sweep k=["mim", "vae"] { evaluate(model(k, toy, hidden=[w]), toy, nll) } }
      t = runs()
      s = table(runs(), by="w", value=nll)
      one = runs(where=(w == 3))
      """)
    let all = try #require(bench.table("t"))
    #expect(all.columns.map(\.name) == ["run", "sweep", "status", "w", "k", "nll"])
    #expect(all.rows.map { $0[3].shortText } == ["3", "3", "4", "4"])
    #expect(bench.table("s")?.rows.map { $0[0].shortText } == ["3", "4"])
    #expect(bench.table("one")?.rows.count == 2)
    // In a second session the rows are there, and so are their columns.
    let later = try StoreBench(in: bench.folder)
    later.run(
      "toy = load toy \"4\" n=256\n"
        + "for w in [3, 4] { r = sweep k=[\"mim\", \"vae\"] { evaluate(model(k, toy, hidden=[w]), toy, nll) } }\nt = runs()"
    )
    #expect(later.taken == 2)
    #expect(later.table("t")?.csv() == all.csv())
  }

  @Test("loops around loops, over models, and with the names of axes and facts have a column each")
  func loopColumns() throws {
    let bench = try StoreBench()
    #expect(
      bench.run(
        """
        for a in [1, 2] { for a in [3, 4] { x = sweep b=[5] { a + b } } }
        for b in [6, 7] { y = sweep b=[8] { b } }
        for run in [1, 2] { u = sweep c=[9] { c } }
        toy = load toy "4" n=64
        m = model(vae, toy, hidden=[3])
        n = model(vae, toy, hidden=[3])
        for w in [m, n] { z = sweep i=[1] { evaluate(w, toy, nll) } }
        x = runs(sweep="x")
        y = runs(sweep="y")
        u = runs(sweep="u")
        z = runs(sweep="z")
        """) == [])
    func column(_ name: String, of table: String) throws -> [String] {
      let table = try #require(bench.table(table))
      let place = try #require(table.index(of: name))
      return table.rows.map { $0[place].shortText }
    }
    // The block sees the inner one of two variables; the outer one chooses other random numbers.
    #expect(try column("outer_a", of: "x") == ["1", "1", "2", "2"])
    #expect(try column("a", of: "x") == ["3", "4", "3", "4"])
    #expect(try column("outer_b", of: "y") == ["6", "7"])
    #expect(try column("b", of: "y") == ["8", "8"])
    #expect(try column("run", of: "u") == ["1", "2"])
    #expect(Set(try column("w", of: "z")).count == 2)
    let names = try #require(bench.table("u")).columns.map(\.name)
    #expect(Set(names).count == names.count && names.first == "run_run")
  }

  @Test(
    "a large store is listed by its first and last rows, and reads no others; --all lists every row"
  )
  func largeStore() throws {
    let bench = try StoreBench()
    #expect(bench.run("r = sweep a=1..50 { a * 2 }\ns = sweep a=1..10 { a }") == [])
    let path = bench.folder.path + "/runs.sqlite"
    func lines(all: Bool) throws -> (text: [String], warnings: [String]) {
      var warnings: [String] = []
      let text = try Commands.listRuns(path, all: all, width: 400) { warnings.append($0) }
      return (text.split(separator: "\n").map(String.init), warnings)
    }
    func axis(_ line: String) -> String { String(line.split(whereSeparator: \.isWhitespace)[3]) }
    let whole = try lines(all: true)
    #expect(whole.text.count == 61 && whole.warnings == [])
    let short = try lines(all: false)
    #expect(short.text.count == 44 && short.warnings == [])
    let (head, tail) = ((1...20).map { "\($0)" }, (41...50).map { "\($0)" })
    #expect(short.text[1...20].map(axis) == head)
    #expect(short.text[21] == "  ⋮")
    #expect(short.text[22...41].map(axis) == tail + head.prefix(10))
    #expect(short.text[42] == "60 rows, 40 shown" && short.text[43].contains("--all"))
    // Each list names the damaged rows among those that it reads.
    let queue = try RunStoreTroubleTests.opened(path)
    let places = "SELECT id FROM run WHERE row_index IN (4, 30) AND sweep = 'r'"
    try queue.write { db in
      try db.execute(sql: "UPDATE metric SET text = '7.0' WHERE runId IN (\(places))")
    }
    try queue.close()
    let (damagedAll, damagedShort) = (try lines(all: true), try lines(all: false))
    #expect(damagedAll.text.count == 59 && damagedAll.warnings.count == 2)
    #expect(damagedShort.warnings.count == 1 && damagedShort.text[20] == "  ⋮")
    #expect(damagedShort.text.count == 43)
  }

  @Test("rows of a quick run are listed in quick runs only")
  func quickRows() throws {
    let full = try StoreBench()
    full.run(Self.sweep)
    let quick = try StoreBench(in: full.folder, quick: true)
    quick.run(Self.sweep)
    for bench in [full, quick] {
      bench.run("t = runs()\nall = runs(all=true)")
      #expect(bench.table("t")?.rows.count == 4)
      let all = try #require(bench.table("all"))
      let column = try #require(all.index(of: "quick"))
      #expect(Set(all.rows.map { $0[column].shortText }) == ["true", "false"])
    }
    let path = full.folder.path + "/runs.sqlite"
    let list = try Commands.listRuns(path, as: .json)
    #expect(list.contains("\"quick\": true") && list.contains("\"statement\": \"r = sweep"))
  }

  @Test("an axis and a fact of the row that share a name have a column each")
  func sharedNames() throws {
    let bench = try StoreBench()
    bench.run(Self.sweep)
    let head = try #require(
      try Commands.listRuns(bench.folder.path + "/runs.sqlite", as: .csv).split(separator: "\n")
        .first)
    let names = head.split(separator: ",").map(String.init)
    #expect(Set(names).count == names.count)
    #expect(names.contains("seed") && names.contains("run_seed"))
  }

  @Test("a failed row is kept with its error, tried again, and never replaces a finished one")
  func failures() throws {
    let bench = try StoreBench()
    let text =
      "toy = load toy \"4\" n=256\n"
      + "r = sweep lr=[1e-3, 900] { train(model(\"vae\", toy, hidden=[4]), toy, epochs=2, lr=lr) }"
    bench.run(text)
    #expect(bench.session.failedRowCount == 1)
    bench.run("all = runs()")
    let all = try #require(bench.table("all"))
    let status = try #require(all.index(of: "status"))
    #expect(all.rows.map { $0[status].shortText }.sorted() == ["failed", "finished"])
    bench.run(text)
    #expect(bench.taken == 1)
    #expect(bench.session.failedRowCount == 2)
  }

  @Test("every row says what made it: epochs, standard errors, version, threads")
  func details() throws {
    let bench = try StoreBench()
    bench.run(Self.sweep)
    bench.run("all = runs()")
    let path = bench.folder.path + "/runs.sqlite"
    let key = try #require(bench.table("all")?.rows.first?.first?.shortText)
    let text = try Commands.showRun(key, in: path)
    for part in [
      "engine_version", "threads", "epoch", "standard_error", "val_loss", "KSG-1",
      "instruction_set", InstructionSet.inUse.rawValue,
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(try Commands.listRuns(path, as: .csv).split(separator: "\n").count == 5)
    #expect(try Commands.listRuns(path, as: .json).contains("\"kind\": \"mim\""))
    #expect(throws: ScriptError.self) { try Commands.showRun("zz", in: path) }
  }
}
