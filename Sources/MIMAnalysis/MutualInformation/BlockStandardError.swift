import MIMTensor

/// The standard error of an estimate, in nats, by estimates of disjoint random blocks (Holmes & Nemenman 2019, Phys. Rev. E 100, 022404),
/// which are independent.
///
/// Neighbouring points share neighbours, so √(variance of the parts / N) is too small. How much is seen in the blocks: with b blocks of
/// n points, Î_j the estimate of block j and s²_j the variance of its points' parts, all over several partitions,
///
///     f = var_j(Î_j) / mean_j(s²_j / n),     s.e. = √(f · variance of the parts / N)
///
/// The variance of Î itself grows faster than 1/N towards small blocks; f hardly depends on n. Against repeated draws of correlated
/// normals it is right to about 10 % in the middle and up to 35 % too large at high information and few points. Estimates without
/// parts have √(var_j(Î_j) / b).
struct BlockStandardError {
  /// The number of points, N.
  let count: Int
  /// How often the points are divided into blocks.
  let partitions: Int

  /// b.
  static func blocks(of count: Int) -> Int { min(max(count / 250, 4), 10) }

  /// Without a number of partitions there are 18 degrees of freedom in all: the error is itself known to about 17 %.
  init(count: Int, partitions: Int? = nil) {
    self.count = count
    let blocks = Self.blocks(of: count)
    self.partitions = partitions ?? (18 + blocks - 2) / (blocks - 1)
  }

  /// - Parameters:
  ///   - local: each point's part of the estimate on all points; nil: it isn't made of parts.
  ///   - estimate: the estimate on some points, and its parts; nil ends the work.
  /// - Returns: nil if `estimate` gave nil.
  func standardError(
    local: [Double]?, estimate: (_ rows: [Int]) throws -> (value: Double, local: [Double]?)?
  ) rethrows -> Double? {
    // Where every point contributes the same, as equal points do, the rest is rounding.
    let spread = local?.moments.variance
    if let spread, spread <= 1e-20 { return 0 }
    let blocks = Self.blocks(of: count)
    var stream = RandomStream(seed: 0, stream: "blocks of a standard error")
    var (between, within) = (0.0, 0.0)
    for _ in 0..<partitions {
      let order = stream.shuffled(count)
      var estimates: [(value: Double, local: [Double]?)] = []
      for block in 0..<blocks {
        let rows = stride(from: block, to: count, by: blocks).map { order[$0] }
        guard let found = try estimate(rows) else { return nil }
        estimates.append(found)
      }
      between += estimates.map(\.value).moments.variance
      let parts = estimates.compactMap(\.local).map(\.moments)
      within += parts.reduce(0) { $0 + $1.variance / Double($1.count) } / Double(blocks)
    }
    guard let spread, let local else { return (between / Double(partitions * blocks)).squareRoot() }
    guard within > 0 else { return 0 }
    return (between / within * spread / Double(local.count)).squareRoot()
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
