import MIMScript
import MIMSession
import Testing

@Suite("What train says")
struct TrainMessageTests {
  private func messages(_ statement: String) throws -> (bench: BuiltinsBench, text: String) {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(
        "toy = load toy \"4\" n=96 seed=1; m0 = model mim toy hidden=[5] seed=1; \(statement)")
        == [], "\(bench.output.error)")
    return (bench, (bench.output.error + bench.output.summaries).joined(separator: "\n"))
  }

  @Test("a batch larger than the data becomes the data's size, and says so")
  func batch() throws {
    let (bench, text) = try messages("m = train m0 toy epochs=2 batch=1000 seed=1")
    #expect(text.contains("batch 96, all there are"))
    #expect(
      try messages("m = train m0 toy epochs=2 seed=1").text.contains("batch 96, all there are"))
    #expect(
      try messages("m = train m0 toy epochs=2 batch=96 seed=1").text.contains("batch 96") == false)
    let same = try messages("m = train m0 toy epochs=2 batch=96 seed=1").bench
    #expect(bench.number("m.val_loss") == same.number("m.val_loss"))
  }

  @Test("an early stop says how many epochs were allowed, and which patience ended it")
  func patience() throws {
    let (_, text) = try messages("m = train m0 toy epochs=400 warmup=1 lr=.3 seed=1")
    #expect(text.contains("stopped early: 400 epochs were allowed, patience 1 (= warmup)"))
    let (_, given) = try messages("m = train m0 toy epochs=400 warmup=1 patience=2 lr=.3 seed=1")
    #expect(given.contains("stopped early: 400 epochs were allowed, patience 2"))
    #expect(!given.contains("(= warmup)"))
  }

  @Test(
    "on a live line: steps, the losses of the last epochs as blocks, KL, and the time left before the first epoch ends"
  )
  func liveLine() throws {
    let bench = try BuiltinsBench(hasLiveLine: true)
    #expect(
      bench.run(
        """
        toy = load toy "4" n=64000 seed=1; m0 = model mim toy hidden=[400, 400] seed=1
        m = train m0 toy epochs=3 warmup=2 batch=64 seed=1
        """) == [], "\(bench.output.error)")
    let updates = bench.output.updates.filter { $0.live != nil }
    let within = updates.filter { $0.done > 0 && $0.done < 1 }
    #expect(within.allSatisfy { $0.live?.parts.first?.text.hasSuffix("/1000") == true })
    #expect(within.last?.live?.remaining != nil)
    let epochs = updates.filter { [1, 2, 3].contains($0.done) && !$0.detail.isEmpty }
    #expect(epochs.count == 3)
    let losses = try #require(epochs.last?.live?.parts.first { $0.isDrawing })
    #expect(losses.text.count == 3 && losses.text.contains("▁") && losses.text.contains("█"))
    let words = epochs.last?.live?.parts.compactMap { $0.text.split(separator: " ").first } ?? []
    #expect(words.starts(with: ["loss"]) && words.contains("kl") && words.contains("val"))
  }

  @Test("without a live line nothing of it is computed or said")
  func withoutLiveLine() throws {
    let (bench, _) = try messages("m = train m0 toy epochs=2 seed=1")
    #expect(bench.output.updates.count == 2)
    #expect(bench.output.updates.allSatisfy { $0.live == nil && $0.detail.hasPrefix("loss ") })
  }
}
