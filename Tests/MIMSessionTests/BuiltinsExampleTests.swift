import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Examples of help")
struct BuiltinsExampleTests {
  /// What the examples may assume to be bound.
  private static let prelude = """
    toy = load toy "4" n=640 seed=1
    m0 = model mim toy z=2 hidden=[20]
    m = train m0 toy epochs=2
    z = encode m toy.test
    mnist = toy
    kept = sweep seed=1..2 { evaluate(m0, toy, nll) }
    """

  private static let verbs = builtinTable.functions.map(\.name)

  /// The verbs whose example leaves neither a name nor a line behind.
  private static let silent: Set<String> = ["set", "save", "quit", "include", "recover", "session"]

  /// A bench whose sweeps keep their rows, for `runs`.
  private func bench() throws -> BuiltinsBench {
    let bench = try BuiltinsBench(keepingRows: true)
    #expect(bench.run(Self.prelude) == [], "\(bench.output.error.last ?? "")")
    return bench
  }

  @Test(
    "every verb's example runs as it is printed, and shows or binds something", arguments: verbs)
  func runs(_ verb: String) throws {
    let function = try #require(builtinTable[verb])
    #expect(function.example.contains(verb))
    let bench = try bench()
    let shown = bench.output.out.count
    _ = try bench.folder.write(
      "# mim-repl session of 2026-01-01T00:00:00Z, seed 1, in \"/\"\na = 1\n",
      to: "sessions/20260101T000000000-1.mim")
    bench.session.context.settings.journalFolder = bench.folder.path + "/sessions"
    let file = try bench.folder.write("```mim\na = 1\n```\n", to: "prep.mimnb")
    let example = function.example.replacing("\"prep.mimnb\"", with: "\"\(file)\"")
    // The one verb that needs a terminal says so here; PromptTests has its example.
    guard verb != "edit" else { return #expect(bench.run(example) == ["E231"]) }
    #expect(bench.run(example) == [], "\(bench.output.error.last ?? "")")
    if let name = function.example.firstMatch(of: #/^(\w+) = /#)?.output.1 {
      guard let value = bench.session.bindings[String(name)] else {
        Issue.record("`\(name)` is not bound")
        return
      }
      #expect(value.typeName != "none")
    } else {
      #expect(
        (bench.output.out.count == shown) == Self.silent.contains(verb), "\(function.example)")
    }
  }

  @Test("the examples of the verbs that stay silent do what they say")
  func silentExamples() throws {
    let bench = try bench()
    #expect(bench.run(try #require(builtinTable["save"]).example) == [])
    #expect(bench.folder.names("out/out") == ["codes.npz"])
    #expect(bench.run(try #require(builtinTable["set"]).example) == [])
    #expect(bench.run("set") == [])
    let page = bench.output.out.suffix(8)
    #expect(page.contains("seed     14") && page.contains("threads  2"), "\(page)")
    let quit = Source(name: "quit", text: try #require(builtinTable["quit"]).example)
    guard case .quit = bench.session.evaluate(quit) else {
      Issue.record("quit did not end the session")
      return
    }
  }

  @Test("every option has a line", arguments: verbs)
  func documented(_ verb: String) throws {
    let function = try #require(builtinTable[verb])
    #expect((function.positional + function.options).allSatisfy { !$0.doc.isEmpty })
  }

  @Test("the example of every topic runs")
  func topics() throws {
    let bench = try bench()
    let table = "a,b,species\n" + (0..<60).map { "\($0),\($0 * 7 % 13),x\($0 % 3)\n" }.joined()
    let file = try bench.folder.write(table, to: "iris.csv")
    let examples = builtinTable.topics.flatMap(\.lines).filter { $0.hasPrefix("example:") }
      .map { $0.dropFirst("example:".count).trimmingCharacters(in: .whitespaces) }
    #expect(examples.count > 5)
    for example in examples {
      let quick = example.replacing("\"iris.csv\"", with: "\"\(file)\"")
        .replacing("epochs=200", with: "epochs=2")
      #expect(bench.run(quick) == [], "\(example): \(bench.output.error.last ?? "")")
    }
  }

  @Test("the tour of help runs")
  func tour() throws {
    let bench = try BuiltinsBench()
    let page = try #require(builtinTable.help(for: ["tour"]))
    let text = page.filter { $0.hasPrefix("  ") }.joined(separator: "\n")
      .replacing("load toy \"4\"", with: "load toy \"4\" n=640")
      .replacing("epochs=30", with: "epochs=1")
      .replacing("epochs=10", with: "epochs=1")
    #expect(text.count > 500)
    #expect(bench.run(text) == [])
  }
}
