import MIMScript
import MIMSession
import Testing

@Suite("Live line")
struct LiveLineTests {
  private static let parts = [
    LivePart("step 3/9", importance: 35), LivePart("loss 84.1", importance: 100),
    LivePart("▇▅▁", importance: 50, isAttached: true, isDrawing: true),
    LivePart("val 85.0", importance: 80),
    LivePart("(best 84.9 @131)", importance: 25, isAttached: true),
    LivePart("kl 26.2", importance: 70), LivePart("active 38/80", importance: 60),
  ]

  private func line(
    _ width: Int, usesUnicode: Bool = true, parts: [LivePart] = parts, remaining: Double? = 300
  ) -> String? {
    var line = LiveLine(usesUnicode: usesUnicode)
    return line.text(
      for: ProgressUpdate(
        title: "t", done: 137.5, total: 2000, detail: "plain",
        live: LiveDetail(parts, remaining: remaining)), now: 1, width: width)
  }

  @Test("a wide one has all parts from left to right, with the counts first and the time left last")
  func wide() {
    #expect(
      line(140)
        == "137/2000  ━───────────────────  step 3/9  loss 84.1 ▇▅▁  val 85.0 (best 84.9 @131)  "
        + "kl 26.2  active 38/80  ETA 5:00")
  }

  @Test("a narrow one leaves out what matters least, and never wraps")
  func narrow() {
    #expect(
      line(80)
        == "137/2000  step 3/9  loss 84.1 ▇▅▁  val 85.0  kl 26.2  active 38/80  ETA 5:00")
    #expect(line(40) == "137/2000  loss 84.1  val 85.0  ETA 5:00")
    #expect(line(31) == "137/2000  loss 84.1  ETA 5:00")
    #expect(line(15) == "137/2000  los…")
    for width in 2...150 {
      #expect((line(width).map { TextWidth.columns($0) } ?? 0) < width)
    }
  }

  @Test("what belongs to a part goes with it, however important it is")
  func attached() {
    let parts = [
      LivePart("loss 1", importance: 100), LivePart("a very long part", importance: 50),
      LivePart("!", importance: 90, isAttached: true),
    ]
    #expect(line(25, parts: parts, remaining: nil) == "137/2000  loss 1")
  }

  @Test("without Unicode there are no blocks; a name of wide characters counts as wide as it is")
  func characters() {
    #expect(line(140, usesUnicode: false)?.contains("▇") == false)
    #expect(line(140, usesUnicode: false)?.contains("=...") == true)
    let wide = [LivePart("損失損失損失", importance: 100)]
    #expect(line(20, parts: wide, remaining: nil) == "137/2000  損失損失…")
  }

  @Test("blocks go from the least value to the largest; what is not finite is a blank")
  func sparkline() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([3, .nan, 1, .infinity, 2]) == "█ ▁ ▅")
    #expect(Sparkline.text([2, 2]) == "▄▄" && Sparkline.text([]) == "")
    #expect(Sparkline.text([-.greatestFiniteMagnitude, .greatestFiniteMagnitude]) == "▁█")
  }
}
