import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("The notebook with its results, for Jupyter")
struct JupyterReportTests {
  private static let notebook = """
    ---
    title: A title
    seed: 3
    ---
    Prose with `{mim} a`.

    ```mim
    #| label: numbers
    a = 40 + 2
    a
    r = sweep n=1..2 { n * 2 }
    table r
    ```

    ```mim
    #| label: picture
    plot load(toy, "4", n=20)
    ```

    ```mim
    #| label: wrong
    #| error: expect E202
    take(load(toy, "4", n=20).train, 0)
    ```

    ```mim
    #| label: skipped
    #| run: false
    1
    ```

    """

  private func cells(_ folder: TemporaryFolder) throws -> [[String: Any]] {
    let data = try #require(FileManager.default.contents(atPath: folder.path + "/out/report.ipynb"))
    let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(file["nbformat"] as? Int == 4 && file["nbformat_minor"] as? Int == 5)
    return try #require(file["cells"] as? [[String: Any]])
  }

  @Test("every cell has its results: values, tables, pictures and errors; prose has its values")
  func results() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    options.writesJupyter = true
    let code = Commands.run(
      try folder.write(Self.notebook, to: "n.mimnb"), options: options, output: output,
      interruption: Interruption())
    #expect(code == .ok, "\(output.error)")
    let cells = try cells(folder)
    let texts = cells.map { ($0["source"] as? [String])?.joined() ?? "" }
    // The front matter comes first, so that the file can become a notebook again.
    #expect(cells[0]["cell_type"] as? String == "raw" && texts[0].hasPrefix("---\n"))
    #expect(texts[0].contains("A title") && texts[0].hasSuffix("\n---"))
    #expect(texts[1] == "# A title" && texts.contains("Prose with 42."))
    #expect(!"\(cells)".contains("stderr"))
    #expect(Set(cells.compactMap { $0["id"] as? String }).count == cells.count)
    let code4 = cells.filter { $0["cell_type"] as? String == "code" }
    #expect(code4.map { $0["execution_count"] as? Int } == [1, 2, 3, nil])
    let outputs = code4.map { $0["outputs"] as? [[String: Any]] ?? [] }
    let kinds = outputs.map { $0.compactMap { $0["output_type"] as? String } }
    // The sweep says what it does, before its table.
    #expect(
      kinds == [
        ["stream", "stream", "stream", "display_data"], ["display_data"], ["error"], [],
      ])
    #expect(outputs[0][0]["text"] as? String == "42\n")
    let table = outputs[0].last?["data"] as? [String: Any]
    #expect((table?["text/html"] as? String)?.contains("<table>") == true)
    let picture = outputs[1][0]["data"] as? [String: Any]
    let png = try #require((picture?["image/png"] as? String).flatMap { Data(base64Encoded: $0) })
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    #expect(outputs[2][0]["ename"] as? String == "E202")
    // It is a file of the run, as the other reports are.
    let again = Commands.run(
      folder.path + "/n.mimnb", options: options, output: output, interruption: Interruption())
    #expect(again == .ok, "\(output.error)")
  }

  @Test("without --to there is no such file, and somebody else's is not replaced")
  func onlyWhenAsked() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    let path = try folder.write("```mim\n1\n```\n", to: "n.mimnb")
    func run() -> ExitCode {
      Commands.run(path, options: options, output: output, interruption: Interruption())
    }
    #expect(run() == .ok)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/out/report.ipynb"))
    _ = try folder.write("mine", to: "out/report.ipynb")
    options.writesJupyter = true
    #expect(run() == .usage)
    #expect(try folder.text("out/report.ipynb") == "mine")
  }

  @Test(
    "a run without it removes the notebook of an earlier run, but nobody else's file of that name")
  func stale() throws {
    let folder = try TemporaryFolder()
    let notebook = try folder.write("```mim\n1\n```\n", to: "n.mimnb")
    func run(_ writes: Bool, in place: String) -> ExitCode {
      var options = RunOptions()
      options.outputFolder = folder.path + "/" + place
      options.writesJupyter = writes
      return Commands.run(
        notebook, options: options, output: CollectedOutput(), interruption: Interruption())
    }
    for writes in [true, false, false] {
      #expect(run(writes, in: "out") == .ok)
      #expect(folder.names("out").contains("report.ipynb") == writes)
    }
    _ = try folder.write("mine", to: "other/report.ipynb")
    #expect(run(false, in: "other") == .ok)
    #expect(try folder.text("other/report.ipynb") == "mine")
  }
}
