import Foundation

/// The triangular factor L of a symmetric positive matrix, A = L Lᵀ.
struct Cholesky: Sendable {
  /// Row-major `[size, size]`, zero above the diagonal.
  let factor: [Double]
  let size: Int

  /// Nil where the matrix is not positive to within rounding.
  init?(_ matrix: [Double], size: Int) {
    var factor = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for place in 0..<column {
          sum -= factor[row * size + place] * factor[column * size + place]
        }
        if row == column {
          guard sum > 1e-13 * abs(matrix[row * size + row]), sum.isFinite else { return nil }
          factor[row * size + row] = sum.squareRoot()
        } else {
          factor[row * size + column] = sum / factor[column * size + column]
        }
      }
    }
    self.factor = factor
    self.size = size
  }

  /// log det A.
  var logDeterminant: Double {
    (0..<size).reduce(0) { $0 + 2 * log(factor[$1 * size + $1]) }
  }
}
