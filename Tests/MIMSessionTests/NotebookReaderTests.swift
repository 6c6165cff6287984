import MIMScript
import Testing

@Suite("Notebook format")
struct NotebookReaderTests {
  private func read(_ text: String) throws -> Notebook {
    try NotebookReader.read(Array(text.utf8), name: "n.mimnb")
  }

  private func errors(_ text: String) -> [ScriptError] {
    errors(Array(text.utf8))
  }

  private func errors(_ bytes: [UInt8]) -> [ScriptError] {
    do {
      _ = try NotebookReader.read(bytes, name: "n.mimnb")
      return []
    } catch {
      return error.errors
    }
  }

  private func code(_ notebook: Notebook) -> [String] { notebook.cells.map(\.source.text) }

  @Test("only fences whose info string is exactly mim are cells")
  func exactInfo() throws {
    let text = """
      ```mim
      a = 1
      ```
      ```mim-example
      b = 1
      ```
      ``` mim
      c = 1
      ```
      ```mimi
      d = 1
      ```
      ~~~mim
      f = 1
      ~~~
      """
    #expect(try code(read(text)) == ["a = 1\n", "c = 1\n", "f = 1\n"])
  }

  @Test("a longer fence hides the fences inside it, and closes with as many marks")
  func nestedFences() throws {
    let text =
      "````markdown\n```mim\nx\n```\n````\n`````mim\na\n```\nb\n``````\n~~~mim\nc\n```\n~~~\n"
    #expect(try code(read(text)) == ["a\n```\nb\n", "c\n```\n"])
  }

  @Test("fences may be indented by three columns, not by four")
  func indentation() throws {
    let text = "   ```mim\n   a\n     b\n  ```\n\n    ```mim\n    no\n    ```\n"
    #expect(try code(read(text)) == ["a\n  b\n"])
  }

  @Test("a fence in a list item is a cell, one in a comment or a quote is not")
  func containers() throws {
    let text = """
      1.  first

          ```mim
          a = 1
          ```
      - ```mim
        b = 2
        ```
      <!--
      ```mim
      no
      ```
      -->
      > ```mim
      > no
      > ```
      """
    #expect(try code(read(text)) == ["a = 1\n", "b = 2\n"])
  }

  @Test("cells know their lines, also with a byte order mark and CRLF line ends")
  func lines() throws {
    let text = "\u{FEFF}---\r\ntitle: x\r\n---\r\n\r\n```mim\r\na = 1\r\n```\r\n"
    let notebook = try read(text)
    #expect(notebook.frontMatter?.text == "title: x\n")
    #expect(notebook.cells.map(\.source.firstLine) == [6])
    #expect(code(notebook) == ["a = 1\n"])
  }

  @Test("cell options are read, and code is given without them")
  func options() throws {
    let text = """
      ```mim
      #| label: one
      #| caption: "Loss: train and val"
      #| echo: fold
      #| error: expect E102
      #| run: false
      #| timeout: 2.5
      #| cache: off
      x = 1
      ```
      ```mim
      y
      ```
      """
    let cells = try read(text).cells
    let options = cells[0].options
    #expect(options.label == "one")
    #expect(options.caption == "Loss: train and val")
    #expect(options.echo == .fold)
    #expect(options.error == .expect(code: "E102"))
    #expect(!options.run)
    #expect(options.timeout == 2.5)
    #expect(!options.cache)
    #expect(cells[0].code == "x = 1\n")
    #expect(cells.map(\.name) == ["one", "cell-2"])
  }

  @Test(
    "each malformed thing gives one error with its line",
    arguments: [
      ("text\n\n```mim\nx = 1\n", "E603", 3),
      ("```mim-example\nx = 1\n", "E603", 1),
      ("a\n\n```{mim}\nx = 1\n```\n", "E615", 3),
      ("```Mim\nx = 1\n```\n", "E615", 1),
      ("```mim echo=false\nx = 1\n```\n", "E615", 1),
      ("~~~{mim, echo=false}\nx = 1\n~~~\n", "E615", 1),
      ("a\n```mim\n#| lable: x\n```\n", "E604", 3),
      ("```mim\n#| echo: maybe\n```\n", "E605", 2),
      ("```mim\n#| timeout: -1\n```\n", "E605", 2),
      ("```mim\n#| label:\n```\n", "E605", 2),
      ("```mim\n#| label: 1 2\n```\n", "E605", 2),
      ("```mim\n#| error: expect\n```\n", "E605", 2),
      ("```mim\n#| label: a\n```\n```mim\n#| label: a\n```\n", "E606", 5),
      ("```mim\n#| label: a\n#| label: b\n```\n", "E604", 3),
      ("```mim\nx = 1\n#| label: a\n```\n", "E607", 3),
      ("```mim\n#| just words\n```\n", "E604", 2),
      ("a `{mim} f(x)` b\n", "E608", 1),
      ("\na `{mim} x %s` b\n", "E608", 2),
      ("a `{mim} ` b\n", "E608", 1),
      ("---\ntitle: x\n", "E609", 1),
      ("", "E610", 1),
      (" \n\t\n", "E610", 1),
      ("a\nb\u{0}c\n", "E602", 2),
    ])
  func malformed(text: String, code: String, line: Int) {
    let errors = errors(text)
    #expect(errors.map(\.code) == [code])
    if let span = errors.first?.span { #expect(Diagnostics.line(of: span) == line) }
    #expect(errors.first?.kind == .check)
  }

  @Test("bytes that are not UTF-8 are refused with line and offset")
  func invalidText() {
    let errors = errors(Array("ok\nab".utf8) + [0xFF, 0x41])
    #expect(errors.map(\.code) == ["E601"])
    #expect(errors.first?.label?.contains("offset 5") == true)
    #expect(errors.first?.span.map(Diagnostics.line) == 2)
  }

  @Test(
    "a cell without closing marks is told at its own line, whatever stands in the cells below",
    arguments: ["```", "~~~~"])
  func unclosed(mark: String) {
    let text = """
      Text.

      \(mark)mim
      x = 1

      More text.

      \(mark)mim
      #| label: two
      y = 2
      \(mark)

      """
    let found = errors(text)
    #expect(found.map(\.code) == ["E603"])
    #expect(found.first?.message == "this cell has no closing \(mark)")
    #expect(found.first?.span.map(Diagnostics.line) == 3)
    #expect(found.first?.notes.first?.contains("above line 8") == true)
  }

  @Test("a mistyped option is suggested")
  func suggestion() {
    #expect(errors("```mim\n#| lable: x\n```\n").first?.label == "did you mean `label`?")
  }

  @Test("several mistakes are all reported")
  func several() {
    let text = "```mim\n#| lable: x\n#| echo: no\n```\n`{mim} 1`\n```mim\n"
    #expect(errors(text).map(\.code) == ["E604", "E605", "E608", "E603"])
  }

  @Test("inline values are found in prose only, not in code or escaped")
  func inlineValues() throws {
    let text = """
      MI is `{mim} s.mi %.2f` nats (`` `{mim} shown` ``) and `{mim} n`, \\`{mim} no`.

          `{mim} code`

      ```text
      `{mim} fenced`
      ```
      - item

        `{mim} listed`
      """
    let values = try read(text).inlineValues
    #expect(values.map(\.name) == ["s.mi", "n", "listed"])
    #expect(values.map(\.format) == ["%.2f", nil, nil])
    #expect(values.first?.span.text == "`{mim} s.mi %.2f`")
  }
}

extension Diagnostics {
  /// The line of a span's beginning, as errors give it.
  static func line(of span: Span) -> Int {
    if case .object(let pairs) = json(ScriptError("E000", "", at: span)),
      case .number(let line)? = pairs.first(where: { $0.key == "line" })?.value
    {
      return Int(line)
    }
    return 0
  }
}
