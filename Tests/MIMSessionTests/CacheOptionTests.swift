import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Runs with a cache")
struct CacheOptionTests {
  private let text = """
    ---
    seed: 2
    params: {n: 128}
    ---
    ```mim
    #| label: data
    toy = load toy "4" n=n seed=1
    ```

    ```mim
    #| label: fit
    m = train(model(mim, toy, hidden=[3]), toy, epochs=1)
    s = evaluate m toy rmse
    ```

    The error is `{mim} s.rmse %.3f` of `{mim} toy.width` numbers.

    ```mim
    #| label: look
    plot m view=xz
    ```

    """

  @Test(
    "a cell with cache: off runs every time; its readers are found while its values are the same")
  func off() throws {
    let text = """
      ```mim
      #| label: one
      #| cache: off
      x = 2
      toy = load toy "4" n=128 seed=1
      ```

      ```mim
      #| label: two
      y = x + toy.width
      ```

      """
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    #expect(try CachedRun(text, in: folder).ran == ["one"])
    let same = text.replacingOccurrences(of: "x = 2", with: "x = 1 + 1")
    #expect(try CachedRun(same, in: folder).ran == ["one"])
    let other = text.replacingOccurrences(of: "n=128", with: "n=256")
    #expect(try CachedRun(other, in: folder).ran == ["one", "two"])
  }

  @Test(
    "run.json is the same in every output folder, also for cells that write files and for their readers"
  )
  func otherFolder() throws {
    let text = """
      ```mim
      #| label: write
      toy = load toy "4" n=128 seed=1
      s = sweep n=[2, 3] {
        z = encode(model(mim, toy, hidden=[n]), toy.test)
        save z "{n}.csv" force=true
        1
      }
      ```

      ```mim
      #| label: read
      table s
      save toy.test "toy.csv"
      ```

      """
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder, out: "a")
    #expect(first.code == .ok)
    let second = try CachedRun(text, in: folder, out: "b")
    #expect(first.results == second.results)
    #expect(FileManager.default.fileExists(atPath: folder.path + "/b/toy.csv"))
  }

  @Test("only the last plot changed: what it reads is read, nothing else runs")
  func lastPlot() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let edited = text.replacingOccurrences(of: "view=xz", with: "view=xz title=\"MIM\"")
    let found = try CachedRun(edited, in: folder)
    #expect(found.ran == ["look"])
    let fresh = try CachedRun(edited, in: folder, out: "fresh") { $0.fresh = true }
    #expect(fresh.found.isEmpty)
    #expect(found.results == fresh.results)
    let reports = try ["out", "fresh"].map {
      try folder.text("\($0)/report.md").replacing(/in [0-9.e-]+ s,/, with: "")
    }
    #expect(reports[0] == reports[1])
  }

  @Test("a statement changed in a cell: those above it in the cell are found")
  func statements() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    let log = try folder.text("out/log.txt")
    let edited = text.replacingOccurrences(of: "toy rmse", with: "toy rmse nll")
    let second = try CachedRun(edited, in: folder)
    #expect(second.ran == ["fit"])
    // The training's own line comes from the first run, with its time.
    let lines = second.output.error.filter { $0.contains("1 epoch in") }
    #expect(first.code == .ok && lines.count == 1)
    let before = log.split(separator: "\n").map(String.init)
    #expect(before.filter { $0.contains("1 epoch in") } == lines)
  }

  @Test("inline values are those of a run that computes everything")
  func inline() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let report = try folder.text("out/report.md")
    #expect(report.contains(" of 2 numbers."))
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
    #expect(try folder.text("out/report.md") == report)
  }

  @Test("--fresh runs everything and keeps it anew")
  func fresh() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    #expect(try CachedRun(text, in: folder) { $0.fresh = true }.found.isEmpty)
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
  }

  @Test("--frozen finds everything, or says what is stale and why, runs nothing and ends with 5")
  func frozen() throws {
    let folder = try TemporaryFolder()
    let empty = try CachedRun(text, in: folder) { $0.frozen = true }
    #expect(empty.code == .stale && empty.code.rawValue == 5)
    #expect(empty.output.codes == ["E621", "E621", "E621"])
    #expect(folder.names("out").isEmpty)
    _ = try CachedRun(text, in: folder)
    let whole = try CachedRun(text, in: folder) { $0.frozen = true }
    #expect(whole.code == .ok && whole.ran.isEmpty)
    let edited = text.replacingOccurrences(of: "hidden=[3]", with: "hidden=[4]")
    let stale = try CachedRun(edited, in: folder) { $0.frozen = true }
    #expect(stale.code == .stale && stale.output.codes == ["E621", "E621"])
    let words = stale.output.errors.map(\.message).joined(separator: "\n")
    #expect(words.contains("`fit` is stale: its code has changed"))
    #expect(words.contains("`look` is stale: `m` of the cell `fit` is made anew"))
  }

  @Test("--from and --only need what the cells above did; --until ends the run")
  func choice() throws {
    let folder = try TemporaryFolder()
    let early = try CachedRun(text, in: folder) { $0.from = "look" }
    #expect(early.code == .stale && early.output.codes == ["E621", "E621"])
    let until = try CachedRun(text, in: folder) { $0.until = "fit" }
    #expect(until.code == .ok && until.ran == ["data", "fit"])
    let from = try CachedRun(text, in: folder) { $0.from = "look" }
    #expect(from.code == .ok && from.ran == ["look"])
    let only = try CachedRun(text, in: folder) { $0.only = "fit" }
    #expect(only.code == .ok && only.ran.isEmpty && only.found == ["data", "fit"])
    let statuses = (only.record["cells"] as? [[String: Any]] ?? []).map { $0["status"] as? String }
    #expect(statuses == ["ok", "ok", "not run"])
    for (only, from, until) in [
      ("fitt", nil, nil), (nil, "look", "data"), ("fit", "data", nil),
    ] as [(String?, String?, String?)] {
      let wrong = try CachedRun(text, in: folder) {
        ($0.only, $0.from, $0.until) = (only, from, until)
      }
      #expect(wrong.code == .usage)
    }
  }

  @Test("--plan says which cells are fresh, and how many rows of a sweep are kept; nothing runs")
  func plan() throws {
    let text = """
      ```mim
      #| label: data
      toy = load toy "4" n=128 seed=1
      ```

      ```mim
      #| label: sweep
      r = sweep n=[2, 3] { evaluate(train(model(mim, toy, hidden=[n]), toy, epochs=1), toy, rmse) }
      ```

      """
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder) { $0.plan = true }
    #expect(first.code == .ok && folder.names("out").isEmpty)
    #expect(first.output.out.contains { $0.contains("data") && $0.contains("not been run before") })
    _ = try CachedRun(text, in: folder)
    let second = try CachedRun(text, in: folder) { $0.plan = true }
    #expect(second.output.error.contains { $0.contains("everything is fresh") })
    let edited = text.replacingOccurrences(of: "[2, 3]", with: "[2, 3, 4]")
    let third = try CachedRun(edited, in: folder) { $0.plan = true }
    let lines = third.output.out
    #expect(lines.contains { $0.contains("data") && $0.contains("fresh") }, "\(lines)")
    #expect(lines.contains { $0.contains("its code has changed") }, "\(lines)")
    #expect(lines.contains { $0.contains("sweep r") && $0.contains("3, 2 kept") }, "\(lines)")
    #expect(try CachedRun(edited, in: folder).ran == ["sweep"])
  }

  @Test("--verify compares numbers and pixels, and ends with 5 where they differ")
  func verify() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder, out: "one")
    let path = folder.path + "/one/run.json"
    let same = try CachedRun(text, in: folder, out: "two") { $0.comparison = path }
    #expect(same.code == .ok && same.output.error.contains { $0.hasPrefix("verified") })
    let other = try CachedRun(text, in: folder, out: "three") {
      $0.comparison = path
      $0.seed = 5
    }
    #expect(other.code == .stale && other.output.codes == ["E622"])
    #expect(other.output.out.contains { $0.contains("values.s.metrics.rmse.value") })
    #expect(other.output.out.contains { $0.contains("sha256_pixels") })
    let record = try folder.text("one/run.json")
    let width = try #require(record.range(of: #""parameters": \d+"#, options: .regularExpression))
    _ = try folder.write(
      record.replacingCharacters(in: width, with: "\"parameters\": 1"), to: "edited.json")
    let edited = try CachedRun(text, in: folder, out: "four") {
      $0.comparison = folder.path + "/edited.json"
    }
    #expect(edited.code == .stale)
    for wrong in [folder.path + "/nothing.json", folder.path + "/note.mimnb"] {
      let run = try CachedRun(text, in: folder, out: "five") { $0.comparison = wrong }
      #expect(run.code == .usage)
    }
    #expect(folder.names("five").isEmpty)
  }

  @Test("what failed, and what was stopped, is never kept")
  func failures() throws {
    let text = """
      ```mim
      #| label: fails
      toy = load toy "4" n=128 seed=1
      r = sweep n=[9, 2] { neighbors(take(toy.test, n), k=3).k }
      ```

      ```mim
      #| label: reads
      t = table(r, by=n)
      ```

      ```mim
      #| label: expected
      #| error: expect E420
      b = 1
      c = neighbors(take(toy.test, 2), k=3)
      ```

      """
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    let second = try CachedRun(text, in: folder)
    #expect(first.code == .failure && second.code == .failure, "\(first.output.error)")
    #expect(second.ran == ["fails", "reads", "expected"])
  }

  @Test("a training that was stopped at its cell's time limit is run again")
  func stopped() throws {
    let text = """
      ```mim
      #| label: long
      #| timeout: 0.2
      toy = load toy "4" n=9984 seed=1
      m = train(model(mim, toy, hidden=[500]), toy, epochs=100000, patience=100000)
      ```

      ```mim
      #| label: reads
      e = m.epochs
      ```

      """
    let folder = try TemporaryFolder()
    for _ in 0..<2 {
      let run = try CachedRun(text, in: folder) { $0.keepGoing = true }
      #expect(run.code == .timeout)
      #expect(run.ran.contains("long") && run.ran.contains("reads"))
    }
  }

  @Test("files that a cell saved are put back; a file of somebody else stops it as it stops a run")
  func files() throws {
    let text = """
      ```mim
      #| label: save
      toy = load toy "4" n=128 seed=1
      save take(toy.test, 3) "items.csv"
      plot toy save="figures/toy" width=2 dpi=50
      ```

      ```mim
      #| label: read
      d = load "items.csv" split=[0.4, 0.3, 0.3] seed=1
      n = d.train.n
      ```

      """
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    #expect(first.code == .ok, "\(first.output.error)")
    let saved = try folder.text("out/items.csv")
    try FileManager.default.removeItem(atPath: folder.path + "/out/items.csv")
    let second = try CachedRun(text, in: folder)
    #expect(second.ran.isEmpty && second.results == first.results)
    #expect(try folder.text("out/items.csv") == saved)
    // Somebody else's file stands in the way in a new folder, where a run stops too.
    try FileManager.default.createDirectory(
      atPath: folder.path + "/new", withIntermediateDirectories: true)
    _ = try folder.write("mine", to: "new/items.csv")
    let third = try CachedRun(text, in: folder, out: "new")
    #expect(third.code == .failure && third.output.codes == ["E502"])
    #expect(try folder.text("new/items.csv") == "mine")
  }

  @Test(
    "a missing value is made again from its statement, also below one that binds the name again")
  func remade() throws {
    let text = """
      ```mim
      #| label: one
      toy = load toy "4" n=128 seed=1
      m = model mim toy hidden=[3]
      z = encode m toy.test
      ```

      ```mim
      #| label: two
      toy = load toy "-4" n=128 seed=1
      show z
      ```

      ```mim
      #| label: three
      plot z
      ```

      """
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let values = try FileManager.default.subpathsOfDirectory(
      atPath: folder.path + "/cache/results-1"
    ).filter { $0.hasSuffix(".value") }
    for name in values {
      try FileManager.default.removeItem(atPath: "\(folder.path)/cache/results-1/\(name)")
    }
    let edited = text.replacingOccurrences(of: "plot z", with: "plot z size=3")
    let found = try CachedRun(edited, in: folder)
    let fresh = try CachedRun(edited, in: folder, out: "fresh") { $0.fresh = true }
    #expect(found.code == .ok && found.results == fresh.results)
  }

  @Test("the list of kept results names notebook, cell and code")
  func list() throws {
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let store = CachedRun.store(folder)
    let list = Commands.listResults(store, width: 200)
    #expect(list.contains("note.mimnb") && list.contains("m = train(model(mim, toy"))
    #expect(list.contains("4 statements"))
    #expect(try Commands.shrinkResults(store, to: 0).hasPrefix("removed "))
    #expect(Commands.listResults(store).hasPrefix("0 statements"))
  }
}
