import Foundation
import Testing

@Suite("The cache from the command line")
struct CacheTests {
  private let notebook = """
    ```mim
    #| label: data
    toy = load toy "4" n=128 seed=1
    ```

    ```mim
    #| label: look
    plot toy
    ```

    """

  /// Runs the program in a folder with a cache inside of it.
  private func run(
    _ arguments: String..., in folder: URL, _ more: [String: String] = [:]
  ) throws -> Program.Result {
    try Program.run(
      arguments, in: folder,
      environment: ["XDG_CACHE_HOME": folder.path + "/xdg"].merging(more) { $1 })
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(notebook.utf8).write(to: folder.appendingPathComponent("n.mimnb"))
    try body(folder)
  }

  @Test("--frozen ends with 5 before the first run and with 0 after it; --plan runs nothing")
  func frozen() throws {
    try inFolder { folder in
      let early = try run("run", "n.mimnb", "--frozen", in: folder)
      #expect(early.exit == 5 && early.error.contains("E621"))
      let plan = try run("run", "n.mimnb", "--plan", in: folder)
      #expect(plan.exit == 0 && plan.out.contains("it has not been run before"))
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/out"))
      #expect(try run("run", "n.mimnb", in: folder).exit == 0)
      #expect(try run("run", "n.mimnb", "--frozen", in: folder).exit == 0)
      let verified = try run("run", "n.mimnb", "--verify", "out/n/run.json", in: folder)
      #expect(verified.exit == 0 && verified.error.contains("verified"))
      #expect(try run("run", "n.mimnb", "--fresh", "--frozen", in: folder).exit == 2)
      #expect(try run("run", "n.mimnb", "--only", "lok", in: folder).error.contains("`look`"))
    }
  }

  @Test("cache ls, gc and clear; a size that is none is wrong usage")
  func commands() throws {
    try inFolder { folder in
      #expect(try run("cache", in: folder).out.hasPrefix("0 statements"))
      #expect(try run("run", "n.mimnb", in: folder).exit == 0)
      let list = try run("cache", "ls", in: folder)
      #expect(list.exit == 0 && list.out.contains("n.mimnb") && list.out.contains("plot toy"))
      #expect(try run("cache", "gc", in: folder).out.hasPrefix("removed 0 "))
      #expect(try run("cache", "gc", "--size", "1KB", in: folder).exit == 0)
      #expect(try run("cache", "clear", in: folder).exit == 0)
      #expect(try run("cache", "ls", in: folder).out.hasPrefix("0 statements"))
      #expect(try run("cache", "gc", "--size", "big", in: folder).exit == 2)
      let wrong = try run("run", "n.mimnb", in: folder, ["MIM_CACHE_SIZE": "big"])
      #expect(wrong.exit == 2 && wrong.error.contains("MIM_CACHE_SIZE"))
      let none = try run("run", "n.mimnb", in: folder, ["MIM_CACHE_SIZE": "0"])
      #expect(none.exit == 0)
      #expect(try run("cache", "ls", in: folder).out.hasPrefix("0 statements"))
    }
  }

  @Test("a cache folder that can't be made gives a warning, and the results are those without one")
  func unwritable() throws {
    try inFolder { folder in
      let run = try run("run", "n.mimnb", in: folder, ["XDG_CACHE_HOME": "/proc/nothing"])
      #expect(run.exit == 0 && run.error.contains("warning: results are not kept"))
    }
  }

  @Test("another build repeats no training and no row of a sweep; it only draws anew")
  func rebuilt() throws {
    let text =
      notebook + """
        ```mim
        #| label: fit
        m = train(model(mim, toy, hidden=[3]), toy, epochs=1)
        ```

        ```mim
        #| label: sweep
        r = sweep n=[2, 3] { evaluate(train(model(mim, toy, hidden=[n]), toy, epochs=1), toy, rmse) }
        ```

        """
    try inFolder { folder in
      try Data(text.utf8).write(to: folder.appendingPathComponent("n.mimnb"))
      #expect(try run("run", "n.mimnb", in: folder).exit == 0)
      // The same program in another file: its size, its time and its SHA-256 are those of another build.
      let other = folder.appendingPathComponent("mim-repl")
      try FileManager.default.copyItem(atPath: Program.path, toPath: other.path)
      let file = try FileHandle(forWritingTo: other)
      try file.seekToEnd()
      try file.write(contentsOf: Data("another build".utf8))
      try file.close()
      func rebuilt(_ arguments: String...) throws -> String {
        let (out, error) = (
          folder.appendingPathComponent("o"), folder.appendingPathComponent("e")
        )
        func attempt() throws -> Int32 {
          try Spawn.run(
            [other.path] + arguments, output: out, error: error, in: folder,
            environment: Program.environment(cache: folder.appendingPathComponent("xdg")))
        }
        var exit = try attempt()
        // A program that another test started while the copy was open for writing keeps it open for a moment: "text file busy".
        for _ in 0..<100 where exit == 126 {
          usleep(50_000)
          exit = try attempt()
        }
        #expect(exit == 0)
        return try String(contentsOf: out, encoding: .utf8)
          + String(contentsOf: error, encoding: .utf8)
      }
      let plan = try rebuilt("run", "n.mimnb", "--plan")
      #expect(plan.contains("another build of mim-repl draws it"), "\(plan)")
      #expect(plan.matches(of: /fresh/).count == 3 && plan.contains("1 of 4 cells"), "\(plan)")
      // Without the kept table too: the rows themselves are in the run store.
      try FileManager.default.removeItem(at: folder.appendingPathComponent("xdg"))
      #expect(try rebuilt("run", "n.mimnb").contains("(2 already finished)"))
    }
  }
}
