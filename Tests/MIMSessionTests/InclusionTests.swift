import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Including a file")
struct InclusionTests {
  private let folder: TemporaryFolder
  private let output = CollectedOutput()
  private let session: Session
  private static let notebook = """
    ---
    seed: 7
    params: {epochs: 2}
    ---
    ```mim
    #| label: data
    toy = load toy "4" n=128
    ```

    ```mim
    #| label: fit
    m = train(model(mim, toy, z=2, hidden=[5]), toy, epochs=epochs)
    a = 41
    ```

    """

  init() throws {
    folder = try TemporaryFolder()
    var settings = SessionSettings(outputFolder: folder.path + "/out")
    settings.cache = CachedRun.store(folder)
    session = Session(settings: settings, output: output)
    _ = try folder.write(Self.notebook, to: "prep.mimnb")
  }

  private func run(_ text: String) -> Session.Outcome {
    session.evaluate(
      Source(name: "-c", text: text.replacing("FOLDER", with: folder.path)))
  }

  private static let line = "include \"FOLDER/prep.mimnb\"\n"

  @Test(
    "its names, parameters and seed are there; statements below are checked with them before anything runs"
  )
  func names() throws {
    #expect(ExitCode(run(Self.line + "a + m.epochs + epochs")) == .ok)
    #expect(output.out == ["45"] && session.context.settings.seed == 7)
    let other = Session(
      settings: SessionSettings(outputFolder: folder.path + "/other"), output: output)
    let outcome = other.evaluate(
      Source(
        name: "-c", text: Self.line.replacing("FOLDER", with: folder.path) + "plot m colour=2"))
    #expect(ExitCode(outcome) == .check && other.bindings["a"] == nil)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/other"))
  }

  @Test("the second time everything is found, and the values are those of `mim-repl run`")
  func found() throws {
    _ = run(Self.line)
    #expect(output.error.contains { $0.contains("2 of 2 cells ran") })
    _ = run(Self.line)
    #expect(output.error.contains { $0.contains("0 of 2 cells ran") })
    let loss = try #require(session.bindings["m"]).json
    let direct = try CachedRun(Self.notebook, in: folder, name: "direct.mimnb") { $0.cache = nil }
    let value = try #require(direct.value("m", of: "fit"))
    let text = try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
    let here = try JSONSerialization.jsonObject(with: Data(loss.text().utf8))
    #expect(try JSONSerialization.data(withJSONObject: here, options: .sortedKeys) == text)
  }

  @Test(
    "recipes of what is drawn afterwards contain what they need, with cells, parameters and seed")
  func recipes() throws {
    _ = run(Self.line + "plot encode(m, toy.test) save=\"z.png\"")
    let bytes = FileManager.default.contents(atPath: folder.path + "/out/z.png") ?? Data()
    let text = String(decoding: bytes, as: UTF8.self)
    for part in ["seed: 7", "epochs: 2", "#| label: fit\nm = train", "#| label: data\ntoy = load"] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!text.contains("a = 41"))
  }

  @Test("the recipe of what is made from `ans` contains the statement that it came from")
  func answers() throws {
    _ = run(
      "toy = load toy \"4\" n=50\nplot toy\nb = 3;\nplot toy title=\"B\"\nset dpi=100\nsave ans \"y.png\""
    )
    let bytes = FileManager.default.contents(atPath: folder.path + "/out/y.png") ?? Data()
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("plot toy title=\"B\"\nsave ans \"y.png\"") && !text.contains("b = 3"))
  }

  @Test("a failing cell: what was bound before is there, and what follows does not run")
  func failure() throws {
    let text = Self.notebook + "```mim\ntake(toy.test, 5000)\n```\n"
    _ = try folder.write(text, to: "prep.mimnb")
    #expect(ExitCode(run(Self.line + "b = 1")) == .failure)
    #expect(output.codes == ["E221", "E228"])
    #expect(session.bindings["m"] != nil && session.bindings["b"] == nil)
  }

  @Test("a file that isn't there, and places where include means nothing")
  func refusals() throws {
    _ = try folder.write("a = 1\n", to: "s.mim")
    let cases = [
      ("include \"FOLDER/none.mim\"", "E226"), ("x = include \"FOLDER/s.mim\"", "E227"),
      ("for i in 1..2 { include \"FOLDER/s.mim\" }", "E227"), ("include", "E105"),
      ("include \"FOLDER\"", "E620"),
    ]
    for (code, error) in cases {
      _ = run(code)
      #expect(output.codes.last == error, "\(code)")
    }
    let notebook = try CachedRun("```mim\ninclude \"s.mim\"\n```\n", in: folder)
    #expect(notebook.output.codes == ["E227"])
    _ = try folder.write("```mim\nb = (1\n```\n", to: "bad.mimnb")
    _ = run("c = 1\ninclude \"FOLDER/bad.mimnb\"")
    #expect(output.codes.last == "E005" && session.bindings["c"] == nil)
  }

  @Test("a script has its names there too, also by `-i`, which shows what it shows")
  func script() throws {
    let path = try folder.write("k = 5\nk\n", to: "s.mim")
    #expect(session.include(path, shows: true) == .ok)
    #expect(output.out == ["5"])
    _ = run("include \"FOLDER/s.mim\"\nk + 1")
    #expect(output.out == ["5", "6"])
  }
}
