import Foundation
import MIMTensor

/// The contrastive bound (van den Oord, Li & Vinyals 2018, arXiv:1807.03748, equation 4; as a bound
/// on I(x; z): Poole et al. 2019, arXiv:1905.06922, equation 10) with a separable critic
/// f(x, z) = g(x)ᵀ h(z), on batches of B pairs:
///
///     I(x; z) ≥ E[ 1/B Σ_i log( exp f(x_i, z_i) / (1/B Σ_j exp f(x_i, z_j)) ) ],     at most log B
struct InfoNCE: CriticBound {
  let xCritic: Critic
  let zCritic: Critic
  let xWidth: Int
  let width: Int

  /// The width of g(x) and h(z).
  private static let features = 32

  init(xWidth: Int, zWidth: Int, hidden: [Int]) {
    self.xWidth = xWidth
    width = xWidth + zWidth
    xCritic = Critic(name: "infonce.x", inputs: xWidth, hidden: hidden, outputs: Self.features)
    zCritic = Critic(name: "infonce.z", inputs: zWidth, hidden: hidden, outputs: Self.features)
  }

  var parameters: [ParameterDeclaration] { xCritic.parameters + zCritic.parameters }

  func rowCount(batch: Int) -> Int { batch }

  func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, batch: Int, from pairs: PairTable,
    using random: inout RandomStream
  ) {
    for place in 0..<batch {
      let row = random.integer(below: pairs.count)
      pairs.copy(x: row, z: row, to: place, of: destination)
    }
  }

  /// The bound's term of each row, `[batch]`.
  private func terms(_ rows: Tensor) -> Tensor {
    let features = xCritic.apply(rows.slice(axis: 1, range: 0..<xWidth))
    let codes = zCritic.apply(rows.slice(axis: 1, range: xWidth..<width))
    let scores = features.matmul(codes, transposeOther: true)
    return (features * codes).sum(axes: [1]) - scores.logSumExp(axis: 1)
      + Float(log(Double(rows.shape[0])))
  }

  func step(
    batch: Int, store: ParameterStore, options: NeuralEstimatorOptions
  ) throws -> CriticStep {
    try CriticStep(
      rows: batch, width: width, parameters: parameters, store: store, options: options
    ) { rows, _ in (-terms(rows).mean(), nil) }
  }

  /// The mean over full batches, which are independent of each other.
  func measure(
    _ pairs: PairTable, batch: Int, store: ParameterStore, threads: Int, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int) {
    let program = try BatchedProgram(
      width: width, batch: batch, store: store, seed: 0, threads: threads
    ) { [terms($0)] }
    let batches = pairs.count / batch
    let values = program.run(pairs.rows.rows(Array(0..<batches * batch)))[0].doubles
    let means = (0..<batches).map { index in
      values[index * batch..<(index + 1) * batch].reduce(0, +) / Double(batch)
    }
    let (mean, standardError) = means.meanWithError
    return (mean, standardError, values.count)
  }
}
