import Foundation
import MIMModels
import MIMTensor

/// The trainer's own step of a two-level image model, as `train` runs it: batch 100 of 28×28 images
/// binarised anew, gradient-normalised Adam, two threads (Tests/Benchmarks/peers/image_step.py computes
/// the same in PyTorch).
final class ImageStep {
  static let images = 1_000

  let step: RepeatedStep

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
    var stream = RandomStream(seed: 1, stream: "images")
    let items = HostArray(
      stream.uniforms(Self.images * 784).map { Float($0) }, shape: [Self.images, 28, 28])
    let data = Dataset(
      name: "images", train: DataSplit(role: .train, items: items, labels: nil),
      valueKind: .gray)
    let model = try Model(specification: specification, seed: 1, items: items)
    let training = try TrainingStep(
      specification.network(), specification: specification,
      store: ParameterStore(model.parameters), options: options,
      decoderBranch: objective == .mim, binarises: true)
    step = RepeatedStep(
      training, on: EpochBatches(data, epoch: 1, options: options), learningRate: 5e-4)
  }

  /// What the step computed, and its memory: what the plan announced, and the most that the process had.
  var computed: [String: Double] {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let memory = [
      "announced_bytes": Double(step.plan.peakBytes + step.plan.parameterBytes),
      "resident_bytes": Double(usage.ru_maxrss) * 1024,
    ]
    return step.computed.merging(memory) { first, _ in first }
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
      plan: { try ImageStep(objective: objective, decoder: decoder, prior: prior).step.plan }
    ) {
      let image = try ImageStep(objective: objective, decoder: decoder, prior: prior)
      return Measurement(
        seconds: try image.step.seconds(of: 6, after: 2), threads: 2, computed: image.computed)
    }
  }
}
