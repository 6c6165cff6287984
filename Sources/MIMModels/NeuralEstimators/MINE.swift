import Foundation
import MIMTensor

/// Donsker and Varadhan's bound with a joint critic T (Belghazi et al. 2018, arXiv:1801.04062,
/// equations 5 and 10):
///
///     I(x; z) ≥ E_q(x,z)[T] − log E_q(x)q(z)[exp T]
///
/// Trained with the paper's correction of the gradient's bias (section 3.2): the expectation that
/// divides the second term's gradient is a running mean over steps, with decay 0.99.
struct MINE: CriticBound {
  let critic: Critic
  let width: Int

  private static let decay = 0.99

  init(xWidth: Int, zWidth: Int, hidden: [Int]) {
    width = xWidth + zWidth
    critic = Critic(name: "mine", inputs: width, hidden: hidden, outputs: 1)
  }

  var parameters: [ParameterDeclaration] { critic.parameters }

  /// Pairs as they are, then as many of the product of the marginals.
  func rowCount(batch: Int) -> Int { 2 * batch }

  func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, batch: Int, from pairs: PairTable,
    using random: inout RandomStream
  ) {
    for place in 0..<batch {
      let (row, other) = (random.integer(below: pairs.count), random.integer(below: pairs.count))
      pairs.copy(x: row, z: row, to: place, of: destination)
      pairs.copy(x: row, z: other, to: batch + place, of: destination)
    }
  }

  func step(
    batch: Int, store: ParameterStore, options: NeuralEstimatorOptions
  ) throws -> CriticStep {
    try CriticStep(
      rows: 2 * batch, width: width, parameters: parameters, store: store, options: options
    ) { rows, logMean in
      let scores = critic.apply(rows)
      let joint = scores.slice(axis: 0, range: 0..<batch)
      let product = scores.slice(axis: 0, range: batch..<2 * batch)
      let logBatchMean = product.logSumExp(axis: 0).reshape([]) - Float(log(Double(batch)))
      // In logarithms, as exp T has no bound.
      let running = (logMean + Float(log(Self.decay)))
        .logAddExp(logBatchMean + Float(log(1 - Self.decay))).stopGradient()
      return ((product - running).exp().mean() - joint.mean(), running)
    }
  }

  /// Every x is met with the z of the `shifts` rows that follow it. The standard error is that of
  /// the bound's linearisation: T(x_i, z_i) − (E_z[exp T(x_i, z)] + E_x[exp T(x, z_i)]) / E[exp T].
  func measure(
    _ pairs: PairTable, batch: Int, store: ParameterStore, threads: Int, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int) {
    let count = pairs.count
    let shifts = min(count - 1, isFinal ? 64 : 8)
    let program = try BatchedProgram(width: width, store: store, seed: 0, threads: threads) {
      [critic.apply($0)]
    }
    func scores(shift: Int) -> [Double] {
      var rows = [Float](repeating: 0, count: count * width)
      rows.withUnsafeMutableBufferPointer { rows in
        for row in 0..<count {
          pairs.copy(x: row, z: (row + shift) % count, to: row, of: rows)
        }
      }
      return program.run(HostArray(rows, shape: [count, width]))[0].doubles
    }
    let joint = scores(shift: 0)
    let products = (1...shifts).map { scores(shift: $0) }
    let largest = products.lazy.flatMap { $0 }.max() ?? 0
    var (byX, byZ) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for (index, scores) in products.enumerated() {
      for row in 0..<count {
        let weight = exp(scores[row] - largest) / Double(shifts)
        byX[row] += weight
        byZ[(row + index + 1) % count] += weight
      }
    }
    let mean = byX.reduce(0, +) / Double(count)
    let value = joint.meanWithError.mean - (log(mean) + largest)
    let linearised = (0..<count).map { joint[$0] - (byX[$0] + byZ[$0]) / mean }
    return (value, linearised.meanWithError.standardError, count)
  }
}
