#if MPI
  import Foundation
  import MIMCluster
  import MIMModels
  import MIMSession
  import MIMTensor

  extension Benchmark {
    /// What the exchange of gradients costs: a data-parallel step of two ranks, each single-threaded, beside
    /// the same step without the exchange, which both ranks then make at the same time too.
    static let rankSteps = [
      rankStep(
        "mpi-step", "convHVAE, batch 100 shared by 2 ranks of one thread",
        ModelSpecification(
          objective: .amim, itemDimensions: [28, 28], valueKind: .binary, latentSizes: [40, 40]),
        batch: 100, steps: 2),
      rankStep(
        "mpi-step-mlp", "784-1000-1000-40 perceptrons, batch 1024 shared by 2 ranks of one thread",
        ModelSpecification(
          objective: .vae, itemDimensions: [28, 28], valueKind: .binary, latentSize: 40,
          hidden: [1000, 1000]),
        batch: 1024, steps: 4),
    ]

    private static func rankStep(
      _ name: String, _ purpose: String, _ specification: ModelSpecification, batch: Int, steps: Int
    ) -> Benchmark {
      Benchmark(name: name, purpose: purpose) {
        guard let ranks = Cluster.join() else { try startUnderMPI() }
        guard ranks.isShared else { throw BenchmarkError.failed("only one rank; use mpirun -n 2") }
        let shared = try RankStep(specification, batch: batch, collective: ranks.collective)
        let own = try RankStep(
          specification, batch: batch / ranks.collective.size, collective: SerialCollective())
        var (with, without): ([Double], [Double]) = ([], [])
        // In turns, so that both meet the same load; the first round warms up.
        for round in 0..<9 {
          let pair = try [shared, own].map { try $0.seconds(steps, beside: ranks.collective) }
          guard round > 0 else { continue }
          with.append(pair[0])
          without.append(pair[1])
        }
        let isLeading = ranks.isLeading
        Cluster.leave()
        if !isLeading { exit(0) }
        let (both, alone) = (
          Measurement(seconds: with, threads: 1, computed: [:]),
          Measurement(seconds: without, threads: 1, computed: [:])
        )
        return Measurement(
          seconds: with, threads: 1,
          computed: [
            "exchange_share": 1 - alone.median / both.median,
            "exchange_share_of_minima": 1 - alone.minimum / both.minimum,
            "without_exchange_s": alone.median, "parameters": shared.parameterCount,
            "loss": shared.loss,
          ])
      }
    }

    /// Starts this measurement again as two ranks, in place of this process.
    private static func startUnderMPI() throws -> Never {
      var words = ["mpirun", "-n", "2", "--oversubscribe", "--bind-to", "none"]
      words += ["--mca", "btl", "self,vader"]
      if geteuid() == 0 { words.append("--allow-run-as-root") }
      words += ["/proc/self/exe"].compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: $0)
      }
      words += CommandLine.arguments.dropFirst()
      var arguments = words.map { strdup($0) } + [nil]
      execvp(words[0], &arguments)
      throw BenchmarkError.failed("starting mpirun; install openmpi-bin")
    }
  }

  /// A training step on noise images, fed with the same numbers each time.
  private final class RankStep {
    private let training: TrainingStep
    private var step: UInt64 = 0

    init(_ specification: ModelSpecification, batch: Int, collective: any Collective) throws {
      var options = TrainingOptions()
      (options.seed, options.batch, options.optimizer) = (1, batch, .gradientNormalised)
      let model = try Model(specification: specification, seed: 1)
      training = try TrainingStep(
        specification.network(), specification: specification,
        store: ParameterStore(model.parameters), options: options, decoderBranch: false,
        binarises: false, collective: collective)
      training.plan.set(training.beta, to: 1)
      training.plan.set(training.learningRate, to: 5e-4)
      var stream = RandomStream(seed: 1, stream: "images \(collective.rank)")
      let items = stream.uniforms(training.batch.count).map { Float($0 < 0.3 ? 1 : 0) }
      training.plan.set(training.batch, to: HostArray(items, shape: training.batch.shape))
    }

    var loss: Double { Double(training.plan.scalar(of: training.loss)) }
    var parameterCount: Double { Double(training.plan.summary.parameterCount) }

    /// Seconds of a step, all ranks at once.
    func seconds(_ steps: Int, beside collective: any Collective) throws -> Double {
      var meeting: [Float] = [0]
      meeting.withUnsafeMutableBufferPointer { collective.sum($0) }
      let begin = ContinuousClock.now
      for _ in 0..<steps {
        step += 1
        _ = try training.run(step: step)
      }
      return begin.secondsSince / Double(steps)
    }
  }
#else
  extension Benchmark {
    /// None without the package trait MPI.
    static let rankSteps: [Benchmark] = []
  }
#endif
