import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("What verbs refuse")
struct BuiltinsRefusalTests {
  private static let start = """
    toy = load toy "4" n=64
    m0 = model mim toy hidden=[8]
    z = encode m0 toy.test
    """

  /// The code of the only error of a statement behind `start`.
  private func refusal(_ statement: String) throws -> [String] {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.start).isEmpty)
    return bench.run(statement)
  }

  @Test(
    "an option of plot that says nothing about this kind of thing",
    arguments: [
      "plot z where=(label > 1)", "plot [1, 2] color=[1, 2]", "plot m0 view=xz where=(n > 1)",
      "p = z; plot p error=se", "plot z points=true",
      "r = sweep(store=false) k=1..3 { k }; plot r x=k y=value error=se points=true",
    ])
  func meaninglessOption(_ statement: String) throws {
    #expect(try refusal(statement) == ["E220"])
  }

  @Test(
    "options of plot that do mean something pass",
    arguments: [
      "plot z dims=[2, 1] size=3 legend=none xlabel=\"a\"", "plot toy.test color=none",
      "plot [1, 2] bins=5 yscale=log", "plot m0 view=xz toy n=10 links=true",
    ])
  func meaningfulOption(_ statement: String) throws {
    #expect(try refusal(statement).isEmpty)
  }

  @Test(
    "the same statement may replace its figure, also behind a long script",
    arguments: [
      "png", "pdf", "svg",
    ])
  func ownFigure(_ format: String) throws {
    let bench = try BuiltinsBench()
    let long = (1...80).map { "v\($0) = \($0)" }.joined(separator: "\n")
    let sum = (1...80).map { "v\($0)" }.joined(separator: " + ")
    let text = "\(long)\ntotal = \(sum)\nplot [1, total] save=\"own.\(format)\""
    #expect(bench.run(text).isEmpty)
    #expect(bench.run(text).isEmpty)
    #expect(bench.run("plot [1, 2] save=\"own.\(format)\"") == ["E502"])
  }

  @Test(
    "a path that names no file, and formats that say nothing or contradict it",
    arguments: [
      ("save z \"\"", "E201"), ("save z \".\"", "E201"), ("save z \"..\"", "E201"),
      ("save z \"dir/\"", "E201"), ("save z \"a/..\"", "E201"), ("plot z save=\"\"", "E201"),
      ("plot z save=\".\"", "E201"), ("plot z save=\"..\"", "E201"),
      ("plot z save=\"dir/\"", "E201"), ("plot z save=\"dir/.png\"", "E201"),
      ("fig = plot(z); save fig \"dir/\"", "E201"),
      ("save z \"a.parquet\"", "E220"), ("save z \"a.v2.pt\"", "E220"),
      ("plot z save=\"a.jpg\"", "E220"), ("fig = plot(z); save fig \"a.jpeg\"", "E220"),
      ("fig = plot(z); save fig \"a.csv\"", "E220"), ("save z \"a.png\"", "E220"),
      ("save z \"z\" format=[]", "E220"), ("plot z save=\"z\" format=[]", "E220"),
      ("plot z save=\"y.png\" format=pdf", "E220"), ("save z \"y.csv\" format=npz", "E220"),
      ("fig = plot(z); save fig \"y.png\" format=[pdf, svg]", "E220"),
    ])
  func badFileName(_ statement: String, _ code: String) throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.start).isEmpty)
    #expect(bench.run(statement) == [code])
    #expect(bench.folder.names("out").isEmpty)
  }

  @Test("a name's ending may stand among several formats; ~/ is the home folder")
  func fileNames() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.start).isEmpty)
    #expect(
      bench.run("plot z save=\"y.png\" format=[png, svg]\nsave z \"z.csv\" format=[csv, npz]") == []
    )
    #expect(bench.folder.names("out") == ["y.png", "y.svg", "z.csv", "z.npz"])
    let home = try #require(ProcessInfo.processInfo.environment["HOME"])
    #expect(bench.session.context.path(forSaving: "~/x.csv") == home + "/x.csv")
    #expect(bench.session.context.path(forSaving: "~x.csv").hasSuffix("/out/~x.csv"))
  }

  @Test("DATA for something that is no model")
  func needlessData() throws {
    #expect(try refusal("plot z toy") == ["E106"])
  }

  @Test("to take from a number or a model", arguments: ["take 5 2", "take m0 3"])
  func takeFromOne(_ statement: String) throws {
    #expect(try refusal(statement) == ["E201"])
  }

  @Test("what take says of a list, and knn without neighbours, before anything runs")
  func emptyLists() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run("take [] 1") == ["E221"])
    let text = bench.output.error.joined(separator: "\n")
    #expect(text.contains("`[]`") && !text.contains("split"), "\(text)")
    let late = "\nx = 1\ns = evaluate m0 toy "
    #expect(bench.run(Self.start + late + "knn([])") == ["E220"])
    #expect(bench.run(Self.start + late + "nll(batch=10)") == ["E220"])
    #expect(bench.session.bindings["x"] == nil)
    #expect(bench.run(Self.start + "\nk = []\ns = evaluate m0 toy knn(k)") == ["E220"])
  }

  @Test("one epoch is one epoch")
  func oneEpoch() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.start + "\nm = train m0 toy epochs=1 batch=32\nm").isEmpty)
    let shown = bench.output.out.joined(separator: "\n")
    #expect(shown.contains("toy: 1 epoch (") || shown.contains(": 1 epoch ("), "\(shown)")
  }

  @Test("articles fit the names of types, and a limit left out of help is named to who passed it")
  func words() throws {
    let bench = try BuiltinsBench()
    bench.run(Self.start + "\nmodel mim 5\nload toy seed=1e18\nload toy dim=1001")
    let text = bench.output.error.joined(separator: "\n")
    #expect(text.contains("takes a data set or items, not 5"))
    #expect(text.contains("at most 2147483647"))
  }
}
