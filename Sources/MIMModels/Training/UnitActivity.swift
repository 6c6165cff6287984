import Foundation
import MIMTensor

/// How many latent units are in use while a model trains: an estimate on one batch, for progress lines.
public struct ActiveUnits: Sendable, Hashable {
  /// The units whose posterior mean has a variance over the batch's items above `CollapseReport.activeVariance` (Burda, Grosse and
  /// Salakhutdinov 2016, arXiv:1509.00519, section 5.2).
  public let count: Int
  /// All latent units.
  public let total: Int
}

/// Counts the active units of a model in training, on one batch that stays the same: of the validation split, else of the training
/// split. One pass of the encoder.
package struct UnitActivity {
  private let program: BatchedProgram
  private let rows: HostArray<Float>

  /// Nil for a model without codes. Throws what a plan throws.
  package init?(
    _ network: any LatentVariableModel, specification: ModelSpecification, data: Dataset,
    store: ParameterStore, options: TrainingOptions
  ) throws {
    let split = data.val ?? data.train
    guard !specification.objective.component.modelsItemsAlone, split.count > 1 else { return nil }
    let count = min(options.batch, split.count)
    // Evenly over the split, which may be sorted by class.
    let chosen = (0..<count).map { $0 * split.count / count }
    rows = try specification.rows(split.items, labels: split.labels).rows(chosen)
    let binarises = data.val == nil && data.binarisation == .dynamic
    program = try BatchedProgram(
      network, width: specification.rowWidth, batch: count, store: store, seed: options.seed,
      threads: options.threads
    ) { x, shared in
      let noise = NoiseSource.fresh(in: x.graph, prefix: "activity.")
      let posterior = network.posterior(
        of: binarises ? noise.binarised(x) : x, sharing: shared)
      let moments = posterior.moments(from: noise, stream: NoiseStream.posterior)
      return [moments.mean] + (moments.meanVariance.map { [$0] } ?? [])
    }
  }

  /// The active units of the model as it is now; nil where a mean is not finite.
  package func count() -> ActiveUnits? {
    let found = program.run(rows)
    guard let means = found.first else { return nil }
    let variances = means.columnVariances(beyond: found.dropFirst().first)
    guard variances.allSatisfy(\.isFinite) else { return nil }
    return ActiveUnits(
      count: variances.count { $0 > CollapseReport.activeVariance }, total: means.rowSize)
  }
}

/// Measures active units now and then, so that all measurements together take less than a hundredth of the training's time.
struct ActivityWatch {
  private var activity: UnitActivity?
  private var isMade = false
  private var last: ActiveUnits?
  private var spent = 0.0
  private let begin = Date()
  /// What it may take of the time that has passed.
  private static let share = 0.005
  /// Seconds before the first measurement, for which a plan has to be made.
  private static let patience = 1.0

  /// The active units as they were last measured, which is now where that doesn't take too much time; nil before.
  mutating func units(_ make: () throws -> UnitActivity?) -> ActiveUnits? {
    let now = Date()
    let passed = now.timeIntervalSince(begin)
    guard passed >= Self.patience, spent <= passed * Self.share else { return last }
    if !isMade {
      isMade = true
      // Only shown: where it can't be had, training goes on without it.
      activity = try? make()
    }
    last = activity?.count() ?? last
    spent += Date().timeIntervalSince(now)
    return last
  }
}
