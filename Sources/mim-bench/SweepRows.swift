import Foundation
import MIMScript
import MIMSession

extension Benchmark {
  /// Rows of a sweep two at a time beside one at a time.
  static let sweepRows = Benchmark(
    name: "sweep-2-rows",
    purpose: "8 rows of Experiment A (20 epochs, width 50), two at a time; speedup: over one"
  ) {
    var seconds: [Int: [Double]] = [1: [], 2: []]
    // In turns, so that both meet the same load; the first round warms up.
    for round in 0..<6 {
      for jobs in [1, 2] {
        let time = try sweep(jobs: jobs)
        if round > 0 { seconds[jobs]?.append(time) }
      }
    }
    let one = Measurement(seconds: seconds[1] ?? [], threads: 1, computed: [:])
    let two = Measurement(seconds: seconds[2] ?? [], threads: 2, computed: [:])
    return Measurement(
      seconds: two.seconds, threads: 2,
      computed: [
        "speedup": one.median / two.median, "speedup_of_minima": one.minimum / two.minimum,
        "one_at_a_time_s": one.median,
      ])
  }

  /// The seconds of one sweep, whose rows go to a run store of its own: another's would have them already.
  private static func sweep(jobs: Int) throws -> Double {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    var settings = SessionSettings()
    settings.runStore = folder.appending(path: "runs.sqlite").path
    let session = Session(settings: settings, output: PlainOutput(isQuiet: true))
    session.evaluate(Source(name: "bench", text: "toy = load toy \"4\""))
    let text = """
      r = sweep(jobs=\(jobs)) seed=1..8 {
        m = train(model(mim, toy, z=2, hidden=[50]), toy, epochs=20, warmup=3, schedule=noam, seed=seed)
        evaluate m toy nll rmse mi knn(5)
      }
      """
    let begin = ContinuousClock.now
    guard case .finished = session.evaluate(Source(name: "bench", text: text)) else {
      throw BenchmarkError.failed("the sweep")
    }
    return begin.secondsSince
  }
}
