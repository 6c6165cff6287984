import CKernels
import MIMTensor

/// Linear regression with a penalty on the sum of absolute weights, at its optimum (Tibshirani 1996):
///
///     1/2n Σ_i (y_i − w · x_i − b)² + α Σ_j |w_j|
///
/// (scikit-learn's `Lasso`), by coordinate descent on the Gram matrix.
///
/// - Parameters:
///   - points: `[n, d]`, finite.
///   - target: n numbers.
///   - alpha: above 0.
/// - Returns: w. Columns that never change get 0.
/// - Throws: `AnalysisError` for arrays that don't fit.
/// - Complexity: O(n d² + d² · sweeps).
public func lassoWeights(
  _ points: HostArray<Double>, target: [Double], alpha: Double, threads: Int? = nil
) throws -> [Double] {
  let table = try PointTable(points, quantity: "the features")
  guard target.count == table.rows else {
    throw AnalysisError.rowsDiffer(
      first: "the features", firstRows: table.rows, second: "the target", secondRows: target.count)
  }
  let gram = GramMatrix(
    of: HostArray(table.values, shape: [table.rows, table.dimensions]), minus: table.columnMeans,
    threads: threads)
  return LassoSolver(table, gram: gram).weights(target, alpha: alpha)
}

/// Several targets share the Gram matrix.
struct LassoSolver {
  private let table: PointTable
  private let gram: GramMatrix
  private let means: [Double]

  private static let largestSweeps = 100_000

  init(_ table: PointTable, gram: GramMatrix) {
    self.table = table
    self.gram = gram
    means = table.columnMeans
  }

  func weights(_ target: [Double], alpha: Double) -> [Double] {
    let (rows, width) = (table.rows, table.dimensions)
    let mean = target.reduce(0, +) / Double(rows)
    // Xᵀ(y − X w) of centred columns, kept up to date.
    var rest = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      for column in 0..<width {
        rest[column] +=
          (target[row] - mean) * (table.values[row * width + column] - means[column])
      }
    }
    var weights = [Double](repeating: 0, count: width)
    let threshold = alpha * Double(rows)
    for _ in 0..<Self.largestSweeps {
      var (change, size) = (0.0, 0.0)
      for column in 0..<width {
        let diagonal = gram.entries[column * width + column]
        guard diagonal > 0 else { continue }
        let pull = rest[column] + diagonal * weights[column]
        let shrunk = pull > threshold ? pull - threshold : pull < -threshold ? pull + threshold : 0
        let step = shrunk / diagonal - weights[column]
        if step != 0 {
          weights[column] += step
          gram.entries.withUnsafeBufferPointer { entries in
            guard let row = entries.baseAddress.map({ $0 + column * width }) else { return }
            mim_add_scaled(-step, row, 0, row, width, &rest)
          }
        }
        change = max(change, abs(step))
        size = max(size, abs(weights[column]))
      }
      if change <= 1e-12 * max(size, 1e-12) { break }
    }
    return weights
  }
}
