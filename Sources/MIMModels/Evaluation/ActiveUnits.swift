import MIMTensor

extension ModelMetric {
  /// The number of latent units whose posterior mean varies over items by more than 0.01 (Burda,
  /// Grosse and Salakhutdinov 2016, arXiv:1509.00519, section 5.2).
  static let activeUnits = ModelMetric(
    name: "active",
    summary: "number of latent units whose posterior mean has a variance above 0.01",
    needsDensities: false, isOfCodes: true, missing: { _ in nil }
  ) { terms in
    let active = terms.means.columnMoments.count {
      $0.deviation * $0.deviation > CollapseReport.activeVariance
    }
    return MetricValue(
      name: "active", value: Double(active), standardError: nil, count: terms.count,
      method: "units of \(terms.means.rowSize) with Var(E[z|x]) > \(CollapseReport.activeVariance)")
  }
}

extension HostArray where Element == Float {
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
