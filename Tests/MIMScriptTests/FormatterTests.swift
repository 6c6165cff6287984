import MIMScript
import Testing

@Suite struct FormatterTests {
  private func format(_ text: String) throws -> String {
    try ScriptFormatter.format(
      Source(name: "f", text: text), vocabulary: StubTable.table.vocabulary)
  }

  @Test(
    "blanks are what the style says",
    arguments: [
      ("x=1", "x = 1"),
      ("m   =  train  m0   mnist   epochs = 5", "m = train m0 mnist epochs=5"),
      ("x = [ 1,2 ,3 ]", "x = [1, 2, 3]"),
      ("x = f( 1,a = 2 )", "x = f(1, a=2)"),
      ("x = (1+2)*3/ 4", "x = (1 + 2) * 3 / 4"),
      ("x = 2 ^ - 3", "x = 2^-3"),
      ("x = - a + - b", "x = -a + -b"),
      ("x = 1 .. 10  by 2", "x = 1..10 by 2"),
      ("x = .5 .. .75", "x = .5.. .75"),
      ("given lo=-1..-5", "given lo=-1..-5"),
      ("x = not(a==b)and c", "x = not (a == b) and c"),
      ("x = 1 ;y = 2;;", "x = 1; y = 2;;"),
      ("if(a<b){x=1}else{x=2}", "if (a < b) { x = 1 } else { x = 2 }"),
      ("param  n=5  in [ 5,50 ]", "param n = 5 in [5, 50]"),
      ("for  i  in  1..3{i}", "for i in 1..3 { i }"),
      ("r = sweep( jobs=2 )  k=[ 1 ]{k}", "r = sweep(jobs=2) k=[1] { k }"),
      ("figure  cols = 2{plot z}", "figure cols=2 { plot z }"),
      ("plot z x = (a)", "plot z x=(a)"),
      ("given -5 lo=2", "given -5 lo=2"),
      ("? train", "?train"),
      ("x=1#one", "x = 1  #one"),
      ("  # alone  ", "# alone"),
      ("save z 'a  b'", "save z 'a  b'"),
    ])
  func blanks(_ text: String, _ expected: String) throws {
    #expect(try format(text) == expected + "\n")
  }

  @Test("lines stay where they were broken, and are indented by what they stand in")
  func lines() throws {
    let text = """


      r = sweep
       a=[1,2]   # first
          b=1..3
         {
      x = train(m0,
        mnist, epochs=5)
        y = given(
      1,
            # between
          lo=2
              )

      }



      if a == 1 { b = 2
          # the end
      } else {
      b = 3 }
      """
    let expected = """
      r = sweep
        a=[1, 2]  # first
        b=1..3
      {
        x = train(m0,
                  mnist, epochs=5)
        y = given(
          1,
          # between
          lo=2
        )
      }

      if a == 1 {
        b = 2
        # the end
      } else {
        b = 3
      }

      """
    #expect(try format(text) == expected)
    #expect(try format(expected) == expected)
  }

  @Test("comments up to an empty line stand in one column, unless a line is very long")
  func comments() throws {
    let long = "x = [" + (1...30).map(String.init).joined(separator: ", ") + "]"
    let text =
      "a = 1 # one\nplain = [1]\nlonger = 2 # two\n\(long) # long\n\nb = 3     # alone\nc = 4"
    let expected =
      "a = 1       # one\nplain = [1]\nlonger = 2  # two\n\(long)  # long\n\nb = 3  # alone\nc = 4\n"
    #expect(try format(text) == expected)
  }

  @Test("an empty text stays empty, and comments alone stay")
  func nothing() throws {
    #expect(try format("") == "")
    #expect(try format(" \n\n  ") == "")
    #expect(try format("\n# a\n\n\n# b\n") == "# a\n\n# b\n")
  }

  @Test("a text with a mistake is not laid out, and the mistakes are told")
  func mistakes() {
    #expect(throws: NotebookErrors.self) { try format("x = (1") }
    do {
      _ = try format("x = 1 +\ny = $")
      Issue.record("no mistake was found")
    } catch {
      let codes = (error as? NotebookErrors)?.errors.map(\.code)
      #expect(codes == ["E009", "E001"])
    }
  }

  private let notebook = """
    ---
    title:   Two   blanks
    ---
    Prose  with `{mim} x`   and
    trailing blanks\u{20}\u{20}

    ```mim
    #| label: one
    x=1
    ```

    - a list

      ```mim
      y = [ x ]
          # end

      ```

    ```python
    z=1
    ```

    """

  private func formatNotebook(_ text: String) throws -> String {
    String(
      decoding: try NotebookFormatter.format(
        Array(text.utf8), name: "n", vocabulary: StubTable.table.vocabulary), as: UTF8.self)
  }

  @Test("of a notebook only the cells change, whatever ends its lines")
  func cellsOnly() throws {
    let expected =
      notebook
      .replacing("x=1\n", with: "x = 1\n").replacing("y = [ x ]", with: "y = [x]")
      .replacing("      # end\n\n", with: "  # end\n")
    #expect(try formatNotebook(notebook) == expected)
    #expect(try formatNotebook(expected) == expected)
    for end in ["\r\n", "\r"] {
      let other = notebook.replacing("\n", with: end)
      #expect(
        try formatNotebook("\u{FEFF}" + other) == "\u{FEFF}" + expected.replacing("\n", with: end))
    }
  }

  @Test("a cell that expects its mistake stays as it is, and the others are laid out")
  func expectedMistake() throws {
    let text = "```mim\n#| error: expect E005\nx =  (1\n```\n\n```mim\ny=1\n```\n"
    #expect(try formatNotebook(text) == text.replacing("y=1", with: "y = 1"))
    let other = text.replacing("E005", with: "E007")
    #expect(throws: NotebookErrors.self) { try formatNotebook(other) }
  }

  @Test("a text without a name is a notebook if it has a cell")
  func kinds() {
    func isNotebook(_ text: String) -> Bool {
      NotebookFormatter.looksLikeNotebook(Array(text.utf8))
    }
    #expect(isNotebook("# Title\n\n```mim\nx = 1\n```\n"))
    #expect(isNotebook("```mim\nx = 1\n"))
    #expect(!isNotebook("x = 1 # ```mim\n"))
    #expect(!isNotebook("# a comment\nx = 1\n"))
    #expect(!isNotebook(""))
  }
}
