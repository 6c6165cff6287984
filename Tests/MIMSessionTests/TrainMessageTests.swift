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
}
