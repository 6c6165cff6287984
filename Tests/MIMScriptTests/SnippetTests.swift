import Foundation
import MIMScript
import Testing

/// The twelve examples of the specification, as copied into `Tests/Programs/snippets.txt`.
enum Snippets {
  static let all: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let file = folder.appending(path: "Programs/snippets.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
  }()

  static let joined = all.joined(separator: "\n\n")
}

@Suite struct SnippetTests {
  @Test("all twelve examples of the specification are there")
  func twelve() {
    #expect(Snippets.all.count == 12)
  }

  @Test("the examples of the specification parse")
  func parse() {
    let parsed = Parser.parse(
      Source(name: "snippets", text: Snippets.joined), vocabulary: StubTable.table.vocabulary)
    #expect(parsed.errors.map { Diagnostics.render($0) } == [])
    #expect(parsed.program.statements.count > 35)
  }

  @Test("the examples of the specification pass the checks")
  func check() {
    let parsed = Parser.parse(
      Source(name: "snippets", text: Snippets.joined), vocabulary: StubTable.table.vocabulary)
    var checker = Checker(table: StubTable.table)
    #expect(checker.check(parsed.program).map { Diagnostics.render($0) } == [])
  }

  @Test("the examples of the specification run against stubs")
  func run() {
    let outcome = Outcome(running: Source(name: "snippets", text: Snippets.joined))
    #expect(outcome.errors == [])
    #expect(outcome.lines.count > 10)
  }

  @Test("a prefix of an example is complete exactly when its brackets are closed")
  func completeness() {
    #expect(isComplete("x = 1"))
    #expect(!isComplete("x = (1,"))
    #expect(!isComplete("for i in 1..3 {\n  i\n"))
    #expect(isComplete("for i in 1..3 {\n  i\n}"))
    #expect(!isComplete("r = sweep a=1..2"))
    #expect(!isComplete("r = sweep a=1..2\n  b=3"))
    #expect(isComplete("r = sweep a=1..2\n\n"))
    #expect(isComplete("r = sweep a=1..2 { a }"))
    #expect(!isComplete("f = figure cols=2"))
    #expect(isComplete("f = figure(p, q)"))
    #expect(isComplete("help sweep"))
    #expect(isComplete("x = (\"no end"))
    #expect(isComplete("x = 1)"))
    #expect(isComplete(""))
  }

  private func isComplete(_ text: String) -> Bool {
    Parser.parse(entry: Source(name: "", text: text), vocabulary: StubTable.table.vocabulary) != nil
  }
}
