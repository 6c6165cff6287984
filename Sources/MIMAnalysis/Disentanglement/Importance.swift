import Foundation
import MIMTensor

/// Disentanglement, completeness and informativeness of codes (DCI; Eastwood & Williams 2018, ICLR), from the absolute
/// weights R_jf of a lasso (α = 0.01) that predicts each factor from all codes, everything standardised. A factor
/// without an order is predicted as one indicator for each value, whose weights are added.
public struct FactorImportance: Sendable {
  /// R, `[codes][factors]`.
  public let values: [[Double]]
  /// Σ_j ρ_j (1 − H_F(R_j·)): whether each code tells of one factor; entropies to the base of the number of factors, ρ the
  /// code's share of all weights.
  public let disentanglement: Double
  /// Σ_f ρ_f (1 − H_D(R_·f)): whether each factor is told by one code.
  public let completeness: Double
  /// The mean over factors of R², on a fifth of the rows that the lasso didn't see; nil for an importance without a fit.
  public let informativeness: Double?

  static let alpha = 0.01

  /// By lasso.
  public init(_ sample: FactorSample, seed: UInt64 = 0, threads: Int? = nil) throws {
    let all = Array(0..<sample.count)
    let (weights, _) = try Self.fit(sample, rows: all, held: [], threads: threads)
    var random = RandomStream(seed: seed, stream: "importance of factors")
    let order = random.shuffled(sample.count)
    let part = sample.count / 5
    guard part >= 2 else {
      throw AnalysisError.tooFewRows(rows: sample.count, needed: 10, columns: sample.width)
    }
    let (_, found) = try Self.fit(
      sample, rows: Array(order[part...]), held: Array(order[..<part]), threads: threads)
    self.init(importance: weights, informativeness: found)
  }

  /// By an importance of codes for factors from elsewhere, `[codes][factors]`, none below 0.
  public init(importance: [[Double]]) {
    self.init(importance: importance, informativeness: nil)
  }

  private init(importance: [[Double]], informativeness: Double?) {
    values = importance
    let factors = importance.first?.count ?? 0
    disentanglement = Self.concentration(importance)
    completeness = Self.concentration(
      (0..<factors).map { factor in importance.map { $0[factor] } })
    self.informativeness = informativeness
  }

  /// Σ ρ (1 − H), by rows.
  private static func concentration(_ rows: [[Double]]) -> Double {
    let total = rows.reduce(0) { $0 + $1.reduce(0, +) }
    guard total > 0 else { return 0 }
    return rows.reduce(0) { sum, row in
      let own = row.reduce(0, +)
      guard own > 0 else { return sum }
      // One column alone is all concentrated.
      let entropy =
        row.count > 1
        ? row.reduce(0) { $1 > 0 ? $0 - $1 / own * log($1 / own) : $0 } / log(Double(row.count))
        : 0
      return sum + own / total * (1 - entropy)
    }
  }

  /// The weights by some rows, `[codes][factors]`, and the mean R² over factors on the rows held out.
  private static func fit(
    _ sample: FactorSample, rows: [Int], held: [Int], threads: Int?
  ) throws -> ([[Double]], Double) {
    let learning = sample.codes.selecting(rows)
    let scaling = ColumnScaling(learning, standardises: true)
    let table = scaling.applied(to: learning)
    let test = held.isEmpty ? nil : scaling.applied(to: sample.codes.selecting(held))
    let width = table.dimensions
    let solver = LassoSolver(
      table,
      gram: GramMatrix(
        of: HostArray(table.values, shape: [table.rows, width]), minus: table.columnMeans,
        threads: threads))
    var importance = [[Double]](
      repeating: [Double](repeating: 0, count: sample.factors.count), count: width)
    var determination = 0.0
    for (place, factor) in sample.factors.enumerated() {
      var (errors, spreads) = (0.0, 0.0)
      for target in factor.targets {
        let own = rows.map { target[$0] }
        let mean = own.reduce(0, +) / Double(own.count)
        let deviation =
          (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)).squareRoot()
        guard deviation > 0 else { continue }
        let weights = solver.weights(own.map { ($0 - mean) / deviation }, alpha: alpha)
        for code in 0..<width { importance[code][place] += abs(weights[code]) }
        guard let test else { continue }
        for (index, row) in held.enumerated() {
          let score = (0..<width).reduce(0) { $0 + weights[$1] * test.values[index * width + $1] }
          let wanted = (target[row] - mean) / deviation
          errors += (score - wanted) * (score - wanted)
          spreads += wanted * wanted
        }
      }
      determination += spreads > 0 ? 1 - errors / spreads : 0
    }
    return (importance, determination / Double(sample.factors.count))
  }
}

extension Factor {
  /// What a regression predicts: the place of its value, or an indicator for each value.
  fileprivate var targets: [[Double]] {
    if isOrdered { return [values.map { Double($0) }] }
    return Set(values).sorted().map { own in values.map { $0 == own ? 1 : 0 } }
  }
}
