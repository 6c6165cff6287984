import CKernels
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
        let sum =
          matrix[row * size + column]
          - factor.withUnsafeBufferPointer { factor -> Double in
            guard let base = factor.baseAddress else { return 0 }
            return mim_dot(base + row * size, base + column * size, column)
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

  /// Whether the largest and smallest diagonal entries of L differ by less than a factor of 10⁶.
  var isWellConditioned: Bool {
    let diagonal = (0..<size).map { factor[$0 * size + $0] }
    return (diagonal.min() ?? 0) > 1e-6 * (diagonal.max() ?? 0)
  }

  /// The solution x of A x = b.
  func solution(of right: [Double]) -> [Double] {
    var x = right
    factor.withUnsafeBufferPointer { factor in
      x.withUnsafeMutableBufferPointer { x in
        guard let factor = factor.baseAddress, let x = x.baseAddress else { return }
        for row in 0..<size {
          x[row] = (x[row] - mim_dot(factor + row * size, x, row)) / factor[row * size + row]
        }
        // Rows of L are columns of Lᵀ.
        for row in (0..<size).reversed() {
          x[row] /= factor[row * size + row]
          mim_add_scaled(-x[row], factor + row * size, 0, factor + row * size, row, x)
        }
      }
    }
    return x
  }

  /// log det A.
  var logDeterminant: Double {
    (0..<size).reduce(0) { $0 + 2 * log(factor[$1 * size + $1]) }
  }
}
