import MIMScript
import MIMSession
import Testing

/// What is said of a training that did not go as it should.
@Suite("Trainings that went wrong")
struct TrainReportTests {
  private static let data = "d = load toy \"4\" n=256 dim=2\nm = model vae d z=2 hidden=[4]\n"

  @Test("a warm-up that is longer than the training is told, a shorter one not")
  func warmup() throws {
    let bench = try BuiltinsBench()
    #expect(bench.run(Self.data + "a = train m d epochs=2 warmup=5") == [])
    #expect(
      bench.output.summaries.contains { $0.contains("warm-up of 5 epochs wasn't over, beta 0.4") })
    #expect(bench.run("b = train m d epochs=6 warmup=5") == [])
    #expect(!(bench.output.summaries.last ?? "").contains("warm-up"))
  }

  @Test("rows of a sweep that stopped early are told of once")
  func rows() throws {
    let bench = try BuiltinsBench()
    let sweep = """
      r = sweep seed=1..3 {
        a = train m d epochs=200 warmup=1 lr=.5 seed=seed
        evaluate a d rmse
      }
      """
    #expect(bench.run(Self.data + sweep) == [])
    let told = (bench.output.out + bench.output.error).filter { $0.contains("stopped early") }
    #expect(told.count == 1 && told[0].contains("patience 1 (= warmup)"), "\(told)")
    #expect(
      bench.run(
        Self.data
          + sweep.replacing("warmup=1", with: "warmup=1 patience=none").replacing("200", with: "5"))
        == [])
    #expect((bench.output.out + bench.output.error).count { $0.contains("stopped early") } == 1)
  }

  @Test("a measure that is asked for in two ways is told to be the first of them")
  func twice() throws {
    let bench = try BuiltinsBench()
    #expect(
      bench.run(Self.data + "s = evaluate m d nll nll(samples=20)\nt = evaluate m d nll nll") == [])
    func says(_ name: String) -> Bool {
      bench.object(name)?.summary(width: 300).contains { $0.contains("asked for twice") } ?? false
    }
    #expect(says("s") && !says("t"))
  }

  @Test("the time left is that of this training, not of the one before it with the same title")
  func pace() {
    var rate = MovingRate()
    rate.add(done: 0, at: 0)
    rate.add(done: 10, at: 20)
    // Begun anew: 100 steps a second.
    rate.add(done: 0, at: 21)
    rate.add(done: 200, at: 23)
    #expect(rate.remaining(done: 200, total: 1200) == 10)
  }
}
