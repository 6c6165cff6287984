import Foundation
import MIMTensor

/// A critic f(x, z) for all pairs of a batch: a multilayer perceptron on both together, whose first layer is a sum of a
/// part of x and a part of z, so that it is computed once for each row.
struct PairCritic: Sendable {
  private let xLayer: Linear
  private let zLayer: Linear
  private let rest: Critic

  init(name: String, xWidth: Int, zWidth: Int, hidden: [Int]) {
    let first = hidden.first ?? 1
    xLayer = Linear(name: "\(name).x", inputs: xWidth, outputs: first)
    zLayer = Linear(name: "\(name).z", inputs: zWidth, outputs: first)
    rest = Critic(name: name, inputs: first, hidden: Array(hidden.dropFirst()), outputs: 1)
  }

  var parameters: [ParameterDeclaration] {
    xLayer.parameters + zLayer.parameters + rest.parameters
  }

  /// f(x_i, z_j), `[a, b]`, for `[a, …]` and `[b, …]`.
  func allScores(_ x: Tensor, _ z: Tensor) -> Tensor {
    let (own, other) = (xLayer.apply(x), zLayer.apply(z))
    let (a, b, width) = (own.shape[0], other.shape[0], own.shape[1])
    // Pairs innermost, as the narrow layers that follow read them.
    let hidden =
      (own.transpose().reshape([width, a, 1]) + other.transpose().reshape([width, 1, b])).relu()
    return rest.apply(hidden.reshape([width, a * b]).transpose()).reshape([a, b])
  }

  /// f(x_i, z_i), `[batch]`.
  func pairScores(_ x: Tensor, _ z: Tensor) -> Tensor {
    rest.apply((xLayer.apply(x) + zLayer.apply(z)).relu()).reshape([x.shape[0]])
  }
}

/// A critic's scores of a training batch.
struct PairScores {
  /// f(x_i, z_i), `[batch]`.
  let positive: Tensor
  /// f(x_i, z_j), `[batch, batch]`.
  let all: Tensor
  private let batch: Int

  init(positive: Tensor, all: Tensor) {
    self.positive = positive
    self.all = all
    batch = positive.shape[0]
  }

  private var count: Double { Double(batch * (batch - 1)) }

  /// The numbers `own` where i = j and `other` elsewhere, `[batch, batch]`.
  private func diagonal(_ own: Float, _ other: Float) -> Tensor {
    positive.graph.constant(
      HostArray(
        (0..<batch * batch).map { $0 % (batch + 1) == 0 ? own : other }, shape: [batch, batch]))
  }

  /// log of the mean of exp f(x_i, z_j) over i ≠ j, a scalar.
  var logMeanExp: Tensor {
    (all + diagonal(-1e9, 0)).logSumExp(axis: 0).logSumExp(axis: 0) - Float(log(count))
  }

  /// log of the mean of exp f(x_i, z_j) over j, `[batch]`.
  var logMeanExpOfRows: Tensor { all.logSumExp(axis: 1) - Float(log(Double(batch))) }

  /// The mean of `map` of the scores over i ≠ j, a scalar.
  func meanOverOthers(_ map: (Tensor) -> Tensor) -> Tensor {
    (map(all) * diagonal(0, Float(1 / count))).sum()
  }
}

/// A lower bound by a critic's scores, and how the critic is trained for it.
struct PairObjective: Sendable {
  /// What is measured in nats.
  enum Bound: Sendable {
    /// By P, the mean of f over pairs, and L, the logarithm of the mean of exp f over combinations of rows that don't belong together: the
    /// value, and its derivative by L.
    case ofAll(
      value: @Sendable (_ positive: Double, _ logMean: Double) -> Double,
      slope: @Sendable (_ logMean: Double) -> Double)
    /// The mean over rows i of f(x_i, z_i) − log 1/n Σ_j exp f(x_i, z_j), at most log n.
    case ofRows
  }

  /// The name of its parameters.
  let name: String
  /// What training minimises.
  let loss: @Sendable (PairScores) -> Tensor
  let bound: Bound
}

/// A lower bound by a critic of all pairs.
struct PairwiseBound: CriticBound {
  private let objective: PairObjective
  private let critic: PairCritic
  private let xWidth: Int
  private let width: Int

  /// Rows that are combined with each other when the bound is measured.
  private static let mostRows = 4_096
  /// Rows of x that meet all z at a time.
  private static let rowsAtOnce = 64

  init(_ objective: PairObjective, xWidth: Int, zWidth: Int, hidden: [Int]) {
    self.objective = objective
    self.xWidth = xWidth
    width = xWidth + zWidth
    critic = PairCritic(name: objective.name, xWidth: xWidth, zWidth: zWidth, hidden: hidden)
  }

  var parameters: [ParameterDeclaration] { critic.parameters }

  func rowCount(batch: Int) -> Int { batch }

  func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, batch: Int, from pairs: PairTable,
    using random: inout RandomStream
  ) {
    // Without replacement, as a row met with its own copy would count as a combination.
    var chosen: Set<Int> = []
    while chosen.count < min(batch, pairs.count) {
      let row = random.integer(below: pairs.count)
      guard chosen.insert(row).inserted else { continue }
      pairs.copy(x: row, z: row, to: chosen.count - 1, of: destination)
    }
  }

  func step(
    batch: Int, store: ParameterStore, options: NeuralEstimatorOptions
  ) throws -> CriticStep {
    try CriticStep(
      rows: batch, width: width, parameters: parameters, store: store, options: options
    ) { rows, _ in
      let x = rows.slice(axis: 1, range: 0..<xWidth)
      let z = rows.slice(axis: 1, range: xWidth..<width)
      return (
        objective.loss(
          PairScores(positive: critic.pairScores(x, z), all: critic.allScores(x, z))), nil
      )
    }
  }

  /// Every x is met with every z.
  func measure(
    _ pairs: PairTable, batch: Int, store: ParameterStore, threads: Int, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int) {
    let count = min(pairs.count, isFinal ? Self.mostRows : Self.mostRows / 2)
    let scores = try ScoreTable(
      critic, pairs, count: count, xWidth: xWidth, step: Self.rowsAtOnce, store: store,
      threads: threads)
    let (value, standardError) =
      switch objective.bound {
      case .ofRows: Self.meanOfRows(scores, count)
      case .ofAll(let value, let slope): Self.ofAll(scores, count, value, slope)
      }
    return (value, standardError, count)
  }

  private static func meanOfRows(
    _ scores: ScoreTable, _ count: Int
  ) -> (value: Double, standardError: Double) {
    var terms: [Double] = []
    for first in stride(from: 0, to: count, by: rowsAtOnce) {
      let found = scores.rows(from: first)
      for row in 0..<min(rowsAtOnce, count - first) {
        let own = found[row * count..<(row + 1) * count]
        let largest = Double(own.max() ?? 0)
        let sum = own.reduce(0) { $0 + exp(Double($1) - largest) }
        terms.append(
          Double(found[row * count + first + row]) - largest - log(sum) + log(Double(count)))
      }
    }
    let (mean, standardError) = terms.meanWithError
    return (mean, standardError)
  }

  /// The standard error is that of the bound's linearisation.
  private static func ofAll(
    _ scores: ScoreTable, _ count: Int, _ value: (Double, Double) -> Double,
    _ slope: (Double) -> Double
  ) -> (value: Double, standardError: Double) {
    var (byX, byZ) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    var positives = [Double](repeating: 0, count: count)
    // In logarithms, as exp f has no bound: sums are of exp(f − largest).
    var largest = -Double.infinity
    for first in stride(from: 0, to: count, by: rowsAtOnce) {
      let found = scores.rows(from: first)
      let rows = min(rowsAtOnce, count - first)
      var peak = -Double.infinity
      for row in 0..<rows {
        for other in 0..<count where other != first + row {
          peak = max(peak, Double(found[row * count + other]))
        }
      }
      if peak > largest {
        let factor = exp(largest - peak)
        for place in 0..<count {
          byX[place] *= factor
          byZ[place] *= factor
        }
        largest = peak
      }
      for row in 0..<rows {
        positives[first + row] = Double(found[row * count + first + row])
        for other in 0..<count where other != first + row {
          let weight = exp(Double(found[row * count + other]) - largest)
          byX[first + row] += weight
          byZ[other] += weight
        }
      }
    }
    let total = byX.reduce(0, +)
    let logMean = log(total) + largest - log(Double(count) * Double(count - 1))
    let slope = slope(logMean)
    let linearised = (0..<count).map {
      positives[$0] + slope * Double(count) * (byX[$0] + byZ[$0]) / total
    }
    return (
      value(positives.meanWithError.mean, logMean), linearised.meanWithError.standardError
    )
  }
}

/// A critic's scores of some x with all z.
private final class ScoreTable {
  private let plan: Plan
  private let x: Tensor
  private let z: Tensor
  private let output: Tensor
  private let pairs: PairTable
  private let count: Int
  private let step: Int
  private let xWidth: Int

  init(
    _ critic: PairCritic, _ pairs: PairTable, count: Int, xWidth: Int, step: Int,
    store: ParameterStore, threads: Int
  ) throws {
    let graph = Graph()
    (self.pairs, self.count, self.step, self.xWidth) = (pairs, count, step, xWidth)
    x = graph.input("x", shape: [step, xWidth])
    z = graph.input("z", shape: [count, pairs.width - xWidth])
    output = critic.allScores(x, z)
    plan = try Plan(
      graph: graph, outputs: [output], store: store, options: PlanOptions(threads: threads, seed: 0)
    )
    let (width, values) = (pairs.width, pairs.rows.elements)
    plan.withInput(z) { destination in
      for row in 0..<count {
        for column in xWidth..<width {
          destination[row * (width - xWidth) + column - xWidth] = values[row * width + column]
        }
      }
    }
  }

  /// The scores of rows `first` and the next ones, `[step, count]`; those past the last row mean nothing.
  func rows(from first: Int) -> [Float] {
    let (width, values) = (pairs.width, pairs.rows.elements)
    plan.withInput(x) { destination in
      for place in 0..<step {
        let row = min(first + place, count - 1)
        for column in 0..<xWidth {
          destination[place * xWidth + column] = values[row * width + column]
        }
      }
    }
    plan.run(step: 0)
    return plan.value(of: output).elements
  }
}
