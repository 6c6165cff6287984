import MIMScript
import Testing

/// Whatever text arrives, reading, checking, completing and showing its errors end without a trap.
@Suite struct FuzzTests {
  /// SplitMix64, so that a failing case can be made again.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  private func exercise(_ text: String) {
    let source = Source(name: "fuzz", text: text)
    let parsed = Parser.parse(source, vocabulary: StubTable.table.vocabulary)
    var checker = Checker(table: StubTable.table)
    let found = parsed.errors + checker.check(parsed.program)
    for error in found.prefix(10) { _ = Diagnostics.render(error, width: 40, color: true) }
    _ = Parser.parse(
      entry: Source(name: "", text: text), vocabulary: StubTable.table.vocabulary)
    _ = Completer(table: StubTable.table, names: [:]).complete(text)
    guard found.isEmpty, !text.contains("000000") else { return }
    let interpreter = Interpreter(table: StubTable.table, host: RecordingHost())
    _ = try? interpreter.run(parsed.program)
  }

  @Test("random bytes end in errors, not in traps", arguments: 0..<8)
  func randomBytes(_ seed: Int) {
    var generator = Generator(state: UInt64(seed))
    for _ in 0..<150 {
      let count = Int.random(in: 0..<200, using: &generator)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      exercise(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("random tokens end in errors, not in traps", arguments: 0..<8)
  func randomTokens(_ seed: Int) {
    let tokens = [
      "(", ")", "[", "]", "{", "}", ",", ";", "\n", "=", "==", "-", "+", "..", ".", "by", "in",
      "for", "if", "else", "sweep", "figure", "param", "time", "train", "plot", "model", "x", "y",
      "1", "2.5", "\"t\"", "'", "\"", "#", "?", "not", "and", "or", "none", "true", " ", "  ",
      "a=1..2", "mlp", "mlp(3)", "^", "*", "/", "help", "é", "\\", "evaluate", "ans", "where=(",
    ]
    var generator = Generator(state: UInt64(1000 + seed))
    for _ in 0..<200 {
      let count = Int.random(in: 1..<40, using: &generator)
      let words = (0..<count).map { _ in tokens.randomElement(using: &generator) ?? "" }
      exercise(words.joined(separator: Bool.random(using: &generator) ? " " : ""))
    }
  }

  @Test("truncated examples end in errors, not in traps")
  func truncations() {
    let text = Array(Snippets.joined.unicodeScalars)
    for end in stride(from: 0, to: text.count, by: 11) {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: text[max(0, end - 400)..<end])
      exercise(String(view))
    }
  }

  @Test("mutated examples end in errors, not in traps", arguments: 0..<8)
  func mutations(_ seed: Int) {
    var generator = Generator(state: UInt64(2000 + seed))
    for _ in 0..<60 {
      var bytes = Array((Snippets.all.randomElement(using: &generator) ?? "").utf8)
      for _ in 0..<Int.random(in: 1..<6, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes[place] = bytes.randomElement(using: &generator) ?? 0
        default: bytes.insert(UInt8.random(in: 32..<127, using: &generator), at: place)
        }
      }
      exercise(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test("deep nesting and long chains are refused, not followed into the ground")
  func nesting() {
    for opening in ["(", "[", "x = (", "if true {", "-", "not ", "f(", "2^", "for i in 1..2 {"] {
      exercise(String(repeating: opening, count: 20_000))
      exercise(String(repeating: opening, count: 90) + "1")
      // A bracket that is never closed is told first.
      let refusal = opening.contains { "([".contains($0) } ? "E005" : "E008"
      #expect(Self.codes(String(repeating: opening, count: 20_000)).contains(refusal), "\(opening)")
    }
    let nested = String(repeating: "(", count: 20_000) + "1" + String(repeating: ")", count: 20_000)
    for chain in [
      nested,
      "x = 1" + String(repeating: " + 1", count: 20_000),
      "x = a" + String(repeating: ".b", count: 20_000),
      "if true { 1 }" + String(repeating: " else if true { 1 }", count: 5_000),
    ] {
      exercise(chain)
      #expect(Self.codes(chain).contains("E008"), "\(chain.prefix(20))")
    }
    exercise(String(repeating: "x = [1]\n", count: 5_000))
  }

  private static func codes(_ text: String) -> Set<String> {
    let parsed = Parser.parse(
      Source(name: "nested", text: text), vocabulary: StubTable.table.vocabulary)
    return Set(parsed.errors.map(\.code))
  }

  @Test("values cannot grow without bound")
  func growth() {
    let deep = Outcome(running: Source(name: "deep", text: "x = [1]\nfor i in 1..100 { x = [x] }"))
    #expect(deep.errors.first?.hasPrefix("E207") == true)
    let wide = Outcome(
      running: Source(name: "wide", text: "x = [1, 1]\nfor i in 1..100 { x = [x, x, x, x] }"))
    #expect(wide.errors.first?.hasPrefix("E207") == true)
    let rows = Outcome(
      running: Source(name: "rows", text: "sweep a=1..10000 b=1..10000 { a }"))
    #expect(rows.errors.first?.hasPrefix("E207") == true)
  }
}
