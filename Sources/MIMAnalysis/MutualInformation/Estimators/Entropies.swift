import Foundation

extension InformationEstimator {
  /// I = H(x) + H(y) − H(x, y) by three entropies of Kozachenko & Leonenko (1987, Probl. Inf. Transm. 23,
  /// 95–101), in nats. Each has its own neighbours, so their errors don't cancel as those of `ksg` do.
  static let entropies = InformationEstimator(
    name: "entropies",
    summary: "H(x) + H(y) − H(x, y) by neighbours (Kozachenko & Leonenko 1987)",
    settings: [.neighbors], kind: .densities
  ) { sample, values in
    let k = values.integer("k", 5)
    try sample.requireNeighbors(k)
    let joint = PointTable.joined([sample.x.points, sample.y.points], quantity: "x and y")
    let parts = try [sample.x.points, sample.y.points, joint].map {
      try localEntropies(of: $0, k: k, threads: values.threads)
    }
    return InformationTerms(
      local: (0..<sample.count).map { parts[0][$0] + parts[1][$0] - parts[2][$0] },
      method: "Kozachenko–Leonenko entropies, k = \(k)")
  }

  /// Each row's part of the differential entropy in nats, maximum norm (equation 20 of Kraskov,
  /// Stögbauer & Grassberger 2004, where the volume of the unit ball is that of a cube):
  ///
  ///     H = −ψ(k) + ψ(N) + d ⟨log 2ε⟩,    ε the distance to the k-th neighbour
  ///
  /// - Throws: `AnalysisError.coincidingPoints` where a row has k duplicates: its density has no bound.
  static func localEntropies(of table: PointTable, k: Int, threads: Int?) throws -> [Double] {
    let distances = try neighborDistances(of: table, k: k, threads: threads)
    if let row = distances.firstIndex(where: { $0 <= 0 }) {
      throw AnalysisError.coincidingPoints(quantity: table.quantity, row: row, k: k)
    }
    let digamma = digamma(upTo: max(table.rows, k))
    let constant = digamma[table.rows] - digamma[k]
    return distances.map { constant + Double(table.dimensions) * log(2 * $0) }
  }
}

/// The differential entropy H(x) in nats by k nearest neighbours in maximum norm (Kozachenko & Leonenko
/// 1987), and each row's part of it.
/// - Throws: `AnalysisError` for k ≥ N and for rows with k duplicates.
public func differentialEntropy(
  _ x: InformationVariable, k: Int = 5, threads: Int? = nil
) throws -> (value: Double, local: [Double]) {
  let local = try InformationEstimator.localEntropies(of: x.points, k: k, threads: threads)
  return (local.reduce(0, +) / Double(local.count), local)
}
