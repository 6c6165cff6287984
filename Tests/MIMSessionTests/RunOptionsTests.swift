import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Run options")
struct RunOptionsTests {
  private let notebook = """
    ---
    seed: 3
    params: {epochs: 30, kind: mim, on: false, sizes: [5, 50]}
    ---
    ```mim
    #| label: a
    param width = 2 in 1..10
    kind; on; sizes;
    m = train epochs=epochs
    epochs
    width
    ```
    """

  @Test("a value for a parameter that nothing declares is exit 2, with the near name")
  func unknownParameter() throws {
    let run = try NotebookRun("```mim\nparam epochs = 5\n```\n") { $0.parameters = ["epoch=3"] }
    #expect(run.code == .usage)
    #expect(run.output.codes == ["E110"])
    #expect(run.output.errors.first?.label == "did you mean `epochs`?")
  }

  @Test("-P and --params override parameters of the front matter and of param lines")
  func overrides() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("epochs: 11\nwidth: 3\n", to: "p.yaml")
    let run = try NotebookRun(notebook, in: folder) { options in
      options.parametersFile = file
      options.parameters = ["epochs=12", "kind=vae", "sizes=[1, 2]", "on=true"]
    }
    #expect(run.code == .ok, "\(run.output.error)")
    #expect(run.output.out == ["12", "3"])
    let params = run.record["params"] as? [String: Any]
    #expect(params?["kind"] as? String == "vae")
    #expect(params?["sizes"] as? [Int] == [1, 2])
  }

  @Test(
    "an unknown parameter, a wrong type or a malformed one is exit 2",
    arguments: ["epoch=3", "epochs=many", "on=3", "width=text", "width=99", "epochs", "=3"])
  func wrong(parameter: String) throws {
    let run = try NotebookRun(notebook) { $0.parameters = [parameter] }
    #expect(run.code == .usage, "\(run.output.error)")
    #expect(run.output.errors.count == 1)
    #expect(run.folder.names("out").isEmpty)
  }

  @Test("--seed wins over the front matter")
  func seed() throws {
    #expect(try NotebookRun(notebook).record["seed"] as? Int == 3)
    #expect(try NotebookRun(notebook) { $0.seed = 9 }.record["seed"] as? Int == 9)
  }

  @Test("--quick cuts epochs, samples and seeds wherever they stand, and marks the reports")
  func quick() throws {
    let text = """
      ---
      params: {seeds: 10, epochs: 5}
      ---
      ```mim
      a = train epochs=40
      b = train()
      c = train epochs=epochs metric=nll(samples=500)
      a.epochs; b.epochs;
      show a.epochs b.epochs c.epochs c.samples seeds
      ```
      """
    let run = try NotebookRun(text) { $0.quick = true }
    #expect(run.code == .ok, "\(run.output.error)")
    #expect(run.output.out == ["2", "2", "2", "20", "2"])
    #expect(run.html.contains("<body class=\"quick\">"))
    #expect(run.markdown.contains("Quick run"))
    #expect(run.record["quick"] as? Bool == true)
    let given = try NotebookRun(text) { options in
      options.quick = true
      options.parameters = ["seeds=4"]
    }
    #expect(given.output.out.last == "4")
  }

  @Test("--quick keeps two values of a sweep's seeds and all of its other axes")
  func quickSweep() throws {
    let text = "```mim\nr = sweep a=[1, 2, 3] seed=1..10 { a + seed }\nr\n```\n"
    #expect(try NotebookRun(text).output.out.count == 31)
    let quick = try NotebookRun(text) { $0.quick = true }
    #expect(quick.output.out.count == 7, "\(quick.output.out)")
  }

  @Test("a run replaces its own files, and refuses those it did not write")
  func ownership() throws {
    let folder = try TemporaryFolder()
    let text = "```mim\n#| label: a\npicture\nmetrics\nsave \"data.txt\"\n```\n"
    #expect(try NotebookRun(text, in: folder).code == .ok)
    let again = try NotebookRun(text, in: folder)
    #expect(again.code == .ok, "\(again.output.error)")

    try FileManager.default.removeItem(atPath: folder.path + "/out")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/out", withIntermediateDirectories: true)
    _ = try folder.write("mine", to: "out/report.html")
    let refused = try NotebookRun(text, in: folder)
    #expect(refused.code == .usage)
    #expect(try folder.text("out/report.html") == "mine")
    #expect(folder.names("out") == ["report.html"])
  }

  @Test("a foreign figure or saved file is not replaced")
  func foreignFiles() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/out/figures", withIntermediateDirectories: true)
    _ = try folder.write("mine", to: "out/figures/a.png")
    _ = try folder.write("mine", to: "out/data.txt")
    let figure = try NotebookRun("```mim\n#| label: a\npicture\n```\n", in: folder)
    #expect(figure.code == .failure)
    #expect(try folder.text("out/figures/a.png") == "mine")
    let saved = try NotebookRun("```mim\nsave \"data.txt\"\n```\n", in: folder)
    #expect(saved.output.codes == ["E502"])
    #expect(try folder.text("out/data.txt") == "mine")
    let forced = try NotebookRun("```mim\nsave \"data.txt\" force=true\n```\n", in: folder)
    #expect(forced.code == .ok)
    #expect(try folder.text("out/data.txt") == "text")
  }

  @Test(
    "a relative path stays in the run's folder; an absolute one leaves it where the command line allows it",
    arguments: ["../escape.txt", "a/../../escape.txt", "../out/x.txt", "./../escape.txt"])
  func leavingPath(_ path: String) throws {
    let folder = try TemporaryFolder()
    let run = try NotebookRun(
      "```mim\nsave \"\(path)\" force=true\n```\n", in: folder)
    #expect(run.output.codes == ["E220"])
    #expect(folder.names() == ["note.mimnb", "out"])
    let inside = try NotebookRun("```mim\nsave \"a/../b/./x.txt\"\n```\n", in: folder)
    #expect(inside.code == .ok)
    #expect(folder.names("out/b") == ["x.txt"])
    let absolute = "```mim\nsave \"\(folder.path)/e.txt\"\n```\n"
    #expect(try NotebookRun(absolute, in: folder).output.codes == ["E550"])
    #expect(!folder.names().contains("e.txt"))
    #expect(try NotebookRun(absolute, in: folder) { $0.allowWrite = [folder.path] }.code == .ok)
    #expect(try folder.text("e.txt") == "text")
  }

  @Test(
    "no cell replaces a file of the run itself",
    arguments: [
      "run.json", "report.md", "report.html", "log.txt", "./run.json", "a/../run.json",
      "report.md/x", "/out/run.json", "/out/a/../log.txt",
    ])
  func reservedFiles(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = name.hasPrefix("/") ? folder.path + name : name
    let run = try NotebookRun(
      "```mim\nsave \"\(path)\" force=true\n```\n", in: folder)
    #expect(run.output.codes == ["E502"])
    #expect(folder.names("out") == ["log.txt", "report.html", "report.md", "run.json"])
    #expect(run.statuses == ["failed"])
  }

  @Test("nor through a link to the run's folder")
  func reservedThroughLink() throws {
    let folder = try TemporaryFolder()
    let (real, link) = (folder.path + "/real", folder.path + "/link")
    try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
    for (output, path) in [
      (link, "run.json"), (link, real + "/run.json"), (real, link + "/log.txt"),
    ] {
      let run = try NotebookRun("```mim\nsave \"\(path)\" force=true\n```\n", in: folder) {
        $0.outputFolder = output
      }
      #expect(run.output.codes == ["E502"], "\(output) \(path)")
    }
  }

  @Test("figures carry a recipe: a notebook with the statements they need")
  func recipe() throws {
    let text = """
      ---
      params: {n: 3, unused: 4}
      ---
      ```mim
      #| label: one
      m = train epochs=n
      other = 5
      ```
      ```mim
      #| label: two
      e = m.epochs
      if (e > 2) { picture save="figures/mine" }
      ```
      """
    let run = try NotebookRun(text)
    #expect(run.code == .ok, "\(run.output.error)")
    let data = try Data(contentsOf: URL(fileURLWithPath: run.folder.path + "/out/figures/mine.png"))
    let file = String(decoding: data, as: UTF8.self)
    #expect(file.contains("#| label: one\nm = train epochs=n\n```"))
    #expect(file.contains("#| label: two\ne = m.epochs\nif (e > 2)"))
    #expect(file.contains("params:\n  n: 3\n"))
    #expect(!file.contains("other"))
    #expect(!file.contains("unused"))
  }

  @Test("several notebooks run one after another, each on its own; the worst code wins")
  func several() throws {
    let folder = try TemporaryFolder()
    let files = try [
      folder.write("```mim\nx = 1\n```\n", to: "a.mimnb"),
      folder.write("```mim\nboom\n```\n", to: "b.mimnb"),
      folder.write("```mim\nx = 2\n```\n", to: "c.mimnb.md"),
    ]
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    let output = CollectedOutput()
    let code = Commands.run(
      files, options: options, table: fakeTable, output: output, interruption: Interruption())
    #expect(code == .failure)
    #expect(folder.names("out") == ["a", "b", "c"])
    let same = Commands.run(
      [files[0], folder.path + "/x/a.mimnb"], options: options, table: fakeTable, output: output,
      interruption: Interruption())
    #expect(same == .usage)
  }
}
