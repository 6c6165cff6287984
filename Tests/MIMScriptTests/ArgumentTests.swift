import MIMScript
import Testing

/// Arguments are read by one reader, for the checks before the run and at it.
@Suite struct ArgumentTests {
  private static let mistakes = [
    "train m toy epoch=3", "train m", "train m toy 3 4", "train m toy epochs=1 epochs=2",
    "train m toy epochs=1.5", "train m toy optimizer=sgdd", "evaluate m toy mii",
    "evaluate m toy mi(k=0)", "evaluate m toy mi(kk=3)", "evaluate m toy nll(1, 2)",
    "evaluate m toy knn([1, 0])",
    "model mim toy enc=mlp", "model mim toy z=[2, \"a\"]", "take toy \"three\"", "take nothing 3",
    "figure cols=\"two\" { plot toy }", "encode toy toy",
  ]

  @Test("a mistake in an argument is the same before the run and at it", arguments: mistakes)
  func sameMistake(text: String) throws {
    let program = try program(text)
    let interpreter = self.interpreter()
    var checker = Checker(table: StubTable.table, names: interpreter.staticNames)
    let found = try #require(checker.check(program).first)
    let thrown = try #require(throws: ScriptError.self) { try interpreter.run(program) }
    #expect(found.code == thrown.code)
    #expect(found.message == thrown.message)
    #expect(found.span?.range == thrown.span?.range)
    #expect(found.label == thrown.label)
    #expect(found.notes == thrown.notes)
  }

  @Test(
    "a column is meant where it is only known at the run which there are, also where a variable has its name",
    arguments: ["table r by=w", "table r by=[kind, w]", "plot r x=w y=mi", "plot r color=w"])
  func columnBesideVariable(text: String) throws {
    let lines = """
      for w in [0.5, 1] { w }
      r = sweep kind=["a", "b"] w=[0.5, 1] { evaluate m toy mi }
      """
    let program = try program(lines + "\n" + text)
    let interpreter = self.interpreter()
    var checker = Checker(table: StubTable.table, names: interpreter.staticNames)
    #expect(checker.check(program).map(\.message) == [])
    // A number would be refused here.
    try interpreter.run(program)
  }

  @Test("a number where a column is wanted is refused with the columns that there are")
  func variableThatIsNoColumn() throws {
    let lines = "w = 0.5\nr = sweep kind=[\"a\", \"b\"] { evaluate m toy mi }\ntable r by=w"
    let error = try #require(throws: ScriptError.self) {
      try interpreter().run(program(lines))
    }
    #expect(error.code == "E201")
    #expect(error.notes == ["`w` is 0.5", "columns: kind mi"])
  }

  private func program(_ text: String) throws -> Program {
    Parser.parse(
      Source(name: "<prompt>", text: text), vocabulary: StubTable.table.vocabulary
    ).program
  }

  private func interpreter() -> Interpreter {
    let interpreter = Interpreter(table: StubTable.table, host: RecordingHost())
    for (name, type) in [("m", "model"), ("toy", "data set")] {
      interpreter.bind(name, to: .object(StubObject(typeName: type)))
    }
    return interpreter
  }
}
