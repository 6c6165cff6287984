import Foundation
import MIMScript
import MIMSession
import Testing

@Suite("Broken notebooks")
struct RobustnessTests {
  private let seedText = """
    ---
    title: T
    params: {epochs: 3, sizes: [1, 2]}
    figures: {format: [png, pdf], width: 3.4}
    ---
    Text `{mim} m.epochs %.2f` and ``x``.

    ````mim
    #| label: one
    #| error: expect E102
    m = train epochs=epochs
    for i in 1..3 { i }
    ````

    1. list

       ~~~mim
       picture save="x"
       ~~~
    <!-- ```mim
    -->
    """

  /// A small generator of its own, so that failures repeat.
  struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test("no mutilated notebook traps; each gives a notebook or errors with a code")
  func mutilated() {
    var generator = Generator(state: 14)
    let marks = Array("`~#|-:{}[]()\n\r\t \"'\\%<>&*!é\u{0}".utf8) + [0xFF, 0xC3]
    for _ in 0..<1500 {
      var bytes = Array(seedText.utf8)
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(marks.randomElement(using: &generator) ?? 0, at: place)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + 20))
        default: bytes[place] = marks.randomElement(using: &generator) ?? 0
        }
      }
      do {
        _ = try NotebookReader.read(bytes, name: "n")
      } catch {
        #expect(error.errors.allSatisfy { !Diagnostics.render($0).isEmpty && $0.kind == .check })
      }
    }
  }

  @Test("mutilated notebooks run to an exit code and a well-formed record")
  func mutilatedRuns() throws {
    var generator = Generator(state: 3)
    for _ in 0..<60 {
      var text = Array(seedText)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<text.count, using: &generator)
        text[place] = "`~#|-:{}[]() \n<&".randomElement(using: &generator) ?? " "
      }
      let run = try NotebookRun(String(text))
      guard run.record.isEmpty else {
        #expect(run.record["exit"] as? Int == Int(run.code.rawValue))
        continue
      }
      #expect(run.code != .ok && !run.output.codes.isEmpty)
    }
  }

  @Test("two thousand cells, very long lines and deep nesting are read to the end")
  func large() throws {
    let cells = (0..<2000).map { "```mim\nx\($0) = \($0)\n```\n" }.joined()
    let read = try NotebookReader.read(Array(cells.utf8), name: "n")
    #expect(read.cells.count == 2000)
    let deep = try NotebookReader.read(
      Array((String(repeating: "> - ", count: 5_000) + "x\n").utf8), name: "n")
    #expect(deep.cells.isEmpty)
    let long = try NotebookReader.read(
      Array((String(repeating: "`{mim} x ", count: 20_000) + "\n").utf8), name: "n")
    #expect(long.inlineValues.count == 10_000)
    do {
      _ = try NotebookReader.read(
        Array(String(repeating: "`", count: 200_000).utf8), name: "n")
      Issue.record("a fence that is never closed was read")
    } catch {
      #expect(error.errors.map(\.code) == ["E603"])
    }
  }
}
