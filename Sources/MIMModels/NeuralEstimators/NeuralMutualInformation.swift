import Foundation
import MIMTensor

/// A lower bound on I(x; z) in nats by a trained critic.
///
/// The points are split at random, by default so: 60 % train the critic, 20 % choose the step whose critic is
/// kept, and the value is measured on the last 20 %, which neither saw, so that it is a lower bound
/// in expectation and not a trace of overfitting. Columns are standardised. The same seed and
/// options give the same bits.
///
/// - Parameters:
///   - x: `[n, …]`, finite.
///   - z: `[n, …]`, finite; row i belongs to row i of `x`.
///   - shouldStop: asked before every step; true ends the work.
///   - onStep: told of every step that was made.
/// - Returns: the estimate, nil if `shouldStop` ended the work.
/// - Throws: `ModelError.unusableRequest` for too few points, options out of range and values that
///   are not finite.
public func neuralMutualInformation(
  _ x: HostArray<Float>, _ z: HostArray<Float>, by estimator: NeuralEstimator,
  options: NeuralEstimatorOptions = NeuralEstimatorOptions(),
  shouldStop: () -> Bool = { false }, onStep: (Int) -> Void = { _ in }
) throws -> NeuralEstimate? {
  let pairs = try PairTable(x, z)
  let run = try CriticTraining(pairs, estimator: estimator, options: options)
  return try run.estimate(shouldStop: shouldStop, onStep: onStep)
}

/// One training of a critic with its three parts of the points.
private struct CriticTraining {
  private let estimator: NeuralEstimator
  private let options: NeuralEstimatorOptions
  private let bound: any CriticBound
  private let batch: Int
  private let train: PairTable
  private let choice: PairTable
  private let test: PairTable

  /// How often the critic is looked at.
  private static let looks = 20
  /// With `CriticSplit.halves`: steps from look to look, and looks without a better value that end the training.
  private static let benchmarkInterval = 250
  private static let benchmarkPatience = 2
  private static let fewestPoints = 40

  init(_ pairs: PairTable, estimator: NeuralEstimator, options: NeuralEstimatorOptions) throws {
    self.estimator = estimator
    self.options = options
    batch = try Self.batch(options, points: pairs.count)
    var stream = RandomStream(seed: options.seed, stream: "\(estimator.rawValue).split")
    let order = stream.shuffled(pairs.count)
    bound = estimator.bound(
      xWidth: pairs.xWidth, zWidth: pairs.zWidth, hidden: options.hidden,
      split: options.split)
    if options.split == .halves {
      let half = pairs.count / 2
      let training = pairs.selecting(Array(order[half...]))
      train = training.standardised(by: training)
      choice = pairs.selecting(Array(order[..<half])).standardised(by: training)
      test = choice
      return
    }
    let part = pairs.count / 5
    let training = pairs.selecting(Array(order[(2 * part)...]))
    train = training.standardised(by: training)
    choice = pairs.selecting(Array(order[..<part])).standardised(by: training)
    test = pairs.selecting(Array(order[part..<2 * part])).standardised(by: training)
  }

  /// The batch: each of the two parts of a fifth has room for two of it.
  private static func batch(_ options: NeuralEstimatorOptions, points: Int) throws -> Int {
    guard points >= fewestPoints else {
      throw ModelError.unusableRequest(
        reason: "a critic needs at least \(fewestPoints) points, but there are \(points); "
          + "use mi, or more points")
    }
    guard options.steps >= 1, options.hidden.allSatisfy({ $0 >= 1 }),
      options.learningRate > 0, options.learningRate.isFinite
    else {
      throw ModelError.unusableRequest(
        reason: "steps, hidden widths and the learning rate of a critic must be positive")
    }
    let largest = points / 10
    guard let batch = options.batch else { return min(128, largest) }
    guard (2...largest).contains(batch) else {
      throw ModelError.unusableRequest(
        reason:
          "batch=\(batch) can't be used with \(points) points, because only a fifth is held out; "
          + "use batch= from 2 to \(largest)")
    }
    return batch
  }

  func estimate(shouldStop: () -> Bool, onStep: (Int) -> Void) throws -> NeuralEstimate? {
    let store = try ParameterStore(
      Dictionary(
        uniqueKeysWithValues: bound.parameters.map {
          ($0.name, $0.initializer.values(shape: $0.shape, name: $0.name, seed: options.seed))
        }))
    let program = try bound.step(batch: batch, store: store, options: options)
    var random = RandomStream(seed: options.seed, stream: "\(estimator.rawValue).batches")
    var best = (value: -Double.infinity, step: 0, parameters: store.parameters)
    let stopsEarly = options.split == .halves
    let interval = stopsEarly ? Self.benchmarkInterval : max(1, options.steps / Self.looks)
    var worse = 0
    for step in 1...options.steps {
      if shouldStop() { return nil }
      let isFinite = program.run(step: UInt64(step)) {
        bound.fill($0, batch: batch, from: train, using: &random)
      }
      guard isFinite else { throw diverged(step) }
      onStep(step)
      guard step % interval == 0 || step == options.steps else { continue }
      // The rows that are measured at the end, where these are the same: a critic may explode on one of them.
      let value = try measure(choice, store, isFinal: stopsEarly).value
      worse = value > best.value ? 0 : worse + 1
      if value > best.value { best = (value, step, store.parameters) }
      if stopsEarly, worse >= Self.benchmarkPatience { break }
    }
    return try result(best.parameters, step: best.step)
  }

  private func result(
    _ parameters: [String: HostArray<Float>], step: Int
  ) throws -> NeuralEstimate {
    let found = try measure(test, try ParameterStore(parameters), isFinal: true)
    guard found.value.isFinite else { throw diverged(step) }
    return NeuralEstimate(
      estimator: estimator, value: found.value, standardError: found.standardError,
      count: found.count, batch: batch, bestStep: step,
      contrasts: bound is InfoNCE ? batch : found.count)
  }

  private func measure(
    _ pairs: PairTable, _ store: ParameterStore, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int) {
    try bound.measure(
      pairs, batch: batch, store: store, threads: options.threads, isFinal: isFinal)
  }

  private func diverged(_ step: Int) -> ModelError {
    .unusableRequest(
      reason: "the critic of \(estimator.rawValue) diverged at step \(step); use a smaller lr=")
  }
}
