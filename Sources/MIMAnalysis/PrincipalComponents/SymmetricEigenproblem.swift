import CKernels
import Foundation
import MIMTensor

/// All eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to tridiagonal
/// form, then implicit QL (Bowdler, Martin, Reinsch & Wilkinson 1968). Vectors are kept as rows,
/// so that every rotation and reflection runs over contiguous memory.
struct SymmetricEigenproblem {
  /// The eigenvalues, largest first.
  let values: [Double]
  /// Row i, `[size, size]`, is the unit eigenvector of value i.
  let vectors: [Double]

  /// Solves for a full (both triangles) row-major matrix. Cost: about 6·size³ operations.
  init(_ matrix: [Double], size: Int) {
    var matrix = matrix
    var reduction = TridiagonalReduction(size: size)
    reduction.reduce(&matrix)
    var rows = reduction.transposedBasis(from: matrix)
    reduction.diagonalise(&rows)
    let diagonal = reduction.diagonal
    let order = (0..<size).sorted {
      diagonal[$0] > diagonal[$1] || (diagonal[$0] == diagonal[$1] && $0 < $1)
    }
    values = order.map { diagonal[$0] }
    vectors = order.flatMap { rows[$0 * size..<($0 + 1) * size] }
  }
}

private struct TridiagonalReduction {
  let size: Int
  var diagonal: [Double]
  /// `offDiagonal[i]` couples i and i + 1; the last entry is 0.
  var offDiagonal: [Double]
  /// The factor β of reflection k, I − β·v·vᵀ; its v replaces row k of the matrix.
  private var factors: [Double]

  init(size: Int) {
    self.size = size
    diagonal = [Double](repeating: 0, count: size)
    offDiagonal = diagonal
    factors = diagonal
  }

  /// A becomes QᵀAQ; the reflection vectors stay in the matrix, right of its diagonal.
  mutating func reduce(_ matrix: inout [Double]) {
    var product = [Double](repeating: 0, count: size)
    matrix.withUnsafeMutableBufferPointer { matrix in
      product.withUnsafeMutableBufferPointer { product in
        guard let matrix = matrix.baseAddress, let product = product.baseAddress else { return }
        for step in 0..<max(0, size - 2) where !StopRequest.isMade {
          reflect(step, matrix, product)
        }
        for index in 0..<size { diagonal[index] = matrix[index * size + index] }
        if size > 1 { offDiagonal[size - 2] = matrix[(size - 2) * size + size - 1] }
      }
    }
  }

  /// One reflection: zeroes row `step` right of its off-diagonal entry.
  private mutating func reflect(
    _ step: Int, _ matrix: UnsafeMutablePointer<Double>, _ product: UnsafeMutablePointer<Double>
  ) {
    let (begin, count) = (step + 1, size - step - 1)
    let vector = matrix + step * size + begin
    let scale = (0..<count).reduce(0) { max($0, abs(vector[$1])) }
    guard scale > 0, mim_dot(vector + 1, vector + 1, count - 1) > 0 else {
      offDiagonal[step] = vector[0]
      return
    }
    let length = mim_dot(vector, vector, count).squareRoot()
    let reflected = vector[0] > 0 ? -length : length
    vector[0] -= reflected
    let factor = 2 / mim_dot(vector, vector, count)
    offDiagonal[step] = reflected
    factors[step] = factor
    for row in 0..<count {
      product[row] = factor * mim_dot(matrix + (begin + row) * size + begin, vector, count)
    }
    let half = factor / 2 * mim_dot(product, vector, count)
    mim_add_scaled(-half, vector, 0, vector, count, product)
    for row in 0..<count {
      mim_add_scaled(
        -vector[row], product, -product[row], vector, count, matrix + (begin + row) * size + begin)
    }
  }

  /// Qᵀ, its rows being the columns of Q, from the reflections that `reduce` left behind.
  func transposedBasis(from matrix: [Double]) -> [Double] {
    var basis = [Double](repeating: 0, count: size * size)
    for index in 0..<size { basis[index * size + index] = 1 }
    var sums = [Double](repeating: 0, count: size)
    basis.withUnsafeMutableBufferPointer { basis in
      matrix.withUnsafeBufferPointer { matrix in
        guard let basis = basis.baseAddress, let matrix = matrix.baseAddress else { return }
        for step in stride(from: size - 3, through: 0, by: -1) where factors[step] != 0 {
          let (begin, count) = (step + 1, size - step - 1)
          let vector = matrix + step * size + begin
          for index in 0..<count { sums[index] = 0 }
          for row in 0..<count {
            mim_add_scaled(
              vector[row], basis + (begin + row) * size + begin, 0, vector, count, &sums)
          }
          for row in 0..<count {
            mim_add_scaled(
              -factors[step] * vector[row], sums, 0, vector, count,
              basis + (begin + row) * size + begin)
          }
        }
        for row in 0..<size {
          for column in 0..<row {
            let entry = basis[row * size + column]
            basis[row * size + column] = basis[column * size + row]
            basis[column * size + row] = entry
          }
        }
      }
    }
    return basis
  }

  /// Implicit QL: the diagonal becomes the eigenvalues, `rows` the eigenvectors.
  mutating func diagonalise(_ rows: inout [Double]) {
    rows.withUnsafeMutableBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      for low in 0..<size {
        // Two or three passes are usual; the bound only keeps a NaN from looping for ever.
        for _ in 0..<100 {
          let high = blockEnd(from: low)
          if high == low { break }
          sweep(low, high, rows)
        }
      }
    }
  }

  /// The end of the unreduced block that starts at `low`.
  private func blockEnd(from low: Int) -> Int {
    (low..<size - 1).first { index in
      let around = abs(diagonal[index]) + abs(diagonal[index + 1])
      return abs(offDiagonal[index]) <= Double.ulpOfOne * around
    } ?? size - 1
  }

  private mutating func sweep(_ low: Int, _ high: Int, _ rows: UnsafeMutablePointer<Double>) {
    var g = (diagonal[low + 1] - diagonal[low]) / (2 * offDiagonal[low])
    let root = hypot(g, 1)
    g = diagonal[high] - diagonal[low] + offDiagonal[low] / (g + (g < 0 ? -root : root))
    var (sine, cosine, shift) = (1.0, 1.0, 0.0)
    for index in stride(from: high - 1, through: low, by: -1) {
      let (f, b) = (sine * offDiagonal[index], cosine * offDiagonal[index])
      var r = hypot(f, g)
      offDiagonal[index + 1] = r
      if r == 0 {
        diagonal[index + 1] -= shift
        offDiagonal[high] = 0
        return
      }
      (sine, cosine) = (f / r, g / r)
      g = diagonal[index + 1] - shift
      r = (diagonal[index] - g) * sine + 2 * cosine * b
      shift = sine * r
      diagonal[index + 1] = g + shift
      g = cosine * r - b
      mim_rotate(cosine, sine, rows + index * size, rows + (index + 1) * size, size)
    }
    diagonal[low] -= shift
    offDiagonal[low] = g
    offDiagonal[high] = 0
  }
}
