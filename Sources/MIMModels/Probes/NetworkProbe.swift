import Foundation
import MIMTensor

/// How the network of a probe is trained.
public struct NetworkProbeOptions: Sendable, Equatable {
  /// The width of its hidden layers, ReLU.
  public var width = 64
  /// The number of hidden layers.
  public var layers = 1
  /// The most passes over the rows.
  public var epochs = 100
  /// Passes without a better loss on the rows set aside after which it stops.
  public var patience = 5
  /// Rows in a batch.
  public var batch = 128
  /// Adam's learning rate.
  public var learningRate = 1e-3
  /// Starts the weights, sets rows aside and picks the batches.
  public var seed: UInt64 = 0
  /// The threads that products may use.
  public var threads = 1

  /// The defaults.
  public init() {}
}

/// A multilayer perceptron that learns a few numbers from features: the log odds of classes under the cross-entropy,
/// or numbers under the mean squared error. A tenth of the rows is set aside; the weights of the epoch that is best on
/// them are kept.
public struct NetworkProbe {
  private let network: Critic
  private let store: ParameterStore
  private let inputs: Int
  private let isClassifier: Bool
  private let shift: Double
  private let scale: Double
  private let threads: Int

  /// What it learns.
  public enum Target: Sendable {
    /// One class a row, 0 to `count` − 1.
    case classes([Int32], count: Int)
    /// One number a row.
    case numbers([Double])
  }

  /// - Parameters:
  ///   - rows: `[n, d]`, standardised.
  ///   - target: of n rows.
  ///   - shouldStop: asked before every step; true ends the work.
  /// - Throws: `ModelError.unusableRequest` for fewer than 20 rows or where a loss isn't finite;
  ///   `CancellationError` if `shouldStop` ended the work.
  public init(
    learning rows: HostArray<Float>, target: Target,
    options: NetworkProbeOptions = NetworkProbeOptions(), shouldStop: () -> Bool = { false }
  ) throws {
    guard rows.rowCount >= 20 else {
      throw ModelError.unusableRequest(
        reason:
          "a network needs at least 20 rows to learn from, but there are \(rows.rowCount); use kind=linear"
      )
    }
    let outputs: Int
    let goals: [Float]
    switch target {
    case .classes(let labels, let count):
      (outputs, isClassifier, shift, scale) = (count, true, 0, 1)
      goals = labels.flatMap { label in (0..<count).map { $0 == Int(label) ? Float(1) : 0 } }
    case .numbers(let numbers):
      let count = Double(numbers.count)
      let mean = numbers.reduce(0, +) / count
      let deviation =
        (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      (outputs, isClassifier, shift, scale) = (1, false, mean, deviation > 0 ? deviation : 1)
      let unit = deviation > 0 ? deviation : 1
      goals = numbers.map { Float(($0 - mean) / unit) }
    }
    inputs = rows.rowSize
    threads = options.threads
    network = Critic(
      name: "probe", inputs: inputs,
      hidden: [Int](repeating: options.width, count: options.layers), outputs: outputs)
    let joined = Self.joined(rows, goals, outputs)
    store = try Self.trained(
      network, joined, inputs: inputs, outputs: outputs, isClassifier: isClassifier, options,
      shouldStop: shouldStop)
  }

  /// p(k | x), `[m, classes]`, or a number for each row.
  public func predictions(of rows: HostArray<Float>) throws -> [Double] {
    let isClassifier = isClassifier
    let program = try BatchedProgram(
      width: inputs, store: store, seed: 0, threads: threads
    ) { rows in
      let found = network.apply(rows)
      return [isClassifier ? found.softmax(axis: 1) : found]
    }
    return program.run(rows)[0].elements.map { Double($0) * scale + shift }
  }

  /// Rows with what is wanted of them behind.
  private static func joined(
    _ rows: HostArray<Float>, _ goals: [Float], _ outputs: Int
  ) -> HostArray<Float> {
    HostArray(
      (0..<rows.rowCount).flatMap { row in
        Array(rows.row(row)) + goals[row * outputs..<(row + 1) * outputs]
      }, shape: [rows.rowCount, rows.rowSize + outputs])
  }

  /// Each row's loss, `[batch]`.
  private static func losses(
    _ network: Critic, _ rows: Tensor, inputs: Int, outputs: Int, isClassifier: Bool
  ) -> Tensor {
    let found = network.apply(rows.slice(axis: 1, range: 0..<inputs))
    let goals = rows.slice(axis: 1, range: inputs..<inputs + outputs)
    guard isClassifier else { return (found - goals).square().sum(axes: [1]) }
    return found.logSumExp(axis: 1) - (found * goals).sum(axes: [1])
  }

  private static func trained(
    _ network: Critic, _ rows: HostArray<Float>, inputs: Int, outputs: Int, isClassifier: Bool,
    _ options: NetworkProbeOptions, shouldStop: () -> Bool
  ) throws -> ParameterStore {
    var random = RandomStream(seed: options.seed, stream: "network probe")
    let order = random.shuffled(rows.rowCount)
    let aside = rows.rowCount / 10
    let (choice, train) = (rows.rows(order[..<aside]), Array(order[aside...]))
    let batch = max(1, min(options.batch, train.count))
    let store = try ParameterStore(
      Dictionary(
        uniqueKeysWithValues: network.parameters.map {
          ($0.name, $0.initializer.values(shape: $0.shape, name: $0.name, seed: options.seed))
        }))
    var steps = NeuralEstimatorOptions()
    steps.learningRate = options.learningRate
    steps.seed = options.seed
    steps.threads = options.threads
    let width = inputs + outputs
    let step = try CriticStep(
      rows: batch, width: width, parameters: network.parameters, store: store, options: steps
    ) { rows, _ in
      let losses = losses(
        network, rows, inputs: inputs, outputs: outputs, isClassifier: isClassifier)
      return (losses.mean(), nil)
    }
    let look = try BatchedProgram(width: width, store: store, seed: 0, threads: options.threads) {
      [losses(network, $0, inputs: inputs, outputs: outputs, isClassifier: isClassifier)]
    }
    var best = (loss: Double.infinity, epoch: 0, parameters: store.parameters)
    var number: UInt64 = 0
    for epoch in 1...max(1, options.epochs) {
      let places = random.shuffled(train.count)
      for first in stride(from: 0, through: train.count - batch, by: batch) {
        if shouldStop() { throw CancellationError() }
        number += 1
        let isFinite = step.run(step: number) { destination in
          rows.elements.withUnsafeBufferPointer { source in
            for place in 0..<batch {
              let row = train[places[first + place]]
              for column in 0..<width {
                destination[place * width + column] = source[row * width + column]
              }
            }
          }
        }
        guard isFinite else { throw diverged(epoch) }
      }
      let losses = look.run(choice)[0].doubles
      let loss = losses.reduce(0, +) / Double(losses.count)
      guard loss.isFinite else { throw diverged(epoch) }
      if loss < best.loss { best = (loss, epoch, store.parameters) }
      if epoch - best.epoch >= options.patience { break }
    }
    return try ParameterStore(best.parameters)
  }

  private static func diverged(_ epoch: Int) -> ModelError {
    .unusableRequest(
      reason: "the network of the probe diverged in epoch \(epoch); use a smaller lr=")
  }
}
