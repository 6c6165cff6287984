import Foundation

extension InformationEstimator {
  /// The information of jointly normal variables (Gelfand & Yaglom 1957; canonical correlations ρ_i:
  /// −½ Σ log(1 − ρ_i²)), in nats, from the covariance Σ of the columns:
  ///
  ///     I = ½ (log det Σ_x + log det Σ_y − log det Σ)
  ///
  /// Right where x and y are jointly normal, and otherwise no bound: dependence beyond correlation is not
  /// seen. Without shrinkage the value is about d_x d_y / 2n too large. With `shrink=1` Σ is Ledoit and
  /// Wolf's, which pulls correlations, and so the value, towards 0.
  static let gaussian = InformationEstimator(
    name: "gaussian", summary: "as of jointly normal variables, by canonical correlations",
    settings: [.shrinkage], kind: .densities
  ) { sample, values in
    let covariance = try GaussianCovariance(
      [sample.x.points, sample.y.points], shrinks: values.integer("shrink", 0) != 0)
    let (dx, d) = (sample.x.dimensions, sample.columns)
    let value =
      0.5
      * (try covariance.logDeterminant(0..<dx) + covariance.logDeterminant(dx..<d)
        - covariance.logDeterminant(0..<d))
    return InformationTerms(value: value, method: covariance.method)
  }

  /// I(x; y | z) of jointly normal variables, in nats:
  /// ½ (log det Σ_xz + log det Σ_yz − log det Σ_z − log det Σ).
  static let conditionalGaussian = InformationEstimator(
    name: "gaussian", summary: "as of jointly normal variables, by partial correlations",
    settings: [.shrinkage], kind: .densities, takesCondition: true
  ) { sample, values in
    guard let z = sample.condition?.points else { throw AnalysisError.empty(quantity: "z") }
    // In the order x, z, y the parts xz, zy and z are ranges of columns.
    let covariance = try GaussianCovariance(
      [sample.x.points, z, sample.y.points], shrinks: values.integer("shrink", 0) != 0)
    let (dx, d) = (sample.x.dimensions, sample.columns)
    let dxz = dx + z.dimensions
    let value =
      0.5
      * (try covariance.logDeterminant(0..<dxz) + covariance.logDeterminant(dx..<d)
        - covariance.logDeterminant(dx..<dxz) - covariance.logDeterminant(0..<d))
    return InformationTerms(value: value, method: covariance.method)
  }
}

extension InformationEstimator.Setting {
  static let shrinkage = InformationEstimator.Setting(
    "shrink", usual: 0, in: 0...1,
    "1: shrink the covariance as Ledoit & Wolf (2004) do; for few rows")
}

/// The covariance of columns (by n), shrunk towards a multiple of the identity if asked.
///
/// *Ledoit & Wolf (2004, J. Multivariate Anal. 88, 365–411)*: Σ = (1 − s) S + s m I with m = tr S / d and
/// s = min(1, b²/δ²), where δ² = ‖S − m I‖²/d and b² = Σ_i ‖x_i x_iᵀ − S‖² / (n² d), Frobenius norms.
struct GaussianCovariance: Sendable {
  let matrix: [Double]
  let size: Int
  /// s, 0 to 1.
  let shrinkage: Double
  let quantity: String

  init(_ tables: [PointTable], shrinks: Bool) throws {
    let all = PointTable.joined(tables, quantity: tables.map(\.quantity).joined(separator: " and "))
    let (n, d) = (all.rows, all.dimensions)
    guard n > d else {
      throw AnalysisError.tooFewRows(rows: n, needed: d + 1, columns: d)
    }
    let means = all.columnMeans
    var centred = all.values
    for index in centred.indices { centred[index] -= means[index % d] }
    var sums = [Double](repeating: 0, count: d * d)
    var fourth = 0.0
    for row in 0..<n {
      var square = 0.0
      for a in 0..<d {
        let value = centred[row * d + a]
        square += value * value
        for b in 0...a { sums[a * d + b] += value * centred[row * d + b] }
      }
      fourth += square * square
    }
    for a in 0..<d {
      for b in 0...a {
        sums[a * d + b] /= Double(n)
        sums[b * d + a] = sums[a * d + b]
      }
    }
    let trace = (0..<d).reduce(0) { $0 + sums[$1 * d + $1] }
    let mean = trace / Double(d)
    let norm = sums.reduce(0) { $0 + $1 * $1 }
    let distance = (norm - 2 * mean * trace + Double(d) * mean * mean) / Double(d)
    // Σ_i ‖x_i x_iᵀ − S‖² = Σ_i |x_i|⁴ − n ‖S‖².
    let scatter = (fourth / Double(n) - norm) / Double(n * d)
    shrinkage = shrinks && distance > 0 ? max(0, min(1, scatter / distance)) : 0
    var matrix = sums
    for index in matrix.indices {
      matrix[index] =
        (1 - shrinkage) * matrix[index]
        + (index / d == index % d ? shrinkage * mean : 0)
    }
    self.matrix = matrix
    size = d
    quantity = all.quantity
  }

  var method: String {
    shrinkage > 0
      ? "jointly normal, Ledoit–Wolf shrinkage \((shrinkage * 1e4).rounded() / 1e4)"
      : "jointly normal, no shrinkage"
  }

  /// log det of the block of these columns.
  func logDeterminant(_ columns: Range<Int>) throws -> Double {
    let block = columns.flatMap { row in columns.map { matrix[row * size + $0] } }
    guard let factor = Cholesky(block, size: columns.count) else {
      throw AnalysisError.dependentColumns(quantity: quantity)
    }
    return factor.logDeterminant
  }
}
