import MIMScript
import MIMSession
import Testing

@Suite("Examples of help")
struct BuiltinsExampleTests {
  /// What the examples may assume to be bound.
  private static let prelude = """
    toy = load toy "4" n=640
    m0 = model mim toy z=2 hidden=[20]
    m = train m0 toy epochs=2
    z = encode m toy.test
    """

  private static let verbs = [
    "load", "take", "model", "train", "encode", "decode", "reconstruct", "sample", "interpolate",
    "latent", "evaluate", "tsne", "transform", "pca", "plot", "figure", "table", "save",
  ]

  @Test("every verb's example runs as it is printed", arguments: verbs)
  func runs(_ verb: String) throws {
    let bench = try BuiltinsBench()
    let function = try #require(builtinTable[verb])
    #expect(bench.run(Self.prelude).isEmpty)
    #expect(bench.run(function.example) == [], "\(function.example)")
  }

  @Test("every option has a line", arguments: verbs)
  func documented(_ verb: String) throws {
    let function = try #require(builtinTable[verb])
    #expect((function.positional + function.options).allSatisfy { !$0.doc.isEmpty })
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
