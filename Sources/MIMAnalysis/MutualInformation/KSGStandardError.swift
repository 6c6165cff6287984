import MIMTensor

extension KSGSample {
  /// The standard error of the mean of `local`, in nats; nil where there are too few points.
  ///
  /// Neighbouring points share neighbours, so √(variance of `local` / N) is too small. How much
  /// is seen in estimates of disjoint random blocks (Holmes & Nemenman 2019, Phys. Rev. E 100,
  /// 022404), which are independent: with b blocks of n points, Î_j the estimate of block j and
  /// s²_j the variance of its points' contributions, all over several partitions,
  ///
  ///     f = var_j(Î_j) / mean_j(s²_j / n),     s.e. = √(f · variance of `local` / N)
  ///
  /// The variance of Î itself grows faster than 1/N towards small blocks; f hardly depends on n.
  /// Against repeated draws of correlated normals it is right to about 10 % in the middle and up
  /// to 35 % too large at high information and few points.
  func standardError(local: [Double], threads: Int?) -> Double? {
    let blocks = min(max(count / 250, 4), 10)
    guard count >= blocks * (k + 1) else { return nil }
    // Where every point contributes the same, as equal points do, the rest is rounding.
    let spread = local.moments.variance
    guard spread > 1e-20 else { return 0 }
    // 18 degrees of freedom in all: the error is itself known to about 17 %.
    let partitions = (18 + blocks - 2) / (blocks - 1)
    var stream = RandomStream(seed: 0, stream: "blocks of a standard error")
    var (between, within) = (0.0, 0.0)
    for _ in 0..<partitions {
      let order = stream.shuffled(count)
      let estimates = (0..<blocks).map { block in
        let rows = stride(from: block, to: count, by: blocks).map { order[$0] }
        return selecting(rows).localInformation(threads: threads).moments
      }
      between += estimates.map(\.mean).moments.variance
      within += estimates.reduce(0) { $0 + $1.variance / Double($1.count) } / Double(blocks)
    }
    guard within > 0 else { return 0 }
    return (between / within * spread / Double(count)).squareRoot()
  }

  private func selecting(_ rows: [Int]) -> KSGSample {
    KSGSample(
      variables: variables.map { $0.selecting(rows) }, k: k, estimator: estimator)
  }
}

extension [Double] {
  /// Mean and variance (divided by n − 1).
  var moments: (count: Int, mean: Double, variance: Double) {
    let mean = reduce(0, +) / Double(count)
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (count, mean, squares / Double(Swift.max(1, count - 1)))
  }
}

extension PointTable {
  /// The rows at these indices, in that order.
  func selecting(_ rows: [Int]) -> PointTable {
    PointTable(
      checked: rows.flatMap { values[$0 * dimensions..<($0 + 1) * dimensions] },
      dimensions: dimensions, quantity: quantity)
  }
}
