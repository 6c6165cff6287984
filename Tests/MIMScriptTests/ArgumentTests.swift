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
    let source = Source(name: "<prompt>", text: text)
    let program = Parser.parse(source, vocabulary: StubTable.table.vocabulary).program
    let interpreter = Interpreter(table: StubTable.table, host: RecordingHost())
    for (name, type) in [("m", "model"), ("toy", "data set")] {
      interpreter.bind(name, to: .object(StubObject(typeName: type)))
    }
    var checker = Checker(table: StubTable.table, names: interpreter.staticNames)
    let found = try #require(checker.check(program).first)
    let thrown = try #require(throws: ScriptError.self) { try interpreter.run(program) }
    #expect(found.code == thrown.code)
    #expect(found.message == thrown.message)
    #expect(found.span?.range == thrown.span?.range)
    #expect(found.label == thrown.label)
    #expect(found.notes == thrown.notes)
  }
}
