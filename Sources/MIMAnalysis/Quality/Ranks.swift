import Foundation
import MIMTensor

/// How many directions points use: the exponential of the entropy of the singular values σ of their matrix, divided by
/// their sum,
///
///     exp(−Σ p_k log p_k),     p_k = σ_k / Σ σ
///
/// *RankMe* (Garrido, Balestriero, Najman & LeCun 2023, arXiv:2210.02885, equation 1) takes the points as they are and
/// adds 1e-7 to every p. The *effective rank* (Roy & Vetterli 2007, EUSIPCO) is taken of centred points here, so that a
/// common shift is no direction. Both lie between 1 and the number of columns (or of rows).
///
/// - Parameters:
///   - points: `[n, d]`, finite.
///   - isCentred: whether the columns' means are taken away.
///   - epsilon: what is added to every p.
/// - Throws: `AnalysisError` for an array that isn't a finite table, and where every singular value is 0.
/// - Complexity: O(n d² + d³).
public func effectiveRank<Scalar: PointScalar>(
  of points: HostArray<Scalar>, isCentred: Bool, epsilon: Double = 0, threads: Int? = nil
) throws -> Double {
  let table = try PointTable(points, quantity: "the points")
  let width = table.dimensions
  let means = isCentred ? table.columnMeans : [Double](repeating: 0, count: width)
  let gram = GramMatrix(
    of: HostArray(table.values, shape: [table.rows, width]), minus: means, threads: threads)
  let values = SymmetricEigenproblem(gram.entries, size: width).values
  // What rounding leaves of a singular value of 0.
  let smallest = (values.first ?? 0) * 1e-14 * Double(width)
  let singular = values.prefix(min(width, table.rows)).map { $0 > smallest ? $0.squareRoot() : 0 }
  let total = singular.reduce(0, +)
  guard total > 0 else { throw AnalysisError.allPointsEqual(quantity: "the points") }
  let entropy = singular.reduce(0) { sum, value in
    let share = value / total + epsilon
    return share > 0 ? sum - share * log(share) : sum
  }
  return exp(entropy)
}
