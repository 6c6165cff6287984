import Foundation

extension InformationEstimator {
  /// I(x; y | z) = H(x, z) + H(y, z) − H(z) − H(x, y, z) from counts, each entropy with Miller's
  /// correction (K − 1)/2N, in nats; coordinates are cut into cells as by `binned`.
  static let conditionalCounts = InformationEstimator(
    name: "binned", summary: "counts in cells, with the Miller–Madow correction; exact classes",
    settings: [.bins], kind: .anything, takesCondition: true
  ) { sample, values in
    guard let z = sample.condition else { throw AnalysisError.empty(quantity: "z") }
    let bins = sample.bins(values)
    let (x, y, c) = (sample.x.cells(bins), sample.y.cells(bins), z.cells(bins))
    let joint = CellCounts(zip(zip(x, y), c).map { [$0.0, $0.1, $1] })
    let parts = [CellCounts(zip(x, c).map { [$0, $1] }), CellCounts(zip(y, c).map { [$0, $1] })]
    var terms = InformationTerms(
      value: parts[0].correctedEntropy + parts[1].correctedEntropy
        - CellCounts(c).correctedEntropy - joint.correctedEntropy,
      method: sample.cellText(bins))
    if let warning = sample.cellWarning(joint.occurrences.count) { terms.warnings.append(warning) }
    return terms
  }

  /// I(x; y | z) by k nearest neighbours (Frenzel & Pompe 2007, Phys. Rev. Lett. 99, 204101, equation 5),
  /// in nats, maximum norm:
  ///
  ///     I = ψ(k) − ⟨ψ(n_xz) + ψ(n_yz) − ψ(n_z)⟩
  ///
  /// ε is the distance to the k-th neighbour in (x, y, z); n counts the rows nearer than ε in the columns
  /// named, the row itself included.
  static let conditional = InformationEstimator(
    name: "ksg", summary: "k nearest neighbours (Frenzel & Pompe 2007)", settings: [.neighbors],
    kind: .densities, takesCondition: true
  ) { sample, values in
    let k = values.integer("k", 5)
    try sample.requireNeighbors(k)
    guard let z = sample.condition?.points else { throw AnalysisError.empty(quantity: "z") }
    let (x, y) = (sample.x.points, sample.y.points)
    let joint = PointTable.joined([x, y, z], quantity: "x, y and z")
    let radii = try neighborDistances(of: joint, k: k, threads: values.threads)
      .map { CountingRadius(belowNeighborAt: $0) }
    let counts = [
      PointTable.joined([x, z], quantity: "x and z"),
      PointTable.joined([y, z], quantity: "y and z"), z,
    ].map { NeighborCounts($0).counts(within: radii, threads: values.threads) }
    let digamma = digamma(upTo: max(sample.count, k))
    return InformationTerms(
      local: (0..<sample.count).map { row in
        digamma[k] - digamma[counts[0][row]] - digamma[counts[1][row]] + digamma[counts[2][row]]
      }, method: "Frenzel–Pompe, k = \(k)")
  }
}
