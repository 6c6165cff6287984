import Foundation
import MIMModels
import MIMTensor

/// The trainer's own step of a two-level image model, as `train` runs it: batch 100 of 28×28 images
/// binarised anew, gradient-normalised Adam, two threads (Tests/Benchmarks/peers/image_step.py computes
/// the same in PyTorch).
final class ImageStep {
  static let images = 1_000

  private let training: TrainingStep
  private let data: Dataset
  private let options: TrainingOptions
  private var batches: EpochBatches
  private var next = 0

  init(objective: ObjectiveChoice, decoder: NetworkChoice, prior: PriorChoice) throws {
    var specification = ModelSpecification(
      objective: objective, itemDimensions: [28, 28], valueKind: .binary, latentSizes: [40, 40],
      decoder: decoder)
    specification.prior = prior
    var options = TrainingOptions()
    options.seed = 1
    options.batch = 100
    options.threads = 2
    options.optimizer = .gradientNormalised
    self.options = options
    var stream = RandomStream(seed: 1, stream: "images")
    let items = HostArray(
      stream.uniforms(Self.images * 784).map { Float($0) }, shape: [Self.images, 28, 28])
    data = Dataset(
      name: "images", train: DataSplit(role: .train, items: items, labels: nil),
      valueKind: .gray)
    batches = EpochBatches(data, epoch: 1, options: options)
    let model = try Model(specification: specification, seed: 1, items: items)
    training = try TrainingStep(
      specification.network(), specification: specification,
      store: ParameterStore(model.parameters), options: options,
      decoderBranch: objective == .mim, binarises: true)
    training.plan.set(training.beta, to: 1)
    training.plan.set(training.learningRate, to: 5e-4)
  }

  func run(step: UInt64) throws {
    training.plan.withInput(training.batch) { batches.copy(next, into: $0) }
    next = (next + 1) % batches.count
    _ = try training.run(step: step)
  }

  /// What its plan is made of.
  var plan: PlanSummary { training.plan.summary }

  /// What the step computed, and its memory: what the plan announced, and the most that the process had.
  var computed: [String: Double] {
    let summary = training.plan.summary
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [
      "loss": Double(training.plan.scalar(of: training.loss)),
      "flops": Double(summary.flopsPerStep),
      "announced_bytes": Double(summary.peakBytes + summary.parameterBytes),
      "resident_bytes": Double(usage.ru_maxrss) * 1024,
    ]
  }
}

extension Benchmark {
  static let imageSteps = [
    imageStep("convhvae-amim-vamp500", .amim, .conv, vamp500),
    imageStep("convhvae-mim-vamp500", .mim, .conv, vamp500),
    imageStep("convhvae-amim-standard", .amim, .conv, .normal),
    imageStep("pixelhvae-amim-vamp500", .amim, .pixelcnn(layers: 8, channels: 64), vamp500),
  ]

  private static let vamp500 = PriorChoice.vampprior(PseudoInputs(500))

  private static func imageStep(
    _ name: String, _ objective: ObjectiveChoice, _ decoder: NetworkChoice, _ prior: PriorChoice
  ) -> Benchmark {
    Benchmark(
      name: name, purpose: "a training step of the image model, batch 100",
      plan: { try ImageStep(objective: objective, decoder: decoder, prior: prior).plan }
    ) {
      let training = try ImageStep(objective: objective, decoder: decoder, prior: prior)
      var seconds: [Double] = []
      for step in 0..<8 {
        let begin = ContinuousClock.now
        try training.run(step: UInt64(step))
        // The first step touches memory for the first time.
        if step >= 2 { seconds.append(begin.secondsSince) }
      }
      return Measurement(seconds: seconds, threads: 2, computed: training.computed)
    }
  }
}
