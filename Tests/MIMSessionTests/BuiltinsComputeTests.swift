import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Verbs: computing with numbers, lists and columns")
struct BuiltinsComputeTests {
  private static let table =
    "age,income,klass\n"
    + (0..<12).map {
      "\(20 + 3 * $0),\(100 + 10 * $0 * $0),\($0 % 2 == 0 ? "a" : "b")"
    }.joined(separator: "\n") + "\n"

  private func bench() throws -> BuiltinsBench {
    let bench = try BuiltinsBench()
    try Self.table.write(toFile: bench.folder.path + "/t.csv", atomically: true, encoding: .utf8)
    return bench
  }

  @Test(
    "functions give what Python's math and statistics modules give",
    arguments: [
      ("log(10)", 2.302585092994046), ("exp(1)", 2.718281828459045),
      ("sqrt(2)", 1.4142135623730951),
      ("abs(-3.5)", 3.5), ("round(2.5)", 2), ("round(3.5)", 4), ("round(3.14159, 2)", 3.14),
      ("round(-1250, -2)", -1200), ("round(2.675, 2)", 2.67), ("min(3, [1, 2], 4..9)", 1),
      ("max([3, 1], 2)", 3), ("sum(1..100)", 5050), ("mean([1, 2, 6])", 3),
      ("sd([1, 2, 6])", 2.6457513110645907), ("round(54 / 30)", 2),
    ])
  func values(text: String, expected: Double) throws {
    let bench = try bench()
    #expect(bench.run("x = \(text)") == [])
    let value = try #require(bench.number("x"))
    #expect(abs(value - expected) <= 1e-14 * abs(expected))
  }

  @Test("columns compute element by element, and mi takes what comes out")
  func columns() throws {
    let bench = try bench()
    let path = bench.folder.path
    #expect(
      bench.run(
        """
        d = load "\(path)/t.csv" label=klass split=[1, 0, 0]
        x = (d.age - mean(d.age)) / sd(d.age)
        m = round(mean(x), 12); s = sd(x); n = x.n
        y = 1 - 2 * log(d.income) ^ 2
        l = [1, 2] + log([1, 1])
        i = mi x y estimator=ksg(k=2)
        low = min(d.age + d.age); high = max(-d.age)
        """) == [], "\(bench.output.error)")
    #expect(bench.number("m") == 0 && bench.number("n") == 12)
    #expect(abs(try #require(bench.number("s")) - 1) < 1e-14)
    #expect(bench.number("low") == 40 && bench.number("high") == -20)
    #expect(bench.object("x")?.summary(width: 80).first?.contains("age") == true)
  }

  @Test("names of functions stay free for variables")
  func names() throws {
    let bench = try bench()
    #expect(bench.run("mean = 3; log = 2; x = mean + mean([log, 4])") == [])
    #expect(bench.number("x") == 6)
  }

  @Test(
    "a function of what it isn't defined for is an error with its reason",
    arguments: [
      ("log(0)", "E204", "log of 0 is not defined"), ("sqrt([4, -1])", "E204", "sqrt of -1"),
      ("exp(1000)", "E204", "not a finite number"), ("mean([])", "E221", "more numbers than 0"),
      ("sd(3)", "E221", "more numbers than 1"), ("mean(\"a\")", "E201", "`X` of mean takes"),
      ("sum([1, \"a\"])", "E203", "`sum` does not work on text"), ("log()", "E105", "log needs X"),
      ("log 10", "E016", "write `log(…)`"), ("log (10)", "E010", "write `log(`"),
      ("x = 2 ** 3", "E009", "write powers with `^`"), ("x = 7 // 2", "E009", "round(a / b)"),
      ("x = 1; x += 1", "E009", "x = x + 1"), ("x <- 3", "E018", "write `x = …`"),
      ("ls()", "E103", "write `who`"), ("x = c(1, 2)", "E103", "write lists as `[1, 2, 3]`"),
    ])
  func mistakes(text: String, code: String, words: String) throws {
    let bench = try bench()
    #expect(bench.run(text) == [code])
    #expect(bench.output.error.joined(separator: "\n").contains(words), "\(bench.output.error)")
  }

  @Test("a column and a list of another length are an error")
  func lengths() throws {
    let bench = try bench()
    #expect(
      bench.run("d = load \"\(bench.folder.path)/t.csv\" label=klass; x = d.age + [1, 2, 3]")
        == ["E205"])
    #expect(bench.output.error.joined().contains("12 and 3 numbers"))
  }

  @Test("who lists the names with their types and what they hold")
  func who() throws {
    let bench = try bench()
    #expect(bench.run("b = 3; a = \"text\"; for i in 1..2 { c = i }; w = who") == [])
    let table = try #require(bench.table("w"))
    let rows = table.rows.map { $0.map(\.shortText) }
    #expect(rows.first == ["a", "text", "text"])
    #expect(rows.contains(["b", "number", "3"]))
    #expect(rows.map { $0[0] } == ["a", "ans", "b", "c", "i"])
  }
}
