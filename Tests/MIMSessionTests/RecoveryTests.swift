import Foundation
import MIMScript
import MIMSession
import Testing

/// `recover`: what a session at the prompt did is on the disk, whatever ends it.
@Suite("Recovery")
struct RecoveryTests {
  private let folder: TemporaryFolder
  private var journals: String { folder.path + "/sessions" }

  init() throws { folder = try TemporaryFolder() }

  private struct Bench {
    let session: Session
    let output = CollectedOutput()

    init(_ journals: String, seed: UInt64 = 1) {
      var settings = SessionSettings(seed: seed)
      settings.journalFolder = journals
      session = Session(settings: settings, output: output)
      session.journal = SessionJournal(in: journals, seed: seed)
    }

    @discardableResult
    func run(_ text: String) -> [String] {
      let before = output.codes.count
      session.evaluate(Source(name: "<prompt>", text: text))
      return Array(output.codes.dropFirst(before))
    }
  }

  /// A session that ended without a word.
  private func live(_ text: String, seed: UInt64 = 1) {
    let bench = Bench(journals, seed: seed)
    for line in text.split(separator: "\n") { bench.run(String(line)) }
  }

  @Test(
    "the names of a session that was killed come back with their values, and its seed with them")
  func values() throws {
    let text = """
      toy = load toy "4" n=64
      m = train(model(vae, toy, hidden=[4]), toy, epochs=1)
      broken = missing + 1
      s = evaluate m toy nll
      """
    let first = Bench(journals, seed: 7)
    for line in text.split(separator: "\n") { first.run(String(line)) }
    let wanted = try first.session.value(ofPath: ["s", "nll"]).json.text()
    // The session is alive, so nothing is offered.
    let second = Bench(journals + "/../sessions")
    #expect(second.run("recover") == ["E229"])
    first.session.journal = nil
    #expect(second.run("recover") == [])
    #expect(try second.session.value(ofPath: ["s", "nll"]).json.text() == wanted)
    #expect(second.session.bindings["broken"] == nil)
    #expect(second.session.context.settings.seed == 7)
    // What came back is in the journal of the session that has it now.
    second.session.journal = nil
    let third = Bench(journals)
    #expect(third.run("recover") == [])
    #expect(try third.session.value(ofPath: ["s", "nll"]).json.text() == wanted)
  }

  @Test(
    "what took long is found in the cache, as long as its code, its values and its files are the same"
  )
  func fromTheCache() throws {
    let store = ResultStore(path: folder.path + "/kept")
    let table = try folder.write(
      "x,y\n" + (1...40).map { "\($0),\($0 % 7)\n" }.joined(), to: "d.csv")
    func bench(seed: UInt64 = 1) -> Bench {
      let bench = Bench(journals, seed: seed)
      bench.session.context.settings.cache = store
      bench.session.context.settings.keptSeconds = 0
      return bench
    }
    let text = """
      d = load "\(table)" split=[.5, .25, .25]
      m = train(model(vae, d, hidden=[4]), d, epochs=2)
      s = evaluate m d nll
      k = s.nll + 1
      """
    func recovered(_ change: () throws -> Void = {}) throws -> (found: Int, nll: String) {
      let first = bench(seed: 7)
      for line in text.split(separator: "\n") { #expect(first.run(String(line)) == []) }
      first.session.journal = nil
      try change()
      let second = bench()
      #expect(second.run("recover") == [])
      second.session.journal = nil
      let found = second.output.error.count { $0.hasPrefix("found in the cache") }
      return (found, try second.session.value(ofPath: ["s", "nll"]).json.text())
    }
    let unchanged = try recovered()
    #expect(unchanged.found == 4)
    // Other contents of the file: everything that depends on it is computed, and gives what it gives without a cache.
    let changed = try recovered {
      _ = try folder.write("x,y\n" + (1...40).map { "\($0),\($0 % 5)\n" }.joined(), to: "d.csv")
    }
    #expect(changed.found == 0 && changed.nll != unchanged.nll)
    let plain = Bench(journals, seed: 7)
    for line in text.split(separator: "\n") { plain.run(String(line)) }
    #expect(try plain.session.value(ofPath: ["s", "nll"]).json.text() == changed.nll)
    plain.session.journal = nil
    // Only the training took long: what it reads is made again, and is the same.
    let other = ResultStore(path: folder.path + "/slow")
    let slow = bench(seed: 7)
    slow.session.context.settings.cache = other
    for line in text.split(separator: "\n") {
      slow.session.context.settings.keptSeconds = line.hasPrefix("m =") ? 0 : 1000
      slow.run(String(line).replacing("epochs=2", with: "epochs=3"))
    }
    let wanted = try slow.session.value(ofPath: ["s", "nll"]).json.text()
    slow.session.journal = nil
    let last = bench()
    last.session.context.settings.cache = other
    #expect(last.run("recover") == [])
    #expect(last.output.error.count { $0.hasPrefix("found in the cache") } == 1)
    #expect(try last.session.value(ofPath: ["s", "nll"]).json.text() == wanted)
    last.session.journal = nil
    // Nothing is kept of what is fast.
    let empty = ResultStore(path: folder.path + "/empty")
    let quick = Bench(journals)
    quick.session.context.settings.cache = empty
    quick.run("a = 2")
    #expect(!FileManager.default.fileExists(atPath: empty.path))
  }

  @Test("stopped work and files that were saved are not taken for kept values")
  func notKept() throws {
    let bench = Bench(journals)
    let store = ResultStore(path: folder.path + "/kept")
    bench.session.context.settings.cache = store
    bench.session.context.settings.keptSeconds = 0
    let file = folder.path + "/p.png"
    #expect(bench.run("toy = load toy \"4\" n=64\np = plot(toy, save=\"\(file)\")") == [])
    bench.session.journal = nil
    try FileManager.default.removeItem(atPath: file)
    let second = Bench(journals)
    second.session.context.settings.cache = store
    #expect(second.run("recover") == [])
    #expect(second.output.error.count { $0.hasPrefix("found in the cache") } == 1)
    #expect(FileManager.default.fileExists(atPath: file))
  }

  @Test("what only shows or writes something is not done again; settings are")
  func onlyNames() throws {
    let file = folder.path + "/a.json"
    live("a = 2\nset threads=2\nsave a \"\(file)\"\na + 1\nhistory")
    try FileManager.default.removeItem(atPath: file)
    let bench = Bench(journals)
    #expect(bench.run("recover") == [])
    #expect(bench.session.context.settings.threads == 2)
    #expect(!FileManager.default.fileExists(atPath: file))
    #expect(bench.output.out == [])
    #expect(bench.output.error.contains { $0.contains("2 of 4 statements give names") })
  }

  @Test("earlier sessions by their place; a statement that fails leaves the rest")
  func places() throws {
    let rows = (1...20).map { "\($0),\($0 * $0)\n" }.joined()
    try live("d = load \"\(folder.write("x,y\n" + rows, to: "d.csv"))\"\nb = 5")
    let made = try #require(folder.names("sessions").first)
    try FileManager.default.moveItem(
      atPath: journals + "/" + made, toPath: journals + "/20200101T000000000-1.mim")
    live("c = 6")
    try FileManager.default.removeItem(atPath: folder.path + "/d.csv")
    let bench = Bench(journals)
    #expect(bench.run("recover 2") == ["E511"])
    #expect(bench.session.bindings["b"]?.shortText == "5" && bench.session.bindings["c"] == nil)
    #expect(bench.output.error.last?.contains("1 of 2 statements ran, 1 failed") == true)
    #expect(bench.run("recover") == [] && bench.session.bindings["c"]?.shortText == "6")
    #expect(bench.run("recover 9") == ["E229"])
  }

  @Test("a journal is a script that runs, for its owner alone to read")
  func script() throws {
    live("a = 2\nb = [a,\n  3]")
    let name = try #require(folder.names("sessions").first)
    let path = journals + "/" + name
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let bench = Bench(journals)
    #expect(bench.run(try String(contentsOfFile: path, encoding: .utf8)) == [])
    #expect(bench.session.bindings["a"]?.shortText == "2")
  }

  @Test("elsewhere than at the prompt, recover says where it belongs")
  func misplaced() throws {
    let bench = Bench(journals)
    #expect(bench.run("x = recover") == ["E227"])
    #expect(bench.run("for i in 1..2 { recover }") == ["E227"])
    bench.session.context.settings.journalFolder = nil
    #expect(bench.run("recover") == ["E227"])
  }
}
