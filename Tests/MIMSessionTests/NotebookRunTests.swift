import Foundation
import FoundationXML
import MIMScript
import MIMSession
import Testing

@Suite("Notebook run")
struct NotebookRunTests {
  @Test("cells run top to bottom; results, tables, figures and values reach the report")
  func wholeRun() throws {
    let text = """
      # A study

      The model has `{mim} m.epochs %.1f` epochs and is called `{mim} m.name`.

      ```mim
      #| label: fit
      m = train epochs=7
      m
      ```

      ```mim
      #| label: numbers
      #| caption: Both models & more
      t = metrics
      t
      picture
      picture
      ```
      """
    let run = try NotebookRun(text)
    #expect(run.code == .ok, "\(run.output.error)")
    #expect(run.statuses == ["ok", "ok"])
    #expect(
      run.folder.names("out") == [
        "figures", "log.txt", "report.html", "report.md", "run.json", "tables",
      ])
    #expect(run.folder.names("out/figures") == ["numbers-1.png", "numbers-2.png"])
    #expect(run.folder.names("out/tables") == ["numbers.csv"])
    #expect(run.markdown.contains("has 7.0 epochs and is called a\\*b."))
    #expect(run.markdown.contains("![one \"red\" \\<pixel\\>](figures/numbers-1.png)"))
    #expect(run.html.contains("has 7.0 epochs and is called a*b."))
    #expect(run.html.contains("<pre class=\"output\" tabindex=\"0\">model after 7 epochs</pre>"))
    #expect(run.html.contains("<b>Figure 1.</b> Both models &amp; more"))
    #expect(run.html.components(separatedBy: "src=\"data:image/png;base64,").count == 3)
    #expect(run.html.contains("VAE | &lt;b&gt;"))
    #expect(run.output.out.first == "model after 7 epochs")
  }

  @Test("report.html is well-formed and holds no script, whatever the notebook says")
  func wellFormed() throws {
    let text = """
      ---
      title: <script>alert(1)</script> & co
      ---
      <script>alert(2)</script>

      [link](javascript:alert(3)) ![](http://x/y.png) <b onclick="x">bold</b>

      | a | b |
      | - | - |
      | 1 | `{mim} m.name` |

      - item

        ```mim
        #| caption: <i>x</i>
        m = train()
        m  # <script>
        "</pre><script>alert(4)</script>"
        ```
      - next
      """
    let run = try NotebookRun(text)
    #expect(run.code == .ok, "\(run.output.error)")
    #expect(!run.html.contains("<script"))
    #expect(!run.html.contains("javascript:"))
    #expect(run.html.contains("a*b</td>"))
    let parser = XMLParser(data: Data(run.html.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError)) line \(parser.lineNumber)")
  }

  @Test("run.json is the same byte for byte in two runs, apart from timing")
  func stable() throws {
    let text = """
      ---
      params: {n: 3}
      ---
      ```mim
      m = train epochs=n
      picture
      metrics
      ```
      """
    // In one folder: figures hold the notebook's path.
    let folder = try TemporaryFolder()
    func record() throws -> [String] {
      let run = try NotebookRun(text, in: folder)
      let lines = try run.folder.text("out/run.json").components(separatedBy: "\n")
        .map { $0.replacingOccurrences(of: run.folder.path, with: "") }
      let start = try #require(lines.firstIndex { $0.contains("\"timing\"") })
      let end = try #require(lines[start...].firstIndex { $0 == "  }" || $0 == "  }," })
      return Array(lines[..<start] + lines[(end + 1)...])
    }
    let first = try record()
    #expect(first == (try record()))
    #expect(first.contains { $0.contains("\"sha256_pixels\": \"00ff\"") })
    let keys = first.filter { $0.hasPrefix("  \"") }.map { $0.split(separator: "\"")[1] }
    #expect(keys == keys.sorted())
  }

  @Test("nothing runs when anything in the file is wrong: every mistake is reported, exit 3")
  func checkedFirst() throws {
    let text = "```mim\nm = train epoch=3\n```\n\n`{mim} q`\n\n```mim\nx = (1 +\n```\n"
    let run = try NotebookRun(text)
    #expect(run.code == .check)
    #expect(run.output.codes.first == "E102")
    #expect(run.output.codes.contains("E616"))
    #expect(run.output.codes.count == 3)
    #expect(run.folder.names() == ["note.mimnb"])
  }

  @Test("a failing cell ends the run: a banner links to it, later cells are not run, exit 1")
  func failure() throws {
    let text = "```mim\n#| label: a\nx = 1\nboom\n```\n\n`{mim} y`\n\n```mim\ny = 2\n```\n"
    let run = try NotebookRun(text)
    #expect(run.code == .failure)
    #expect(run.statuses == ["failed", "not run"])
    #expect(run.html.contains("<a href=\"#cell-a\">cell a</a>. E410: the loss became NaN"))
    #expect(run.html.contains("id=\"cell-a\""))
    #expect(run.html.contains("Not run."))
    #expect(run.markdown.contains("*y: not run*"))
    #expect(run.output.error.contains { $0.contains("^") && $0.contains("boom") })
    #expect(run.output.error.last == "report: \(run.folder.path)/out/report.html")
    let cells = run.record["cells"] as? [[String: Any]]
    let error = cells?.first?["error"] as? [String: Any]
    #expect(error?["code"] as? String == "E410")
    #expect(error?["line"] as? Int == 4)
    #expect(run.record["exit"] as? Int == 1)
  }

  @Test("--keep-going runs the cells after a failed one; the exit code is still 1")
  func keepGoing() throws {
    let text = "```mim\nboom\n```\n```mim\ny = 2\n```\n```mim\nmissing\n```\n"
    let run = try NotebookRun(text) { $0.keepGoing = true }
    #expect(run.statuses == ["failed", "ok", "failed"])
    #expect(run.code == .data)
  }

  @Test("missing data is exit 4")
  func missingData() throws {
    #expect(try NotebookRun("```mim\nmissing\n```\n").code == .data)
  }

  @Test("an expected error is no failure, and its absence or another one is")
  func expectedErrors() throws {
    let good = try NotebookRun(
      "```mim\n#| error: expect E410\nboom\n```\n```mim\n#| error: expect E102\ntrain epoch=3\n```\n"
    )
    #expect(good.code == .ok, "\(good.output.error)")
    #expect(good.statuses == ["expected error", "expected error"])
    #expect(good.output.errors.isEmpty)
    #expect(good.html.contains("This error was expected."))

    let absent = try NotebookRun("```mim\n#| error: expect E410\nx = 1\n```\n")
    #expect(absent.code == .failure)
    #expect(absent.output.codes == ["E617"])

    let other = try NotebookRun("```mim\n#| error: expect E102\nboom\n```\n")
    #expect(other.code == .failure)
    #expect(other.output.codes == ["E410", "E617"])
  }

  @Test("run: false skips a cell and binds nothing")
  func skipped() throws {
    let run = try NotebookRun("```mim\n#| run: false\nboom\n```\n")
    #expect(run.code == .ok)
    #expect(run.statuses == ["skipped"])
    let used = try NotebookRun("```mim\n#| run: false\nx = 1\n```\n```mim\nx\n```\n")
    #expect(used.code == .check)
  }

  @Test("echo: false hides the code, echo: fold puts it behind a line")
  func echo() throws {
    let run = try NotebookRun(
      "```mim\n#| echo: false\nhidden = 1\n```\n```mim\n#| echo: fold\nf = 1\n```\n")
    #expect(!run.html.contains("hidden"))
    #expect(!run.markdown.contains("hidden"))
    #expect(run.html.contains("<summary>code</summary>"))
  }

  @Test("a time limit of a cell or of the run is exit 124, with a report")
  func timeouts() throws {
    let cell = try NotebookRun("```mim\n#| timeout: 0.5\nw = wait()\n```\n```mim\ny = 1\n```\n")
    #expect(cell.code == .timeout)
    #expect(cell.statuses == ["interrupted", "not run"])
    let whole = try NotebookRun("```mim\nw = wait()\n```\n") { $0.timeout = 0.5 }
    #expect(whole.code == .timeout)
    #expect(whole.html.contains("stopped at the time limit"))
  }

  @Test("Ctrl-C is exit 130 and SIGTERM 143; what was made is bound, the report written")
  func interrupted() throws {
    for (cause, code) in [
      (Interruption.Cause.user, ExitCode.interrupted), (.termination, .terminated),
    ] {
      let interruption = Interruption()
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.5) { interruption.request(cause) }
      let run = try NotebookRun(
        "```mim\nw = wait()\n```\n```mim\ny = 1\n```\n", interruption: interruption)
      #expect(run.code == code)
      #expect(run.statuses == ["interrupted", "not run"])
      let cells = run.record["cells"] as? [[String: Any]]
      #expect((cells?.first?["values"] as? [String: Any])?["w"] as? Int == 7)
    }
  }

  @Test("a stop is told at the statement that was stopped")
  func stoppedStatement() throws {
    let cell = "```mim\n#| timeout: 0.5\nx = 1\nw = wait()\ny = 2\n```\n"
    let run = try NotebookRun(cell)
    let error = try #require(run.output.errors.last)
    #expect(error.code == "E903" && error.span.map(Diagnostics.line) == 4)
    #expect(error.span?.text == "w = wait()")
    let cells = run.record["cells"] as? [[String: Any]]
    #expect((cells?.first?["error"] as? [String: Any])?["line"] as? Int == 4)
  }

  @Test("an inline value that has no short form is an error at its place")
  func inlineTable() throws {
    let known = try NotebookRun("```mim\nt = metrics()\n```\n\nSee `{mim} t`.\n")
    #expect(known.code == .check && known.output.codes == ["E618"])
    // What a loop leaves is known at its end only.
    let code = "n = 2\nfor k in 1..30 { n = [metrics(), k] }\nt = metrics()"
    let run = try NotebookRun("```mim\n\(code)\n```\n\nSee `{mim} t.no`, `{mim} n %.1f`.\n")
    #expect(run.code == .failure)
    #expect(run.output.codes == ["E108", "E608"])
  }

  @Test("a format is for every number of a list")
  func inlineList() throws {
    let text = """
      `{mim} l %.2f`, `{mim} l`, `{mim} k %.1f`, `{mim} one %.1f`

      ```mim
      l = [1.234, 2]
      k = [[0.25, none], [3, 4]]
      one = [7]
      ```

      """
    let run = try NotebookRun(text)
    #expect(run.code == .ok)
    #expect(run.html.contains("[1.23, 2.00], [1.234, 2], [[0.2, –], [3.0, 4.0]], 7.0"))
    #expect(run.markdown.contains("\\[1.23, 2.00\\]"))
  }

  @Test(
    "a format that does not fit is a mistake before the run where the value is known",
    arguments: ["t = \"word\"", "t = [1, \"word\"]", "t = true", "t = 1..4"])
  func unfitFormat(code: String) throws {
    let prose = "\nSee `{mim} t %.2f`.\n"
    let run = try NotebookRun("```mim\n\(code)\n```\n" + prose)
    #expect(run.code == .check && run.output.codes == ["E608"])
    #expect(run.output.errors.first?.span.map(Diagnostics.line) == 5)
    // Another value at that place fits.
    let later = try NotebookRun("```mim\nt = 2\n```\n\(prose)\n```mim\n\(code)\n```\n")
    #expect(later.code == .ok && later.html.contains("See 2.00."))
  }

  @Test("a format that turns out not to fit is an error of the report, with its place")
  func unfitAtEnd() throws {
    let run = try NotebookRun("```mim\nm = train epochs=7\n```\n\n`{mim} m.name %.2f`\n")
    #expect(run.code == .failure && run.output.codes == ["E608"])
    #expect(run.output.errors.first?.span.map(Diagnostics.line) == 5)
    #expect(run.html.contains("E608") && run.html.contains("m.name: not run"))
  }

  @Test("what prose cannot show is a mistake before the run where its kind is known")
  func unshowable() throws {
    let folder = try TemporaryFolder()
    let text = "```mim\nd = load toy \"4\"\n```\n\n`{mim} d`, `{mim} d.no`\n"
    let output = CollectedOutput()
    let code = Commands.check(try folder.write(text, to: "n.mimnb"), output: output)
    #expect(code == .check && output.codes == ["E618", "E108"])
  }

  @Test("an empty notebook without cells makes a report")
  func noCells() throws {
    let run = try NotebookRun("Only words.\n")
    #expect(run.code == .ok)
    #expect(run.html.contains("<p>Only words.</p>"))
  }

  @Test("a script runs as one cell, with a report and errors at its own lines")
  func script() throws {
    let folder = try TemporaryFolder()
    let output = CollectedOutput()
    var options = RunOptions()
    options.outputFolder = folder.path + "/out"
    func run(_ text: String) throws -> ExitCode {
      Commands.run(
        try folder.write(text, to: "s.mim"), options: options, table: fakeTable, output: output,
        interruption: Interruption())
    }
    #expect(try run("# A study.\nm = train epochs=7\nm\n") == .ok)
    #expect(output.out == ["model after 7 epochs"])
    #expect(try folder.text("out/report.html").contains("model after 7 epochs"))
    #expect(try run("x = 1\ny = z\n") == .check)
    #expect(output.error.last?.contains("s.mim:2:5") == true)
  }

  @Test("a missing file or a folder in its place is exit 2")
  func missingFile() {
    let output = CollectedOutput()
    for path in ["/nonexistent/x.mimnb", "/tmp"] {
      let code = Commands.run(
        path, options: RunOptions(), table: fakeTable, output: output,
        interruption: Interruption())
      #expect(code == .usage)
    }
    #expect(output.codes == ["E620", "E620"])
  }
}
