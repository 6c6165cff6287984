import MIMModels
import MIMTensor

/// The trainer's own symmetric MIM step of a small network, as `train` runs it: batch 128 copied
/// from a shuffled epoch of 9,984 points, both branches with five network passes, gradient and
/// Adam in one plan (the objective: Tests/Benchmarks/peers/mlp_step.py, which computes the same in
/// JAX).
final class MLPStep {
  static let points = 9_984

  private let training: TrainingStep
  private let data: Dataset
  private let options: TrainingOptions
  private var batches: EpochBatches
  private var epoch = 1
  private var next = 0

  init(xSize: Int, zSize: Int, hidden: Int) throws {
    let specification = ModelSpecification(
      objective: .mim, itemDimensions: [xSize], valueKind: .real, latentSize: zSize,
      hidden: [hidden])
    var options = TrainingOptions()
    options.seed = 1
    self.options = options
    data = Dataset(
      name: "points", train: DataSplit(role: .train, items: Self.items(xSize), labels: nil),
      valueKind: .real)
    batches = EpochBatches(data, epoch: 1, options: options)
    let model = try Model(specification: specification, seed: 1)
    training = try TrainingStep(
      specification.network(), specification: specification,
      store: ParameterStore(model.parameters), options: options, decoderBranch: true,
      binarises: false)
    training.plan.set(training.beta, to: 1)
    // At 1e-3 the 20-D problem makes the loss leap, in JAX too; the time is the same.
    training.plan.set(training.learningRate, to: 1e-4)
  }

  /// One step: the next batch of the epoch's order, and a replay of the plan.
  func run(step: UInt64) {
    if next == batches.count {
      epoch += 1
      batches = EpochBatches(data, epoch: epoch, options: options)
      next = 0
    }
    training.plan.withInput(training.batch) { batches.copy(next, into: $0) }
    training.plan.run(step: step)
    next += 1
  }

  /// What its plan is made of.
  var plan: PlanSummary { training.plan.summary }

  /// The loss that the trainer reports: the mean of the two branches.
  var loss: Double { Double(training.plan.scalar(of: training.loss)) }

  /// Standard normal points; the time of a step does not depend on them.
  private static func items(_ features: Int) -> HostArray<Float> {
    var stream = RandomStream(seed: 1, stream: "data")
    return HostArray(stream.normals(points * features), shape: [points, features])
  }
}
