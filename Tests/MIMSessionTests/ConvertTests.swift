import Foundation
import MIMScript
import MIMSession
import Testing

/// Notebooks of Jupyter, there and back.
@Suite struct ConvertTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private let folder: TemporaryFolder
  private let output = CollectedOutput()

  init() throws { folder = try TemporaryFolder() }

  private func convert(_ from: String, _ to: String, force: Bool = false) -> ExitCode {
    Commands.convert(from, to: folder.path + "/" + to, force: force, output: output)
  }

  private func fixture(_ name: String) -> String {
    Self.root.path + "/Tests/Fixtures/jupyter/" + name
  }

  @Test("committed notebooks come back byte for byte")
  func roundTrips() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/notebooks")
    let notebooks = names.filter { $0.hasSuffix(".mimnb") }
    #expect(notebooks.count > 5)
    for name in notebooks {
      let file = Self.root.path + "/notebooks/" + name
      #expect(convert(file, "n.ipynb", force: true) == .ok)
      #expect(convert(folder.path + "/n.ipynb", "n.mimnb", force: true) == .ok)
      #expect(
        try folder.text("n.mimnb") == String(contentsOfFile: file, encoding: .utf8), "\(name)")
    }
  }

  @Test(
    "what Jupyter's library wrote becomes a notebook that can be read, and what is lost is told")
  func jupyter() throws {
    #expect(convert(fixture("mim.ipynb"), "n.mimnb") == .ok)
    let expected = """
      ---
      seed: 3
      ---

      # Title

      A picture: ![p](attachment:p.png)

      ```mim
      x = 2 * 3
      x
      ```

      ```python
      print(1)
      ```

      The value: `{mim} x`

      ```text
      as it is
      ```

      ````mim
      #| label: last
      y = "``` inside"
      ````

      """
    #expect(try folder.text("n.mimnb") == expected)
    #expect(output.error.contains("the results of 1 cells were left out"))
    #expect(output.error.contains { $0.contains("pictures inside") })
    let read = try NotebookReader.read(Array(expected.utf8), name: "n")
    #expect(read.cells.map(\.name) == ["cell-1", "last"])
  }

  @Test("code of another language, text that would run, and what is no notebook are refused")
  func refusals() throws {
    #expect(convert(fixture("python.ipynb"), "a.mimnb") == .check)
    #expect(output.errors.last?.message.contains("in the language python") == true)
    #expect(convert(fixture("runs.ipynb"), "a.mimnb") == .check)
    #expect(output.errors.last?.message.contains("would run") == true)
    let bad = [
      "", "3", "{}", "{\"cells\": 3}", "{\"cells\": [], \"nbformat\": 3}",
      "{\"cells\": [{}], \"nbformat\": 4}",
      "{\"cells\": [{\"cell_type\": \"code\", \"source\": [1]}], \"nbformat\": 4}",
      "{\"cells\": [{\"cell_type\": \"x\", \"source\": \"\"}], \"nbformat\": 4}",
      "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"```\"}], \"nbformat\": 4}",
      String(repeating: "[", count: 50_000),
    ]
    for text in bad {
      let file = try folder.write(text, to: "bad.ipynb")
      #expect(convert(file, "a.mimnb") == .check, "\(text.prefix(60))")
      #expect(output.codes.last == "E623")
    }
    #expect(!folder.names().contains("a.mimnb"))
  }

  @Test("files are not replaced unasked, and the endings have to say the direction")
  func files() throws {
    let file = try folder.write("```mim\n1\n```\n", to: "n.mimnb")
    _ = try folder.write("mine", to: "n.ipynb")
    #expect(convert(file, "n.ipynb") == .failure)
    #expect(try folder.text("n.ipynb") == "mine")
    #expect(convert(file, "n.ipynb", force: true) == .ok)
    #expect(convert(file, "other.mimnb") == .usage)
    #expect(convert(folder.path + "/nowhere.mimnb", "b.ipynb") == .usage)
    let mistaken = try folder.write("```mim\n1\n", to: "bad.mimnb")
    #expect(convert(mistaken, "b.ipynb") == .check)
  }

  @Test("a rule on top of a text does not become front matter")
  func rule() throws {
    let text =
      "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"---\\nText\\n\\n---\\n\"}], \"nbformat\": 4}"
    #expect(convert(try folder.write(text, to: "r.ipynb"), "r.mimnb") == .ok)
    let read = try NotebookReader.read(Array(try folder.text("r.mimnb").utf8), name: "r")
    #expect(read.frontMatter == nil && read.cells.isEmpty)
  }
}
