import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Notebooks from figures, from sessions and from nothing")
struct BesidePromptTests {
  private let folder: TemporaryFolder
  private let output = CollectedOutput()

  init() throws { folder = try TemporaryFolder() }

  private func run(_ path: String, out: String) throws -> (code: ExitCode, record: [String: Any]) {
    var options = RunOptions()
    options.outputFolder = "\(folder.path)/\(out)"
    options.threads = 1
    let code = Commands.run(path, options: options, output: output, interruption: Interruption())
    let data = FileManager.default.contents(atPath: "\(folder.path)/\(out)/run.json") ?? Data()
    return (code, (try JSONSerialization.jsonObject(with: data)) as? [String: Any] ?? [:])
  }

  private func pixels(_ record: [String: Any]) -> [String] {
    (record["cells"] as? [[String: Any]] ?? []).flatMap { $0["figures"] as? [[String: Any]] ?? [] }
      .compactMap { $0["sha256_pixels"] as? String }
  }

  @Test(
    "the recipe of a PNG, SVG or PDF is one notebook, which draws the same pixels",
    arguments: ["png", "svg", "pdf"])
  func recipe(format: String) throws {
    let notebook = """
      ---
      seed: 3
      params: {n: 60}
      figures: {dpi: 90, width: 3}
      ---
      ```mim
      #| label: data
      toy = load toy "4" n=n
      other = 5
      ```

      ```mim
      #| label: draw
      p = take(toy.train, 20, seed=4)   # not kept
      plot p title="a < b & (\\"c\\") ü" save="f" format=[png, svg, pdf]
      ```

      """
    let first = try run(try folder.write(notebook, to: "n.mimnb"), out: "one")
    #expect(first.code == .ok, "\(output.error)")
    let (text, code) = Commands.recipe("\(folder.path)/one/f.\(format)", output: output)
    #expect(code == .ok, "\(output.error)")
    let recipe = try #require(text)
    #expect(recipe.contains("n: 60") && !recipe.contains("other") && !recipe.contains("not kept"))
    let second = try run(try folder.write(recipe, to: "r.mimnb"), out: "two")
    #expect(second.code == .ok, "\(output.error)")
    #expect(pixels(first.record) == pixels(second.record) && !pixels(first.record).isEmpty)
  }

  @Test("a figure without a recipe, one that somebody has edited, and no figure")
  func noRecipe() throws {
    let notebook = "```mim\nplot load(toy, \"4\", n=20) save=\"f.svg\"\n```\n"
    _ = try run(try folder.write(notebook, to: "n.mimnb"), out: "one")
    let svg = try folder.text("one/f.svg")
    #expect(svg.contains("n=20"))
    let files = [
      (svg.replacing("n=20", with: "n=30"), "E541"),
      (svg.replacing("mim-recipe", with: "x"), "E541"),
      ("%PDF-1.5 /Subject (open", "E541"), ("%PDF-1.5 /Subject <FEFF00", "E541"), ("", "E541"),
      ("\u{89}PNG", "E541"), ("<metadata id=\"mim-recipe\">a</metadata>", "E541"),
    ]
    for (content, error) in files {
      let (text, code) = Commands.recipe(try folder.write(content, to: "x"), output: output)
      #expect(
        text == nil && code == .failure && output.codes.last == error, "\(content.prefix(30))")
    }
    #expect(Commands.recipe(folder.path + "/none.png", output: output).1 == .usage)
  }

  @Test("the notebook to begin with runs, whatever its name; an existing file stays")
  func new() throws {
    for name in ["first", "Mein \\\"Heft\\\": 1 #2"] {
      let path = "\(folder.path)/\(name).mimnb"
      #expect(Commands.new(path, output: output) == .ok, "\(output.error)")
      let before = try String(contentsOfFile: path, encoding: .utf8)
      #expect(Commands.new(path, output: output) == .usage && output.codes.last == "E502")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
      var options = RunOptions()
      options.outputFolder = "\(folder.path)/out"
      options.quick = true
      let code = Commands.run(path, options: options, output: output, interruption: Interruption())
      #expect(code == .ok, "\(output.error)")
    }
    #expect(Commands.new(folder.path + "/x.txt", output: output) == .usage)
    #expect(Commands.new(folder.path + "/no/where/x.mimnb", output: output) == .ok)
  }

  @Test("a session as a notebook: what the results need, in cells under headings, and it runs")
  func history() throws {
    let session = Session(
      settings: SessionSettings(seed: 5, outputFolder: folder.path), output: output)
    let lines = [
      "toy = load toy \"4\" n=120", "help train", "m0 = model mim toy z=2 hidden=[5]",
      "m = train m0 toy epochs=1", "m = train m0 toy epochs=2", "nothing + 1", "x = 3", "x = 4",
      "y = x + 1", "y", "for i in 1..2 { w = i }", "s = evaluate m toy rmse", "s", "unused = 9",
      "unused = 10", "set dpi=80", "plot m.history y=[loss]", "save ans \"z.png\"", "who",
      "set dpi=90",
    ]
    for line in lines { session.evaluate(Source(name: "<prompt>", text: line)) }
    let source = Source(name: "<prompt>", text: "history save \"h.mimnb\"")
    #expect(ExitCode(session.evaluate(source)) == .ok, "\(output.error)")
    let text = try folder.text("h.mimnb")
    for part in [
      "seed: 5", "epochs=2", "x = 4\n", "y = x + 1\ny\n", "set dpi=80\nplot m.history",
      "save ans \"z.png\"", "unused = 10", "## Data", "## Models", "## Measures", "## Pictures",
      "for i in 1..2 { w = i }",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    for part in [
      "epochs=1", "x = 3", "nothing", "unused = 9", "help", "who", "set dpi=90", "history save",
    ] {
      #expect(!text.contains(part), "\(part)\n\(text)")
    }
    #expect(try run(folder.path + "/h.mimnb", out: "out").code == .ok, "\(output.error)\n\(text)")
    for (code, error) in [
      ("history save \"h.mimnb\"", "E502"), ("history save \"h.txt\"", "E220"),
      ("history save", "E105"),
    ] {
      session.evaluate(Source(name: "<prompt>", text: code))
      #expect(output.codes.last == error, "\(code)")
    }
  }

  /// Random draws without `seed=`, named and unnamed, inside others and in sweeps.
  private static let random = [
    "toy = load toy \"4\" n=120", "sample(model(mim, toy, hidden=[5]), 3);",
    "m = train(model(mim, toy, hidden=[5]), toy, epochs=2)", "s = evaluate m toy rmse",
    "a = s.rmse",
    "r = sweep h=[3, 4] { evaluate(model(vae, toy, hidden=[h]), toy, rmse) }",
    "plot sample(m, 20) save=\"f.png\"",
  ]

  private func values(_ record: [String: Any], _ names: [String]) -> [String] {
    let cells = record["cells"] as? [[String: Any]] ?? []
    return names.compactMap { name in
      cells.lazy.compactMap { ($0["values"] as? [String: Any])?[name] }.first.map { "\($0)" }
    }
  }

  @Test(
    "a session, the notebook and the recipe made of it, and the same lines as a script give the same numbers"
  )
  func sameNumbers() throws {
    let session = Session(
      settings: SessionSettings(seed: 5, outputFolder: folder.path + "/own"), output: output)
    for line in Self.random { session.evaluate(Source(name: "<prompt>", text: line)) }
    // Other lines before, and none that isn't needed.
    let other = Session(
      settings: SessionSettings(seed: 5, outputFolder: folder.path + "/other"), output: output)
    for line in [Self.random[0], "sample(model(vae, toy, hidden=[2]), 4);"] + Self.random[2...] {
      other.evaluate(Source(name: "<prompt>", text: line))
    }
    #expect(output.codes.isEmpty, "\(output.error)")
    for name in ["a", "r"] {
      #expect(session.bindings[name]?.json.text() == other.bindings[name]?.json.text(), "\(name)")
    }
    session.evaluate(Source(name: "<prompt>", text: "history save \"h.mimnb\""))
    let recipe = try #require(
      Commands.recipe(folder.path + "/own/f.png", output: output).0, "\(output.error)")
    let script = "set seed=5\n" + Self.random.joined(separator: "\n") + "\n"
    let files = [
      "own/h.mimnb",
      try folder.write(recipe, to: "recipe.mimnb").split(separator: "/").last.map(String.init)
        ?? "",
      try folder.write(script, to: "s.mim").split(separator: "/").last.map(String.init) ?? "",
    ]
    var pictures: Set<[String]> = []
    for file in files {
      let found = try run("\(folder.path)/\(file)", out: "out-\(file.count)")
      #expect(found.code == .ok, "\(output.error)")
      pictures.insert(pixels(found.record))
      guard file != "recipe.mimnb" else { continue }
      let rmse = values(found.record, ["a"]).first.flatMap(Double.init)
      #expect(rmse != nil && rmse == session.bindings["a"]?.asDouble, "\(file)")
    }
    #expect(pictures.count == 1 && pictures.first?.count == 1)
  }

  @Test("a session without anything to save")
  func emptyHistory() throws {
    let empty = Session(settings: SessionSettings(outputFolder: folder.path), output: output)
    empty.evaluate(Source(name: "<prompt>", text: "history save \"e.mimnb\""))
    #expect(output.codes.last == "E220")
  }
}

extension Value {
  fileprivate var asDouble: Double? {
    if case .number(let number) = self { number } else { nil }
  }
}
