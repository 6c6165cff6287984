import CKernels
import Foundation
import MIMTensor

/// The squared Fréchet (2-Wasserstein) distance of two sets of points taken as normal (Dowson & Landau 1982; of networks'
/// features: Heusel et al. 2017, arXiv:1706.08500, equation 6):
///
///     ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)
///
/// with covariances divided by n − 1. It depends on the space: values are only comparable in the same features and with
/// as many points, as few points make it too large.
///
/// - Parameters:
///   - first: `[m, d]`, at least two rows.
///   - second: `[n, d]`, at least two rows.
/// - Throws: `AnalysisError` for tables that don't fit.
/// - Complexity: O((m + n) d² + d³).
public func frechetDistance<Scalar: PointScalar>(
  _ first: HostArray<Scalar>, _ second: HostArray<Scalar>, threads: Int? = nil
) throws -> Double {
  let first = try Moments(try PointTable(first, quantity: "the samples"), threads: threads)
  let second = try Moments(try PointTable(second, quantity: "the data"), threads: threads)
  guard first.size == second.size else {
    throw AnalysisError.dimensionsDiffer(
      first: "the samples", firstDimensions: first.size, second: "the data",
      secondDimensions: second.size)
  }
  let size = first.size
  let gap = zip(first.mean, second.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  // tr (Σ₁Σ₂)^½ is the sum of the roots of the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric.
  let problem = SymmetricEigenproblem(first.covariance, size: size)
  let roots = problem.values.map { max(0, $0).squareRoot() }
  // Rows √λ_i v_i: its product with Σ₂ from both sides has the same eigenvalues.
  let scaled = problem.vectors.enumerated().map { roots[$0 / size] * $1 }
  let half = product(scaled, second.covariance, size)
  var inner = product(half, scaled, size)
  for row in 0..<size {
    for column in 0..<row {
      let mean = (inner[row * size + column] + inner[column * size + row]) / 2
      inner[row * size + column] = mean
      inner[column * size + row] = mean
    }
  }
  let cross = SymmetricEigenproblem(inner, size: size).values.reduce(0) {
    $0 + max(0, $1).squareRoot()
  }
  return gap + first.trace + second.trace - 2 * cross
}

/// A Bᵀ of two square matrices, row-major.
private func product(_ a: [Double], _ b: [Double], _ size: Int) -> [Double] {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      (0..<size * size).map { place in
        guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
        return mim_dot(first + place / size * size, second + place % size * size, size)
      }
    }
  }
}

/// Mean and covariance.
private struct Moments {
  let size: Int
  let mean: [Double]
  let covariance: [Double]

  init(_ table: PointTable, threads: Int?) throws {
    guard table.rows > 1 else {
      throw AnalysisError.tooFewRows(rows: table.rows, needed: 2, columns: table.dimensions)
    }
    size = table.dimensions
    mean = table.columnMeans
    let gram = GramMatrix(
      of: HostArray(table.values, shape: [table.rows, size]), minus: mean, threads: threads)
    covariance = gram.entries.map { $0 / Double(table.rows - 1) }
  }

  var trace: Double { (0..<size).reduce(0) { $0 + covariance[$1 * size + $1] } }
}
