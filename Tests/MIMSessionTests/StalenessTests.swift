import Foundation
import MIMCPU
import MIMScript
import MIMSession
import Testing

/// Every rule by which a cell is run again or found, by an edit of one thing.
@Suite("What makes a cell stale")
struct StalenessTests {
  private static let text = """
    ---
    seed: 2
    params: {epochs: 1, unused: 3}
    ---
    ```mim
    #| label: data
    toy = load toy "4" n=256 seed=1
    ```

    ```mim
    #| label: fit
    m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=epochs)
    ```

    ```mim
    #| label: sum
    a = 1 + 2
    ```

    ```mim
    #| label: look
    plot m.history y=[loss]
    ```

    """

  /// The cells that run after an edit of the notebook.
  private func ran(
    _ old: String, _ new: String, in text: String = text,
    _ change: (inout RunOptions) -> Void = { _ in }
  ) throws -> [String] {
    let folder = try TemporaryFolder()
    let first = try CachedRun(text, in: folder)
    #expect(first.code == .ok && first.found.isEmpty, "\(first.output.error)")
    #expect(old.isEmpty || text.contains(old))
    let edited = old.isEmpty ? text : text.replacingOccurrences(of: old, with: new)
    let second = try CachedRun(edited, in: folder, change)
    #expect(second.code == .ok, "\(second.output.error)")
    return second.ran
  }

  @Test("nothing changed: everything is found, and report and run.json are the same")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(Self.text, in: folder)
    let reports = try ["report.md", "report.html", "log.txt"].map { try folder.text("out/\($0)") }
    let picture = FileManager.default.contents(atPath: folder.path + "/out/figures/look.png")
    try FileManager.default.removeItem(atPath: folder.path + "/out")
    let second = try CachedRun(Self.text, in: folder)
    #expect(first.found.isEmpty && second.ran.isEmpty && second.cells.count == 4)
    #expect(first.results == second.results)
    #expect(
      try ["report.md", "report.html", "log.txt"].map { try folder.text("out/\($0)") } == reports)
    #expect(
      picture != nil
        && FileManager.default.contents(atPath: folder.path + "/out/figures/look.png") == picture)
    #expect(first.output.out == second.output.out)
  }

  @Test("a comment, empty lines and blanks")
  func layout() throws {
    #expect(try ran("a = 1 + 2", "\n# why\na  =  1 + 2   # three\n\n").isEmpty)
    #expect(try ran("plot m.history", "# a picture\n\nplot m.history").isEmpty)
  }

  @Test("a comment and another indentation inside of a statement")
  func layoutInside() throws {
    let text = """
      ```mim
      #| label: sweep
      r = sweep n=1..2 {
        n * 2
      }
      table r save="r"
      ```

      """.replacingOccurrences(of: " save=\"r\"", with: "")
    #expect(try ran("  n * 2", "    # twice\n\n    n * 2", in: text).isEmpty)
  }

  @Test("the order of cells that don't need each other")
  func order() throws {
    let sum = "```mim\n#| label: sum\na = 1 + 2\n```\n"
    let moved = Self.text.replacingOccurrences(of: sum, with: "")
      .replacingOccurrences(of: "```mim\n#| label: data", with: sum + "\n```mim\n#| label: data")
    #expect(moved.contains(sum))
    #expect(try ran(Self.text, moved).isEmpty)
  }

  @Test("a cell that is put in above")
  func inserted() throws {
    let cell = "```mim\n#| label: new\nb = load(toy, \"4\", n=128)\n```\n\n```mim\n#| label: data"
    #expect(try ran("```mim\n#| label: data", cell) == ["new"])
  }

  @Test("a parameter that nobody reads")
  func unreadParameter() throws {
    #expect(try ran("unused: 3", "unused: 4").isEmpty)
  }

  @Test("a parameter that a cell reads, in the file and on the command line")
  func readParameter() throws {
    #expect(try ran("epochs: 1", "epochs: 2") == ["fit", "look"])
    #expect(try ran("", "") { $0.parameters = ["epochs=2"] } == ["fit", "look"])
  }

  @Test("the override of a parameter that a cell declares")
  func declaredParameter() throws {
    let text = """
      ```mim
      #| label: one
      param n = 3
      b = n + 1
      ```

      ```mim
      #| label: two
      c = 5
      ```

      """
    #expect(try ran("", "", in: text) { $0.parameters = ["n=4"] } == ["one"])
  }

  @Test("the seed: where random numbers are derived from it, and only there")
  func seed() throws {
    #expect(try ran("seed: 2", "seed: 3") == ["fit", "look"])
  }

  @Test("a label: where random numbers are derived from it, and only there")
  func label() throws {
    #expect(try ran("label: fit", "label: fitted") == ["fitted", "look"])
    #expect(try ran("label: data", "label: points").isEmpty)
    #expect(try ran("label: sum", "label: total").isEmpty)
  }

  @Test("a default that is spelled out is another statement")
  func spelledOut() throws {
    #expect(try ran("epochs=epochs)", "epochs=epochs, batch=128)") == ["fit", "look"])
  }

  @Test("a name that is bound again: who reads it where")
  func rebound() throws {
    let text = """
      ```mim
      #| label: one
      x = 1
      ```

      ```mim
      #| label: two
      y = x + 1
      ```

      ```mim
      #| label: three
      x = 5
      ```

      ```mim
      #| label: four
      z = x + y
      ```

      """
    #expect(try ran("x = 5", "x = 6", in: text) == ["three", "four"])
    #expect(try ran("x = 1\n", "x = 2\n", in: text) == ["one", "two", "four"])
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let edited = text.replacingOccurrences(of: "y = x + 1", with: "y = x + 2")
    #expect(try CachedRun(edited, in: folder).value("z", of: "four") as? Double == 8)
  }

  @Test("a name that `if` may bind: what it was before counts")
  func conditional() throws {
    let text = """
      ```mim
      #| label: one
      x = 1
      flag = false
      ```

      ```mim
      #| label: two
      if flag { x = 2 }
      ```

      ```mim
      #| label: three
      y = x
      ```

      """
    let folder = try TemporaryFolder()
    #expect(try CachedRun(text, in: folder).value("y", of: "three") as? Double == 1)
    let edited = text.replacingOccurrences(of: "x = 1", with: "x = 7")
    #expect(try CachedRun(edited, in: folder).value("y", of: "three") as? Double == 7)
  }

  @Test("an axis that a sweep gets: the statement runs, and its finished rows are kept")
  func axis() throws {
    let text = """
      ```mim
      #| label: sweep
      toy = load toy "4" n=128 seed=1
      r = sweep n=[2, 3] { evaluate(train(model(mim, toy, hidden=[n]), toy, epochs=1), toy, rmse) }
      ```

      """
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
    let edited = text.replacingOccurrences(of: "[2, 3]", with: "[2, 3, 4]")
    let longer = try CachedRun(edited, in: folder)
    #expect(longer.ran == ["sweep"])
    #expect(longer.output.error.contains { $0.contains("(2 already finished)") })
  }

  @Test("the bytes of a data file, of the same size and with the same times")
  func dataFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a,b\n1,2\n3,4\n5,6\n7,8\n", to: "data.csv")
    let text = """
      ```mim
      #| label: read
      d = load "\(path)" split=[0.5, 0.25, 0.25] seed=1
      ```

      ```mim
      #| label: use
      s = d.a.values
      ```

      ```mim
      #| label: other
      b = 1
      ```

      """
    let first = try CachedRun(text, in: folder)
    #expect(first.code == .ok, "\(first.output.error)")
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
    var before = stat()
    stat(path, &before)
    // In place: the same inode, size and modification time.
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.seek(toOffset: 4)
    try handle.write(contentsOf: Data("9".utf8))
    try handle.close()
    var times = [before.st_atim, before.st_mtim]
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    var after = stat()
    stat(path, &after)
    #expect(after.st_size == before.st_size && after.st_mtim.tv_nsec == before.st_mtim.tv_nsec)
    let second = try CachedRun(text, in: folder)
    #expect(second.ran == ["read", "use"])
    #expect("\(second.value("s", of: "use") ?? "")".contains("9"))
    // Back again, and the first results are right again.
    _ = try folder.write("a,b\n1,2\n3,4\n5,6\n7,8\n", to: "data.csv")
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
  }

  @Test("a file that is put into a folder of images")
  func newFile() throws {
    let folder = try TemporaryFolder()
    let text = """
      ```mim
      #| label: read
      d = load "\(folder.path)/pictures"
      ```

      """
    let picture = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/data/gray.png").path
    for name in ["a", "b"] {
      let to = "\(folder.path)/pictures/\(name)"
      try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
      for number in 1...5 {
        try FileManager.default.copyItem(atPath: picture, toPath: "\(to)/\(number).png")
      }
    }
    #expect(try CachedRun(text, in: folder).code == .ok)
    #expect(try CachedRun(text, in: folder).ran.isEmpty)
    try FileManager.default.copyItem(
      atPath: picture, toPath: folder.path + "/pictures/a/6.png")
    #expect(try CachedRun(text, in: folder).ran == ["read"])
  }

  @Test("threads: where a plan divides work among them, and only there")
  func threads() throws {
    #expect(try ran("", "") { $0.threads = 2 } == ["fit", "look"])
  }

  @Test("--quick is another computation")
  func quick() throws {
    #expect(try ran("", "") { $0.quick = true }.contains("fit"))
  }

  @Test("another call of the verb without a name above it in the cell, which random numbers count")
  func unnamedCalls() throws {
    let text = """
      ```mim
      #| label: one
      toy = load toy "4" n=128 seed=1
      m = model mim toy hidden=[3] seed=2
      plot sample(m, 4)
      ```

      """
    let folder = try TemporaryFolder()
    _ = try CachedRun(text, in: folder)
    let edited = text.replacingOccurrences(
      of: "plot sample(m, 4)", with: "plot sample(m, 9)\nplot sample(m, 4)")
    let both = try CachedRun(edited, in: folder, out: "both")
    #expect(both.ran == ["one"])
    let fresh = try CachedRun(edited, in: folder, out: "fresh") { $0.fresh = true }
    #expect(both.results == fresh.results)
  }

  @Test("the revision of the numerics is in the key of every statement with a verb")
  func revision() throws {
    let folder = try TemporaryFolder()
    let first = try CachedRun(Self.text, in: folder)
    let second = try CachedRun(Self.text, in: folder)
    #expect(first.keys == second.keys && Set(first.keys.values).count == 4)
    let parts = statementKeyParts("m = train(model(mim, toy), toy)")
    #expect(parts.contains("revision \(numericsRevision)"))
    #expect(parts.contains(InstructionSet.inUse.rawValue))
    #expect(!statementKeyParts("a = 1 + 2").contains("revision \(numericsRevision)"))
  }
}
