import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Sessions that are kept")
struct KeptSessionTests {
  private let folder: TemporaryFolder
  private let store: ResultStore

  init() throws {
    folder = try TemporaryFolder()
    store = ResultStore(path: folder.path + "/kept")
  }

  private func session(
    _ output: CollectedOutput = CollectedOutput(), seed: UInt64 = 1, store: ResultStore? = nil
  ) -> Session {
    var settings = SessionSettings(seed: seed, outputFolder: folder.path + "/out")
    settings.threads = 1
    settings.cache = store ?? self.store
    return Session(settings: settings, output: output)
  }

  private func run(_ text: String, in session: Session) {
    session.evaluate(Source(name: "<prompt>", text: text))
  }

  @Test("another session has the names with the same values, the seed, and recipes that still run")
  func comesBack() throws {
    let output = CollectedOutput()
    let first = session(output, seed: 9)
    run(
      """
      toy = load toy "4" n=128
      m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=2)
      z = encode m toy.test
      a = [1, "two", 3]
      s = evaluate m toy rmse
      session save "monday"
      """, in: first)
    #expect(output.codes.isEmpty, "\(output.error)")
    let other = CollectedOutput()
    let second = session(other)
    run("session load \"monday\"", in: second)
    #expect(other.codes.isEmpty, "\(other.error)")
    #expect(other.error.joined().contains("monday: a m s toy z · seed 9"), "\(other.error)")
    #expect(second.context.settings.seed == 9)
    for name in ["a", "m", "z", "s"] {
      let values = [first, second].map { $0.bindings[name]?.json.text() }
      #expect(values[0] == values[1] && values[0] != nil, "\(name)")
    }
    // What is done with them afterwards is the same to the bit.
    let means = [first, second].map { session -> String? in
      run("e = evaluate m toy nll rmse seed=3", in: session)
      return session.bindings["e"]?.json.text()
    }
    #expect(means[0] == means[1] && means[0] != nil)
    run("plot z save=\"z\"", in: second)
    let (recipe, _) = Commands.recipe(folder.path + "/out/z.png", output: other)
    #expect(recipe?.contains("load toy \"4\" n=128") == true && recipe?.contains("seed: 9") == true)
  }

  @Test("a script may load a session, and use its names in the next line")
  func inScripts() throws {
    run("a = 41; session save \"s\"", in: session())
    let output = CollectedOutput()
    let script = session(output)
    script.evaluate(Source(name: "-c", text: "session load \"s\"\nb = a + 1\nb"))
    #expect(output.codes.isEmpty && output.out == ["42"], "\(output.error)")
    for text in ["for i in 1..2 { session load \"s\" }", "x = session(load, \"s\")"] {
      script.evaluate(Source(name: "-c", text: text))
      #expect(output.codes.last == "E230", "\(text)")
    }
  }

  @Test("names are not lost by chance: another of that name, none of that name, deleting, listing")
  func names() throws {
    let output = CollectedOutput()
    let session = session(output)
    run("a = 1", in: session)
    run("session save \"x\"", in: session)
    run("session save \"x\"", in: session)
    #expect(output.codes == ["E502"])
    run("a = 2\nsession save \"x\" force=true", in: session)
    run("session load \"y\"", in: session)
    #expect(output.codes == ["E502", "E230"] && output.error.joined().contains("\"x\""))
    run("session list", in: session)
    #expect(output.out.joined(separator: "\n").contains("x"))
    run("session save \"\"", in: session)
    run("session save", in: session)
    #expect(output.codes.suffix(2) == ["E105", "E105"])
    run("session delete \"x\"\nsession delete \"x\"", in: session)
    run("session load \"x\"", in: session)
    #expect(output.codes.suffix(2) == ["E230", "E230"])
    let count = output.out.count
    run("session list", in: session)
    #expect(output.out.dropFirst(count).joined().contains("no session is kept yet"))
  }

  @Test("values that went from the cache are named, the others come")
  func evicted() throws {
    let output = CollectedOutput()
    run("a = [1, 2, 3]\nb = \"text\"\nsession save \"x\"", in: session())
    // The largest value goes.
    let files =
      FileManager.default.enumerator(atPath: store.path)?.compactMap { $0 as? String } ?? []
    let values = files.filter { $0.hasSuffix(".value") }
    #expect(values.count >= 2)
    let largest = try #require(
      values.max { a, b in
        let sizes = [a, b].map { path -> Int in
          let bytes = FileManager.default.contents(atPath: store.path + "/" + path)
          return bytes?.count ?? 0
        }
        return sizes[0] < sizes[1]
      })
    try FileManager.default.removeItem(atPath: store.path + "/" + largest)
    let other = session(output)
    run("session load \"x\"", in: other)
    #expect(output.error.joined().contains("warning: no longer in the cache: a"), "\(output.error)")
    #expect(other.bindings["a"] == nil && other.bindings["b"]?.json.text() == "\"text\"")
    #expect(output.codes.isEmpty)
  }

  @Test("a cache that is off, one that cannot be written, and a notebook say why")
  func noPlace() throws {
    let output = CollectedOutput()
    var settings = SessionSettings()
    settings.cache = nil
    let without = Session(settings: settings, output: output)
    run("session save \"x\"", in: without)
    #expect(output.codes == ["E230"] && output.error.joined().contains("cache, which is off"))
    let file = try folder.write("no folder", to: "file")
    let blocked = session(output, store: ResultStore(path: file + "/kept"))
    run("a = 1\nsession save \"x\"", in: blocked)
    #expect(output.codes == ["E230", "E501"], "\(output.error)")
    var options = RunOptions()
    options.outputFolder = folder.path + "/run"
    options.cache = store
    for verb in ["session save \"x\"", "session load \"x\"", "edit"] {
      let path = try folder.write("```mim\n\(verb)\n```\n", to: "n.mimnb")
      let code = Commands.run(
        path, options: options, output: output, interruption: Interruption())
      #expect(code != .ok && output.codes.last == (verb == "edit" ? "E231" : "E230"), "\(verb)")
    }
  }
}
