import MIMScript
import Testing

@Suite struct DiagnosticsTests {
  private func error(_ text: String, _ source: Source, at marked: String) -> ScriptError {
    let offset = source.text.utf8.distance(
      from: source.text.startIndex,
      to: source.text.range(ofFirst: marked)?.lowerBound ?? source.text.startIndex)
    let range = offset..<offset + marked.utf8.count
    return ScriptError("E102", text, kind: .check, at: Span(source, range))
  }

  @Test("an error shows code, sentence, place, source line, caret, label and notes")
  func layout() {
    let source = Source(
      name: "fig2.mimnb", text: "toy = 1\nm = train m0 mnist epoch=50", firstLine: 40,
      cell: "toy-sweep")
    var shown = error("train has no option `epoch`", source, at: "epoch")
    shown.label = "did you mean `epochs`?"
    shown.notes = ["options: epochs batch lr      (help train)"]
    let expected = """
      error E102: train has no option `epoch`
        fig2.mimnb:41:20 (cell toy-sweep)
        41 │ m = train m0 mnist epoch=50
           │                    ^^^^^ did you mean `epochs`?
        options: epochs batch lr      (help train)
      """
    #expect(Diagnostics.render(shown) == expected)
  }

  @Test("sentences and notes break at blanks in a narrow terminal; code to copy doesn't")
  func narrow() {
    var shown = ScriptError("E108", "a data set has no field `labels` that could be read")
    shown.notes = [
      "fields: train val test all name width classes kind", "try: show d.train.labels, of all",
    ]
    let expected = """
      error E108: a data set has no
        field `labels` that could be
        read
        fields: train val test all
          name width classes kind
        try: show d.train.labels, of all
      """
    #expect(Diagnostics.render(shown, width: 30, isFolded: true) == expected)
    let colored = Diagnostics.render(shown, width: 30, color: true, isFolded: true)
    #expect(colored.hasPrefix("\u{1B}[1;31merror E108\u{1B}[0m: a data set has no\n"))
  }

  @Test("at the prompt the place is the line itself")
  func prompt() {
    let outcome = Parser.parse(
      Source(name: "<prompt>", text: "d = load mnist limit=n*2"),
      vocabulary: StubTable.table.vocabulary)
    let expected = """
      error E014: arithmetic in a command needs parentheses
         1 │ d = load mnist limit=n*2
           │                       ^ write limit=(n*2)
      """
    #expect(outcome.errors.map { Diagnostics.render($0) } == [expected])
  }

  @Test("carets stand under wide characters and behind tabs")
  func wide() {
    let source = Source(name: "<prompt>", text: "\tx = \"漢字\" + zz")
    let lines = Diagnostics.render(error("no", source, at: "zz")).split(separator: "\n")
    #expect(lines[1] == "   1 │   x = \"漢字\" + zz")
    #expect(lines[2] == "     │                ^^")
  }

  @Test("columns count characters, not bytes")
  func columns() {
    let source = Source(name: "a.mim", text: "é = 1\ngrüße + zz")
    #expect(error("no", source, at: "zz").span?.position == position(2, 9))
    #expect(Diagnostics.json(error("no", source, at: "zz")).text().contains("\"column\":9"))
  }

  @Test("a long line is cut around the caret and fits the terminal")
  func longLine() {
    let source = Source(
      name: "<prompt>",
      text: String(repeating: "a", count: 300) + " zz " + String(repeating: "b", count: 300))
    let lines = Diagnostics.render(error("no", source, at: "zz"), width: 60).split(separator: "\n")
    #expect(lines[1].count <= 60)
    #expect(lines[1].contains("zz"))
    let caret = lines[2].firstIndex(of: "^").map {
      lines[2].distance(from: lines[2].startIndex, to: $0)
    }
    let word = lines[1].range(ofFirst: "zz").map {
      lines[1].distance(from: lines[1].startIndex, to: $0.lowerBound)
    }
    #expect(caret == word)
  }

  @Test("control characters in a program cannot steer the terminal")
  func control() {
    let source = Source(name: "<prompt>", text: "x = \u{1B}[2J zz")
    #expect(!Diagnostics.render(error("no\u{7}", source, at: "zz")).contains("\u{1B}"))
    #expect(!Diagnostics.render(error("no\u{7}", source, at: "zz")).contains("\u{7}"))
  }

  @Test("colour changes nothing but the escapes")
  func colour() {
    let source = Source(name: "a.mim", text: "zz")
    let plain = Diagnostics.render(error("no", source, at: "zz"))
    var painted = Diagnostics.render(error("no", source, at: "zz"), color: true)
    #expect(painted != plain)
    for escape in ["\u{1B}[1;31m", "\u{1B}[2m", "\u{1B}[0m"] {
      painted = painted.split(separator: escape).joined()
    }
    #expect(painted == plain)
  }

  @Test("suggestions stay near and few")
  func suggestions() {
    #expect(Suggestions.near("epoch", in: ["epochs", "batch"]) == ["epochs"])
    #expect(Suggestions.near("lr", in: ["z", "lw", "lrx", "l", "rl"]).count == 3)
    #expect(Suggestions.near("perplexty", in: ["complexity", "perplexity"]) == ["perplexity"])
    #expect(Suggestions.near("j", in: ["k", "n"]) == [])
    #expect(Suggestions.near("columns", in: ["cols", "rows", "color"]) == ["cols"])
    #expect(Suggestions.near("iterations", in: ["iters", "items"]) == ["iters"])
    #expect(Suggestions.near("colour", in: ["dpi", "title"]) == [])
    #expect(
      Suggestions.label(for: "tets", in: ["test", "sets"]) == "did you mean `sets` or `test`?")
  }

  private func position(_ line: Int, _ column: Int) -> SourcePosition? {
    let text = String(repeating: "\n", count: line - 1) + String(repeating: " ", count: column - 1)
    return Span(Source(name: "", text: text + "x"), text.utf8.count..<text.utf8.count + 1).position
  }
}

extension StringProtocol {
  /// The first place of a text in this one.
  fileprivate func range(ofFirst text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
