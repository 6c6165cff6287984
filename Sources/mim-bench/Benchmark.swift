import Foundation
import MIMFormats
import MIMTensor

/// One named measurement.
struct Benchmark: Sendable {
  let name: String
  let purpose: String
  /// The plan of its step, where it measures one.
  var plan: (@Sendable () throws -> PlanSummary)?
  let run: @Sendable () throws -> Measurement

  static var all: [Benchmark] {
    [
      mlpStep(xSize: 2, zSize: 2, hidden: 50), mlpStep(xSize: 2, zSize: 2, hidden: 500),
      mlpStep(xSize: 20, zSize: 20, hidden: 50), toyRun, sweepRows, startup,
      productPeak, pixelSampling, imageLikelihood,
      nearestNeighbors80,
      tsneFashion(2_000), tsneFashion(4_000), tsneDivergence(2_000), tsneDivergence(4_000),
      tsneFashion(10_000), tsneFashion(20_000), tsneFashion(40_000), tsneFashion(70_000),
      tsneDivergence(10_000), tsneDivergence(20_000), tsneDivergence(40_000),
      tsneDivergence(70_000),
    ] + imageSteps + methodSteps + MutualInformationBench.all + MeasureBench.all
      + EmbeddingBench.all + rankSteps
  }

  private static func mlpStep(xSize: Int, zSize: Int, hidden: Int) -> Benchmark {
    Benchmark(
      name: "mlp-step-\(xSize)-\(zSize)-\(hidden)",
      purpose: "a symmetric MIM step, batch 128: x \(xSize)D, z \(zSize)D, width \(hidden)",
      plan: { try MLPStep(xSize: xSize, zSize: zSize, hidden: hidden).plan }
    ) {
      let training = try MLPStep(xSize: xSize, zSize: zSize, hidden: hidden)
      // Short runs, so that the minimum and the median outlive other work on the machine.
      let steps = 20
      var step: UInt64 = 0
      var seconds: [Double] = []
      for run in 0..<330 {
        let begin = ContinuousClock.now
        for _ in 0..<steps {
          training.run(step: step)
          step += 1
        }
        // The first runs warm caches and clock frequency.
        if run >= 30 { seconds.append(begin.secondsSince / Double(steps)) }
      }
      return Measurement(
        seconds: seconds, threads: 1,
        computed: [
          "loss": training.loss, "steps": Double(step), "flops": Double(training.plan.flopsPerStep),
        ])
    }
  }

  private static let startup = Benchmark(
    name: "startup", purpose: "mim-repl -c \"1\" from process start to exit"
  ) {
    let binary = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "mim-repl")
    var seconds: [Double] = []
    var status: Int32 = 0
    for run in 0..<22 {
      let begin = ContinuousClock.now
      status = try exitStatus(ofRunning: binary.path, ["-c", "1"])
      if run >= 2 { seconds.append(begin.secondsSince) }
    }
    return Measurement(seconds: seconds, threads: 1, computed: ["exit_status": Double(status)])
  }
}

/// Runs a program with its output thrown away and waits for its end. Foundation's Process notices
/// the end of a child up to 50 ms late.
private func exitStatus(ofRunning path: String, _ arguments: [String]) throws -> Int32 {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
  var words = ([path] + arguments).map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var child = pid_t()
  let failure = posix_spawn(&child, path, &actions, nil, &words, environ)
  guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .ENOENT) }
  var status: Int32 = 0
  waitpid(child, &status, 0)
  return status
}

extension ContinuousClock.Instant {
  /// The seconds from this instant to now.
  var secondsSince: Double { duration(to: .now).seconds }
}
