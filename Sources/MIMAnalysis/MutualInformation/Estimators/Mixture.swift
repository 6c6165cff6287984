import Foundation

extension InformationEstimator {
  /// Variables that are partly discrete, partly continuous (Gao, Kannan, Oh & Viswanath 2017,
  /// arXiv:1709.06212, algorithm 1), in nats, maximum norm:
  ///
  ///     I = ⟨ψ(k̃_i) + log N − ψ(n_x) − ψ(n_y)⟩
  ///
  /// ρ_i is the distance to the k-th neighbour. Where it is 0, k̃_i, n_x and n_y count the rows equal to
  /// row i, elsewhere k̃_i = k and the rows nearer than ρ_i count, row i included, as in the authors'
  /// code (which has ψ(n) where the paper has log(n + 1)).
  static let mixture = InformationEstimator(
    name: "mixture", summary: "ties, and variables that mix both kinds (Gao et al. 2017)",
    settings: [.neighbors], kind: .anything
  ) { sample, values in
    let k = values.integer("k", 5)
    try sample.requireNeighbors(k)
    let joint = PointTable.joined([sample.x.points, sample.y.points], quantity: "x and y")
    let distances = try neighborDistances(of: joint, k: k, threads: values.threads)
    let radii = distances.map {
      $0 > 0 ? CountingRadius(belowNeighborAt: $0) : CountingRadius(atMost: 0)
    }
    let counts = [joint, sample.x.points, sample.y.points].map {
      NeighborCounts($0).counts(within: radii, threads: values.threads)
    }
    let digamma = digamma(upTo: max(sample.count, k))
    let logCount = log(Double(sample.count))
    return InformationTerms(
      local: (0..<sample.count).map { row in
        digamma[distances[row] > 0 ? k : counts[0][row]] + logCount - digamma[counts[1][row]]
          - digamma[counts[2][row]]
      }, ceiling: logCount, method: "Gao's mixture form, k = \(k)")
  }
}
