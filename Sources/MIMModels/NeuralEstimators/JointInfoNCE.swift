import Foundation
import MIMTensor

/// The contrastive bound of ``InfoNCE`` with a joint critic f(x, z) of all pairs, as the Beyond-Normal benchmark has it (Czyż et al. 2023,
/// arXiv:2306.11078): trained on batches, measured with every row of the held-out part as a contrast, so that it is at most the logarithm of
/// their number,
///
///     I(x; z) ≥ E[ f(x_i, z_i) − log 1/n Σ_j exp f(x_i, z_j) ],     at most log n
struct JointInfoNCE: CriticBound {
  private let pairwise: PairwiseBound

  init(xWidth: Int, zWidth: Int, hidden: [Int]) {
    pairwise = PairwiseBound(.contrastive, xWidth: xWidth, zWidth: zWidth, hidden: hidden)
  }

  var parameters: [ParameterDeclaration] { pairwise.parameters }

  func rowCount(batch: Int) -> Int { pairwise.rowCount(batch: batch) }

  func fill(
    _ destination: UnsafeMutableBufferPointer<Float>, batch: Int, from pairs: PairTable,
    using random: inout RandomStream
  ) {
    pairwise.fill(destination, batch: batch, from: pairs, using: &random)
  }

  func step(
    batch: Int, store: ParameterStore, options: NeuralEstimatorOptions
  ) throws -> CriticStep {
    try pairwise.step(batch: batch, store: store, options: options)
  }

  /// The mean of the rows' terms; their scatter gives the standard error.
  func measure(
    _ pairs: PairTable, batch: Int, store: ParameterStore, threads: Int, isFinal: Bool
  ) throws -> (value: Double, standardError: Double, count: Int) {
    var terms: [Double] = []
    let count = try pairwise.eachRow(
      of: pairs, store: store, threads: threads, isFinal: isFinal
    ) { row, scores in
      let largest = Double(scores.max() ?? 0)
      let sum = scores.reduce(0) { $0 + exp(Double($1) - largest) }
      let own = Double(scores[scores.startIndex + row])
      terms.append(own - largest - log(sum) + log(Double(scores.count)))
    }
    let (mean, standardError) = terms.meanWithError
    return (mean, standardError, count)
  }
}

extension PairObjective {
  /// The contrastive loss of a batch, each row's own pair among its contrasts. `value` and `slope` belong to bounds of one logarithm.
  fileprivate static let contrastive = PairObjective(
    name: "infonce", loss: { $0.logMeanExpOfRows.mean() - $0.positive.mean() }, value: { $0 - $1 },
    slope: { _ in -1 })
}
