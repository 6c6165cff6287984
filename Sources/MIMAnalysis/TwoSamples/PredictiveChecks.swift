import Foundation
import MIMTensor

/// What a statistic of the data is, and what it would be for data sets from the model.
public struct PredictiveCheck: Sendable, Equatable {
  /// Its word, `skew`.
  public let name: String
  /// The statistic in a few words.
  public let summary: String
  /// Its value for the data.
  public let observed: Double
  /// Its mean over the predictive sets.
  public let mean: Double
  /// Its standard deviation over the predictive sets.
  public let deviation: Double
  /// 2 min(P(T_rep ≥ T), P(T_rep ≤ T)), at most 1, the data counted as one of the sets.
  public let pValue: Double
}

/// Predictive checks (Rubin 1984; Gelman, Meng & Stern 1996, Statistica Sinica 6, 733): the same statistics of the data and of sets of
/// as many rows from the model. A small p-value says that data like these would be rare under the model.
///
/// The statistics are the mean, standard deviation and skewness of all values, the smallest and largest value, the standard
/// deviation of rows' lengths, and the mean correlation of neighbouring columns.
///
/// - Parameters:
///   - samples: rows from the model, `[m, d]`; a predictive set is n of them drawn with replacement.
///   - data: `[n, d]`.
///   - sets: predictive sets.
/// - Throws: `AnalysisError` for tables that don't fit, or fewer than two rows in one.
/// - Complexity: O((m + n) d + sets · n).
public func predictiveChecks<Scalar: PointScalar>(
  samples: HostArray<Scalar>, data: HostArray<Scalar>, sets: Int = 999, seed: UInt64 = 0
) throws -> [PredictiveCheck] {
  let (modelled, found) = (
    try PointTable(samples, quantity: "samples"), try PointTable(data, quantity: "data")
  )
  guard modelled.dimensions == found.dimensions else {
    throw AnalysisError.dimensionsDiffer(
      first: "samples", firstDimensions: modelled.dimensions, second: "data",
      secondDimensions: found.dimensions)
  }
  for table in [modelled, found] where table.rows < 2 {
    throw AnalysisError.outOfRange(
      option: "the number of rows", value: Double(table.rows), allowed: "at least 2")
  }
  let scale = ColumnScale(found)
  let (ofSamples, ofData) = (
    RowSums.of(modelled, scale: scale), RowSums.of(found, scale: scale)
  )
  let statistics = PredictiveStatistic.table.filter { found.dimensions > 1 || !$0.needsColumns }
  let observed = statistics.map { $0.value(RowTotals(ofData[...], columns: found.dimensions)) }
  var random = RandomStream(seed: seed, stream: "predictive sets")
  var replicated = Array(repeating: [Double](), count: statistics.count)
  for _ in 0..<sets {
    let rows = (0..<found.rows).map { _ in
      ofSamples[min(modelled.rows - 1, Int(random.uniform() * Double(modelled.rows)))]
    }
    let totals = RowTotals(rows[...], columns: found.dimensions)
    for (place, statistic) in statistics.enumerated() {
      replicated[place].append(statistic.value(totals))
    }
  }
  return zip(statistics, zip(observed, replicated)).map { statistic, values in
    let (own, others) = values
    let mean = others.reduce(0, +) / Double(max(1, sets))
    let squares = others.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    func tail(_ isBeyond: (Double) -> Bool) -> Double {
      Double(1 + others.count(where: isBeyond)) / Double(1 + sets)
    }
    return PredictiveCheck(
      name: statistic.name, summary: statistic.summary, observed: own, mean: mean,
      deviation: (squares / Double(max(1, sets - 1))).squareRoot(),
      pValue: min(1, 2 * min(tail { $0 >= own }, tail { $0 <= own })))
  }
}

/// A statistic of a set of rows; a new one is one line in `table`.
private struct PredictiveStatistic: Sendable {
  let name: String
  let summary: String
  var needsColumns = false
  let value: @Sendable (RowTotals) -> Double

  static let table = [
    PredictiveStatistic(name: "mean", summary: "mean of all values") { $0.mean },
    PredictiveStatistic(name: "sd", summary: "standard deviation of all values") {
      $0.variance.squareRoot()
    },
    PredictiveStatistic(name: "skew", summary: "skewness of all values") { $0.skewness },
    PredictiveStatistic(name: "min", summary: "smallest value") { $0.smallest },
    PredictiveStatistic(name: "max", summary: "largest value") { $0.largest },
    PredictiveStatistic(name: "length_sd", summary: "standard deviation of rows' lengths") {
      $0.lengthDeviation
    },
    PredictiveStatistic(
      name: "neighbours", summary: "mean correlation of neighbouring columns", needsColumns: true
    ) { $0.neighbours },
  ]
}

/// The mean and standard deviation of each column, in which neighbouring columns are compared.
private struct ColumnScale {
  let means: [Double]
  /// 1 / standard deviation; 0 for a constant column.
  let inverse: [Double]

  init(_ table: PointTable) {
    let means = table.columnMeans
    var squares = [Double](repeating: 0, count: table.dimensions)
    for (place, value) in table.values.enumerated() {
      let column = place % table.dimensions
      squares[column] += (value - means[column]) * (value - means[column])
    }
    self.means = means
    inverse = squares.map { $0 > 0 ? (Double(table.rows) / $0).squareRoot() : 0 }
  }

  /// Pairs of neighbouring columns that both vary.
  var pairs: Int { zip(inverse, inverse.dropFirst()).count { $0 > 0 && $1 > 0 } }
}

/// What a row adds to the statistics of its set.
private struct RowSums {
  var sum = 0.0
  var squares = 0.0
  var cubes = 0.0
  var smallest = Double.infinity
  var largest = -Double.infinity
  /// The mean product of standardised neighbouring columns.
  var neighbours = 0.0

  static func of(_ table: PointTable, scale: ColumnScale) -> [RowSums] {
    let (columns, pairs) = (table.dimensions, Double(max(1, scale.pairs)))
    return (0..<table.rows).map { row in
      var sums = RowSums()
      var before = 0.0
      for column in 0..<columns {
        let value = table.values[row * columns + column]
        sums.sum += value
        sums.squares += value * value
        sums.cubes += value * value * value
        sums.smallest = min(sums.smallest, value)
        sums.largest = max(sums.largest, value)
        let standardised = (value - scale.means[column]) * scale.inverse[column]
        if column > 0 { sums.neighbours += before * standardised / pairs }
        before = standardised
      }
      return sums
    }
  }
}

/// The statistics of a set from its rows' sums.
private struct RowTotals: Sendable {
  let mean: Double
  let variance: Double
  let skewness: Double
  let smallest: Double
  let largest: Double
  let lengthDeviation: Double
  let neighbours: Double

  init(_ rows: ArraySlice<RowSums>, columns: Int) {
    let count = Double(rows.count * columns)
    let mean = rows.reduce(0) { $0 + $1.sum } / count
    let second = rows.reduce(0) { $0 + $1.squares } / count
    let third = rows.reduce(0) { $0 + $1.cubes } / count
    let variance = max(0, second - mean * mean)
    self.mean = mean
    self.variance = variance
    skewness =
      variance > 0
      ? (third - 3 * mean * second + 2 * mean * mean * mean) / pow(variance, 1.5) : 0
    smallest = rows.reduce(.infinity) { min($0, $1.smallest) }
    largest = rows.reduce(-.infinity) { max($0, $1.largest) }
    let lengths = rows.map { $0.squares.squareRoot() }
    let middle = lengths.reduce(0, +) / Double(rows.count)
    let spread = lengths.reduce(0) { $0 + ($1 - middle) * ($1 - middle) }
    lengthDeviation = (spread / Double(rows.count)).squareRoot()
    neighbours = rows.reduce(0) { $0 + $1.neighbours } / Double(rows.count)
  }
}
