import Foundation
import MIMTensor

/// K codes of some numbers each, moved by gradients or as running means of the vectors that chose them (van den Oord et al. 2017,
/// arXiv:1711.00937, appendix A.1).
struct Codebook: Sendable {
  /// What its arrays begin with.
  let name: String
  /// K.
  let count: Int
  /// Numbers of a code.
  let dim: Int
  /// β, the weight of the commitment.
  let commitment: Float
  /// How means are taken; nil: gradients move the codes.
  let average: Average?

  /// Running means.
  struct Average: Sendable, Hashable {
    /// γ.
    let decay: Float
    /// Whether counts are smoothed before they divide.
    let isSmoothed: Bool
    /// A code chosen less often than this a step starts anew from a vector of the batch; 0: never.
    let restart: Float
    /// What smoothing adds to a count.
    static let epsilon: Float = 1e-5
  }

  /// The codes, or the counts and sums that they are made of.
  var parameters: [ParameterDeclaration] {
    let start = ParameterInitializer.uniform(bound: 1 / Float(count))
    guard average != nil else {
      return [
        ParameterDeclaration(name: "\(name).codes", shape: [count, dim], initializer: start)
      ]
    }
    return [
      ParameterDeclaration(
        name: "\(name).counts", shape: [count], initializer: .constant(1), role: .statistic),
      ParameterDeclaration(
        name: "\(name).sums", shape: [count, dim], initializer: start, role: .statistic),
    ]
  }

  private func sums(_ graph: Graph) -> Tensor {
    graph.parameter("\(name).sums", shape: [count, dim])
  }

  private func counts(_ graph: Graph) -> Tensor {
    graph.parameter("\(name).counts", shape: [count])
  }

  /// e, `[K, dim]`.
  func codes(in graph: Graph) -> Tensor {
    guard let average else { return graph.parameter("\(name).codes", shape: [count, dim]) }
    return Self.codes(counts: counts(graph), sums: sums(graph), isSmoothed: average.isSmoothed)
  }

  /// e = m/N, or with smoothed counts Ñ = ΣN · (N + ε)/(ΣN + Kε).
  static func codes(counts: Tensor, sums: Tensor, isSmoothed: Bool) -> Tensor {
    let size = counts.shape[0]
    guard isSmoothed else { return sums / counts.reshape([size, 1]) }
    let total = counts.sum()
    let smooth =
      (counts + Average.epsilon) * total / (total + Float(size) * Average.epsilon)
    return sums / smooth.reshape([size, 1])
  }

  /// For each row `[n, dim]` a 1 at the code `[K, dim]` that is nearest, the first of several, `[n, K]`. No gradient flows through it.
  static func choice(of rows: Tensor, among codes: Tensor) -> Tensor {
    let count = codes.shape[0]
    let (x, e) = (rows.stopGradient(), codes.stopGradient())
    // ‖x‖² is the same for all codes of a row.
    let distances =
      e.square().sum(axes: [1]).reshape([1, count]) - x.matmul(e, transposeOther: true) * 2
    return distances.firstLeast(axis: 1)
  }

  /// N ← γN + (1 − γ)n and m ← γm + (1 − γ)Σz over the rows of all ranks.
  func updates(
    rows: Tensor, choice: Tensor, _ collective: any Collective
  ) -> [Update] {
    guard let average else { return [] }
    let graph = rows.graph
    let (oldCounts, oldSums) = (counts(graph), sums(graph))
    func joined(_ own: Tensor) -> Tensor {
      collective.isShared ? own.meanOverRanks(collective) * Float(collective.size) : own
    }
    var (newCounts, newSums) = Self.moved(
      counts: oldCounts, sums: oldSums, chosen: joined(choice.sum(axes: [0])),
      sum: joined(choice.matmul(rows, transposeSelf: true)), decay: average.decay)
    if average.restart > 0 {
      let isDead = graph.scalar(average.restart).greater(newCounts)
      // Of several ranks the mean of theirs, so that all have the same.
      let drawn = rows.gather(
        rows: graph.randomIndices(count: count, below: rows.shape[0], stream: "codes.restart"))
      let fresh = collective.isShared ? drawn.meanOverRanks(collective) : drawn
      let deadRows = isDead.reshape([count, 1])
      newCounts = newCounts * (1 - isDead) + isDead
      newSums = newSums * (1 - deadRows) + fresh * deadRows
    }
    return [
      Update(parameter: oldCounts, replacement: newCounts),
      Update(parameter: oldSums, replacement: newSums),
    ]
  }

  static func moved(
    counts: Tensor, sums: Tensor, chosen: Tensor, sum: Tensor, decay: Float
  ) -> (counts: Tensor, sums: Tensor) {
    (counts * decay + chosen * (1 - decay), sums * decay + sum * (1 - decay))
  }
}
