import MIMTensor

/// A multilayer perceptron with ReLU layers and a linear last one.
struct Critic: Sendable {
  private let layers: [Linear]

  init(name: String, inputs: Int, hidden: [Int], outputs: Int) {
    let widths = [inputs] + hidden + [outputs]
    layers = (1..<widths.count).map {
      Linear(name: "\(name).\($0 - 1)", inputs: widths[$0 - 1], outputs: widths[$0])
    }
  }

  var parameters: [ParameterDeclaration] { layers.flatMap(\.parameters) }

  /// `[batch, inputs]` → `[batch, outputs]`.
  func apply(_ x: Tensor) -> Tensor {
    layers.indices.reduce(x) { value, index in
      layers[index].apply(value, activation: index + 1 < layers.count ? .relu : .none)
    }
  }
}

/// One optimiser step of a critic, planned once.
final class CriticStep {
  private let plan: Plan
  private let rows: Tensor
  private let learningRate: Tensor
  /// A number that a step hands to the next one.
  private let memory: (input: Tensor, output: Tensor)?

  /// Traces `loss` from rows `[rows, width]` and the number that the last step left, 0 at first.
  init(
    rows count: Int, width: Int, parameters: [ParameterDeclaration], store: ParameterStore,
    options: NeuralEstimatorOptions,
    loss: (_ rows: Tensor, _ memory: Tensor) -> (loss: Tensor, memory: Tensor?)
  ) throws {
    let graph = Graph()
    rows = graph.input("rows", shape: [count, width])
    learningRate = graph.input("learning rate", shape: [])
    let before = graph.input("memory", shape: [])
    let traced = loss(rows, before)
    memory = traced.memory.map { (before, $0) }
    let player = Player(
      minimising: traced.loss, moving: parameters, learningRate: learningRate)
    plan = try Plan(
      graph: graph, outputs: [traced.loss] + (traced.memory.map { [$0] } ?? []),
      updates: graph.updates(of: [player]),
      store: store, options: PlanOptions(threads: options.threads, seed: options.seed))
    plan.set(learningRate, to: Float(options.learningRate))
    plan.set(before, to: 0)
  }

  /// Makes the step; false where a gradient isn't finite.
  func run(step: UInt64, _ fill: (UnsafeMutableBufferPointer<Float>) -> Void) -> Bool {
    plan.withInput(rows, fill)
    guard plan.run(step: step) else { return false }
    if let memory { plan.set(memory.input, to: plan.scalar(of: memory.output)) }
    return true
  }
}

/// A lower bound on mutual information made of a critic.
protocol CriticBound: Sendable {
  var parameters: [ParameterDeclaration] { get }

  /// The rows of a training batch of `batch` pairs.
  func rowCount(batch: Int) -> Int

  /// Writes a training batch.
  func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, batch: Int, from pairs: PairTable,
    using random: inout RandomStream)

  /// The training step on batches of that size.
  func step(
    batch: Int, store: ParameterStore, options: NeuralEstimatorOptions
  ) throws -> CriticStep

  /// The bound on pairs that the critic was not trained on, with its standard error and the number
  /// of pairs used. `isFinal`: as exactly as the pairs allow.
  func measure(
    _ pairs: PairTable, batch: Int, store: ParameterStore, threads: Int, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int)
}

extension [Double] {
  /// Their mean, and its standard error as of independent numbers.
  var meanWithError: (mean: Double, standardError: Double) {
    let mean = reduce(0, +) / Double(count)
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(count * Swift.max(1, count - 1))).squareRoot())
  }
}
