import MIMScript
import Testing

@Suite struct ParameterTests {
  private func shown(_ text: String, _ overrides: [String: ParameterOverride]) -> Outcome {
    Outcome(running: Source(name: "p.mim", text: text), overrides: overrides)
  }

  @Test("a value from outside replaces a parameter's default")
  func overrides() {
    let text = "param n = 5 in 1..100\nparam kind = \"mim\" in [\"mim\", \"vae\"]\nn; kind\nn"
    #expect(shown(text, ["n": .text("1_0"), "kind": .text("vae")]).lines == ["vae", "10"])
    #expect(shown(text, ["n": .value(.number(7))]).lines == ["mim", "7"])
    #expect(shown("param l = [1]\nl", ["l": .text("[2, 3]")]).lines == ["[2, 3]"])
    #expect(shown("param t = \"a\"\nt", ["t": .text("5")]).lines == ["5"])
    #expect(shown("param f = false\nf", ["f": .text("true")]).lines == ["true"])
  }

  @Test("a value of another type, or out of the choices, is an error at the parameter")
  func mistakes() {
    let text = "param n = 5 in 1..100"
    #expect(
      shown(text, ["n": .text("abc")]).errors == [
        "E209 at 1:7: parameter `n` is a number; `abc` cannot be read as one"
      ])
    #expect(shown(text, ["n": .text("101")]).errors.first?.hasPrefix("E209 at 1:7") == true)
    #expect(shown(text, ["n": .text("true")]).errors.first?.hasPrefix("E209 at 1:7") == true)
    #expect(shown(text, ["n": .text("load()")]).errors.first?.hasPrefix("E209 at 1:7") == true)
  }

  @Test("what is given from outside is checked where it is used")
  func flow() {
    let text = "param kind = \"mim\"\nm = model kind (load(toy))"
    #expect(shown(text, [:]).errors.isEmpty)
    #expect(shown(text, ["kind": .text("vaee")]).errors.first?.hasPrefix("E104 at 2:11") == true)
  }

  @Test("the checker carries names from one cell to the next")
  func cells() {
    var checker = Checker(table: StubTable.table)
    func check(_ text: String) -> [String] {
      let source = Source(name: "c", text: text)
      return checker.check(
        Parser.parse(source, vocabulary: StubTable.table.vocabulary).program
      ).map(\.code)
    }
    #expect(check("mnist = load mnist\nm = model mim mnist") == [])
    #expect(check("f = load fashion\nt = train m f") == ["E301"])
    #expect(check("show nothing") == ["E101"])
    #expect(check("show t") == [])
  }
}
