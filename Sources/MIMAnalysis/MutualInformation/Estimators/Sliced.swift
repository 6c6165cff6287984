import MIMTensor

extension InformationEstimator {
  /// Sliced mutual information (Goldfeld & Greenewald 2021, arXiv:2110.05279, equation 4), in nats: the
  /// mean over random unit vectors θ and φ of I(θᵀx; φᵀy), each by KSG's estimator 1. A measure of its
  /// own: by the data-processing inequality it never exceeds I(x; y), and it is 0 only for independence.
  static let sliced = InformationEstimator(
    name: "sliced",
    summary: "mean over random projections (Goldfeld & Greenewald 2021); at most I(x; y)",
    settings: [
      Setting("slices", usual: 30, in: 1...100_000, "pairs of directions"), .neighbors,
    ], kind: .densities, relativeCost: 30
  ) { sample, values in
    let (slices, k) = (values.integer("slices", 30), values.integer("k", 5))
    try sample.requireNeighbors(k)
    var random = RandomStream(seed: values.seed, stream: "slices")
    var local = [Double](repeating: 0, count: sample.count)
    for _ in 0..<slices {
      let projected = [sample.x, sample.y].map { $0.projected(using: &random) }
      let parts = KSGSample(variables: projected, k: k, estimator: .first)
        .localInformation(threads: values.threads)
      for row in local.indices { local[row] += parts[row] / Double(slices) }
    }
    return InformationTerms(
      local: local, ceiling: neighborCeiling(sample.count, k, .first),
      method: "sliced, \(slices) pairs of directions, KSG-1, k = \(k)")
  }
}

extension InformationVariable {
  /// The coordinates along a random direction.
  fileprivate func projected(using random: inout RandomStream) -> PointTable {
    var direction = (0..<dimensions).map { _ in random.normal() }
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    if length > 0 { direction = direction.map { $0 / length } }
    let values = (0..<count).map { row in
      (0..<dimensions).reduce(0) { $0 + direction[$1] * points.values[row * dimensions + $1] }
    }
    return PointTable(checked: values, dimensions: 1, quantity: name)
  }
}
