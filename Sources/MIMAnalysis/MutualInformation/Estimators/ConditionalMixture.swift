extension InformationEstimator {
  /// I(x; y | z) of variables that are partly discrete, partly continuous, with ties and classes (Mesner & Shalizi 2021, IEEE
  /// Transactions on Information Theory 67, 464–484, algorithm 1), in nats, maximum norm:
  ///
  ///     I = ⟨ψ(k̃_i) − ψ(n_xz) − ψ(n_yz) + ψ(n_z)⟩
  ///
  /// ρ_i is the distance to the k-th neighbour in (x, y, z), k̃_i the rows at that distance or nearer, n those in the columns named, each
  /// without row i. Two classes are at distance 1, a class and itself at 0.
  static let conditionalMixture = InformationEstimator(
    name: "mixture", summary: "ties, and classes beside numbers (Mesner & Shalizi 2021)",
    settings: [.neighbors], kind: .anything, takesCondition: true, hasShare: false
  ) { sample, values in
    let k = values.integer("k", 5)
    try sample.requireNeighbors(k)
    guard let z = sample.condition?.metricPoints else {
      throw AnalysisError.empty(quantity: "z")
    }
    let (x, y) = (sample.x.metricPoints, sample.y.metricPoints)
    let joint = PointTable.joined([x, y, z], quantity: "x, y and z")
    let radii = try neighborDistances(of: joint, k: k, threads: values.threads)
      .map { CountingRadius(atMost: $0) }
    let counts = [
      joint, PointTable.joined([x, z], quantity: "x and z"),
      PointTable.joined([y, z], quantity: "y and z"), z,
    ].map { NeighborCounts($0).counts(within: radii, threads: values.threads) }
    let digamma = digamma(upTo: max(sample.count, k))
    // Row i itself is counted by each of them.
    func term(_ place: Int, _ row: Int) -> Double { digamma[max(1, counts[place][row] - 1)] }
    return InformationTerms(
      local: (0..<sample.count).map { row in
        term(0, row) - term(1, row) - term(2, row) + term(3, row)
      }, method: "Mesner–Shalizi, k = \(k)")
  }
}

extension InformationVariable {
  /// More classes are at a distance of 1 or more by their numbers.
  private static let mostMetricClasses = 64

  /// Coordinates in which the maximum norm is 1 between two classes, and 0 within one; of other variables their own.
  fileprivate var metricPoints: PointTable {
    guard let classes, let most = classes.max(), most < Self.mostMetricClasses, most > 0 else {
      return points
    }
    let width = Int(most) + 1
    var values = [Double](repeating: 0, count: classes.count * width)
    for (row, place) in classes.enumerated() where place >= 0 {
      values[row * width + Int(place)] = 1
    }
    return PointTable(checked: values, dimensions: width, quantity: name)
  }
}
