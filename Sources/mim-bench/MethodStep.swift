import Foundation
import MIMModels
import MIMTensor

/// The trainer's own step of a method of docs/methods.md on 28×28 images, as `train` runs it, on two threads
/// (Tests/Benchmarks/peers/method_step.py computes the same in PyTorch).
final class MethodStep {
  private static let images = 1_000

  private let model: Model
  let step: RepeatedStep

  init(_ specification: ModelSpecification, batch: Int) throws {
    var options = TrainingOptions()
    (options.seed, options.batch, options.threads) = (1, batch, 2)
    let data = Self.data(specification)
    model = try Model(specification: specification, seed: 1)
    let training = try TrainingStep(
      specification.network(), specification: specification,
      store: ParameterStore(model.parameters), options: options, decoderBranch: false,
      binarises: false, dataCount: Self.images)
    step = RepeatedStep(
      training, on: EpochBatches(data, epoch: 1, options: options), learningRate: 1e-4)
  }

  /// Random items; the time of a step does not depend on them.
  private static func data(_ specification: ModelSpecification) -> Dataset {
    var stream = RandomStream(seed: 1, stream: "images")
    let count = images * specification.itemSize
    let elements =
      specification.valueKind == .real
      ? stream.normals(count) : stream.uniforms(count).map { Float($0 > 0.5 ? 1 : 0) }
    let items = HostArray(elements, shape: Shape([images] + specification.itemDimensions))
    return Dataset(
      name: "images", train: DataSplit(role: .train, items: items, labels: nil),
      valueKind: specification.valueKind)
  }

  /// What the step computed. Ours and the peer have as many parameters: that they are the same network shows there.
  var computed: [String: Double] {
    step.computed.merging(["parameters": Double(model.parameterCount)]) { first, _ in first }
  }
}

extension Benchmark {
  static let methodSteps = [
    step(
      "made-500-step", "MADE of 500 units, 784 bits, batch 100", batch: 100,
      density(.made(hidden: 500), .binary)),
    step(
      "maf-5-1024-step", "MAF of 5 steps of 1024 + 1024 units, 784 numbers, batch 100", batch: 100,
      density(.maf(5, hidden: 1024), .real)),
    step(
      "vae-iaf-step", "VAE 784-300-300-40 with 4 IAF steps of 320 + 320 units, batch 100",
      batch: 100,
      autoencoder(.vae, z: 40, hidden: [300, 300]) { $0.posterior = .iaf(4, hidden: 320) }),
    step(
      "vqvae-step", "VQ-VAE 784-300-256, 16 codes of 512, batch 100", batch: 100,
      autoencoder(.vqvae, z: 256, hidden: [300]) { $0.posterior = .vq(512, dim: 16) }),
    step(
      "dim-local-step", "Deep InfoMax of 7×7 places, 256 units, with prior matching, batch 64",
      batch: 64,
      autoencoder(.dim(), z: 64, hidden: []) { ($0.encoder, $0.decoder) = (.conv, .conv) }),
    step(
      "glow-step", "Glow of 2 levels of 8 steps, width 128, 28×28 numbers, batch 64", batch: 64,
      density(.glow(8, levels: 2, width: 128), .real)),
    sampling(
      "made-500-sample", "100 items of 784 bits from MADE of 500 units",
      density(.made(hidden: 500), .binary), count: 100),
    sampling(
      "maf-5-1024-sample", "20 items of 784 numbers from MAF of 5 steps of 1024 + 1024 units",
      density(.maf(5, hidden: 1024), .real), count: 20),
  ]

  private static func density(_ flow: FlowChoice, _ kind: ValueKind) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: .flow, itemDimensions: [28, 28], valueKind: kind, latentSize: 784)
    specification.flow = flow
    return specification
  }

  private static func autoencoder(
    _ objective: ObjectiveChoice, z: Int, hidden: [Int],
    _ change: (inout ModelSpecification) -> Void
  ) -> ModelSpecification {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: [28, 28], valueKind: .binary, latentSize: z,
      hidden: hidden)
    change(&specification)
    return specification
  }

  private static func step(
    _ name: String, _ purpose: String, batch: Int, _ specification: ModelSpecification
  ) -> Benchmark {
    Benchmark(
      name: name, purpose: "a training step: \(purpose)",
      plan: { try MethodStep(specification, batch: batch).step.plan }
    ) {
      let method = try MethodStep(specification, batch: batch)
      return Measurement(
        seconds: try method.step.seconds(of: 40, after: 5), threads: 2, computed: method.computed)
    }
  }

  private static func sampling(
    _ name: String, _ purpose: String, _ specification: ModelSpecification, count: Int
  ) -> Benchmark {
    Benchmark(name: name, purpose: purpose) {
      let model = try Model(specification: specification, seed: 1)
      var (seconds, sum): ([Double], Double) = ([], 0)
      for run in 0..<4 {
        let begin = ContinuousClock.now
        let drawn = try model.sample(count, seed: UInt64(run), threads: 2)
        if run >= 1 { seconds.append(begin.secondsSince) }
        sum = drawn.draws.elements.reduce(0) { $0 + Double($1) }
      }
      return Measurement(
        seconds: seconds, threads: 2,
        computed: [
          "mean": sum / Double(count * 784), "parameters": Double(model.parameterCount),
        ])
    }
  }
}
