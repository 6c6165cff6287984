import MIMTensor

extension ModelMetric {
  /// The number of latent units whose posterior mean varies over items by more than 0.01 (Burda,
  /// Grosse and Salakhutdinov 2016, arXiv:1509.00519, section 5.2).
  static let activeUnits = ModelMetric(
    name: "active",
    summary: "number of latent units whose posterior mean has a variance above 0.01",
    needsDensities: false, isOfCodes: true, missing: { _ in nil }
  ) { terms in
    let active = terms.meanVariances.count { $0 > CollapseReport.activeVariance }
    return MetricValue(
      name: "active", value: Double(active), standardError: nil, count: terms.count,
      method: "units of \(terms.means.rowSize) with Var(E[z|x]) > \(CollapseReport.activeVariance)")
  }
}

extension HostArray where Element == Float {
  /// The variance of each column over the rows; of numbers with errors of their own, of the given variances, that of the exact numbers:
  /// the mean of 64 draws alone would pass for an active unit.
  func columnVariances(beyond noise: HostArray<Float>?) -> [Double] {
    let variances = columnMoments.map { $0.deviation * $0.deviation }
    guard let noise else { return variances }
    return zip(variances, noise.columnMoments).map { variance, noise in
      // NaN stays NaN.
      variance < noise.mean ? 0 : variance - noise.mean
    }
  }

  /// Mean and standard deviation (divided by n) of each column over the rows.
  var columnMoments: [(mean: Double, deviation: Double)] {
    let count = Double(max(1, rowCount))
    return (0..<rowSize).map { column in
      let values = stride(from: column, to: self.count, by: rowSize).map { Double(elements[$0]) }
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / count).squareRoot())
    }
  }
}
