import CKernels
import Foundation
import MIMTensor

/// The largest eigenvalues of a symmetric matrix and their eigenvectors: iteration on a subspace from a random
/// start (Halko, Martinsson & Tropp 2011), each step a Chebyshev polynomial of the matrix that is small on the
/// eigenvalues not wanted (Rutishauser 1969; Zhou, Saad, Tiago & Chelikowsky 2006), then Rayleigh and Ritz's
/// choice within the subspace. It ends when the residuals ‖Av − λv‖ are small, so the draws don't show in the result.
struct LeadingEigenpairs {
  /// The eigenvalues, largest first.
  let values: [Double]
  /// Row i, `[count, size]`, is the unit eigenvector of value i.
  let vectors: [Double]
  /// Whether every residual was small enough in the end.
  let isConverged: Bool

  /// A step's largest degree.
  private static let largestDegree = 40
  /// The rounding of products, as a share of the largest eigenvalue.
  private static let rounding = 1e-14

  /// - Parameters:
  ///   - count: how many pairs, at least 1.
  ///   - width: the dimensions of the subspace, from `count` to the matrix' size; more converge faster.
  ///   - tolerance: of each residual, as a share of its eigenvalue; but rounding of the largest one is allowed.
  ///   - products: the most products of the matrix with the subspace; at the end of them the pairs are as they are.
  init(
    of matrix: some SymmetricOperator, count: Int, width: Int, tolerance: Double, products: Int,
    threads: Int?
  ) {
    var space = Subspace(size: matrix.size, width: width, threads: threads)
    var (used, isSmall) = (0, false)
    while true {
      space.image = matrix.multiply(space.basis)
      used += 1
      space.align()
      let scale = max(abs(space.values[0]), abs(matrix.lowest))
      let residuals = space.residuals(of: count)
      let missing = zip(residuals, space.values).map { residual, value in
        residual == 0 ? 0 : residual / max(tolerance * abs(value), Self.rounding * scale)
      }.max()
      isSmall = (missing ?? 0) <= 1
      if isSmall || used >= products || StopRequest.isMade { break }
      let filter = ChebyshevFilter(
        space.values, count: count, lowest: matrix.lowest,
        residual: max((residuals.max() ?? 0) / scale, 1e-15), missing: missing ?? 1,
        largestDegree: min(Self.largestDegree, products - used))
      space.filter(by: filter, of: matrix)
      used += filter.degree - 1
    }
    isConverged = isSmall
    values = [Double](space.values.prefix(count))
    vectors = [Double](space.basis.prefix(count * matrix.size))
  }
}

/// T_m of the matrix, shifted and scaled so that the unwanted eigenvalues come to lie between −1 and 1.
private struct ChebyshevFilter {
  let center: Double
  let halfWidth: Double
  /// m
  let degree: Int

  /// A vector's share of the first eigenvector grows faster than that of its own; it may grow this much, which
  /// leaves the orthogonalisation enough digits.
  private static let largestContamination = 1e6
  /// Values stay finite.
  private static let largestGrowth = 1e100

  init(
    _ values: [Double], count: Int, lowest: Double, residual: Double, missing: Double,
    largestDegree: Int
  ) {
    let last = values[values.count - 1]
    center = (last + lowest) / 2
    let scale = max(abs(values[0]), abs(lowest))
    halfWidth = max((last - lowest) / 2, scale * 1e-14)
    let (center, halfWidth) = (center, halfWidth)
    func growth(_ value: Double) -> Double { acosh(max(1, (value - center) / halfWidth)) }
    let (first, own) = (growth(values[0]), growth(values[count - 1]))
    let bounds = [
      Double(largestDegree),
      log(Self.largestContamination / residual) / (first - own),
      log(Self.largestGrowth) / first,
      // A few digits more than what is missing.
      log(1e3 * missing) / own,
    ]
    degree = max(1, Int(bounds.reduce(.infinity) { $1 > 0 ? min($0, $1) : $0 }))
  }
}

/// An orthonormal basis, as rows, and its product with the matrix.
private struct Subspace {
  let size: Int
  let width: Int
  let threads: Int?
  /// `[width, size]`
  private(set) var basis: [Double]
  /// The matrix times each vector of the basis.
  var image: [Double] = []
  /// The Ritz values, largest first.
  private(set) var values: [Double] = []
  private var stream = RandomStream(seed: 0, stream: "eigenvectors")

  init(size: Int, width: Int, threads: Int?) {
    self.size = size
    self.width = width
    self.threads = threads
    var draws = stream
    basis = (0..<size * width).map { _ in draws.normal() }
    stream = draws
    orthonormalise()
  }

  /// Turns the basis to the Ritz vectors, and its image with it.
  mutating func align() {
    let products = MatrixProduct.inner(image, basis, count: width, threads: threads)
    let symmetric = products.indices.map { place in
      (products[place] + products[place % width * width + place / width]) / 2
    }
    let problem = SymmetricEigenproblem(symmetric, size: width)
    values = problem.values
    basis = turned(basis, by: problem.vectors)
    image = turned(image, by: problem.vectors)
  }

  private func turned(_ rows: [Double], by rotation: [Double]) -> [Double] {
    MatrixProduct.rows(rotation, times: rows, inner: width, columns: size, threads: threads)
  }

  /// ‖Av − λv‖ of the first vectors.
  func residuals(of count: Int) -> [Double] {
    (0..<count).map { row in
      let squares = (row * size..<(row + 1) * size).reduce(0.0) { sum, place in
        let rest = image[place] - values[row] * basis[place]
        return sum + rest * rest
      }
      return squares.squareRoot()
    }
  }

  /// Replaces the basis by the filter's values on it: T₀ = 1, T₁ = t, Tₘ₊₁ = 2t Tₘ − Tₘ₋₁.
  mutating func filter(by filter: ChebyshevFilter, of matrix: some SymmetricOperator) {
    func step(_ product: [Double], _ vector: [Double]) -> [Double] {
      let (center, scale) = (filter.center, 1 / filter.halfWidth)
      return vector.indices.map { (product[$0] - center * vector[$0]) * scale }
    }
    var before = basis
    basis = step(image, basis)
    for _ in 1..<max(1, filter.degree) {
      let next = step(matrix.multiply(basis), basis)
      let after = next.indices.map { 2 * next[$0] - before[$0] }
      before = basis
      basis = after
    }
    orthonormalise()
  }

  /// Gram and Schmidt's process, twice (Kahan: enough against the rounding of one pass); a vector that the ones before it
  /// contain is drawn anew.
  private mutating func orthonormalise() {
    for row in 0..<width {
      while !orthonormalise(row) {
        for place in row * size..<(row + 1) * size { basis[place] = stream.normal() }
      }
    }
  }

  /// Whether anything was left of the row.
  private mutating func orthonormalise(_ row: Int) -> Bool {
    let size = size
    return basis.withUnsafeMutableBufferPointer { basis in
      guard let start = basis.baseAddress else { return true }
      let own = start + row * size
      guard Self.normalise(own, size, smallest: 0) else { return false }
      for pass in 0..<2 {
        for other in 0..<row {
          let vector = start + other * size
          mim_add_scaled(-mim_dot(own, vector, size), vector, 0, vector, size, own)
        }
        guard Self.normalise(own, size, smallest: pass == 0 ? 1e-12 : 0) else { return false }
      }
      return true
    }
  }

  private static func normalise(
    _ vector: UnsafeMutablePointer<Double>, _ size: Int, smallest: Double
  ) -> Bool {
    let length = mim_dot(vector, vector, size).squareRoot()
    guard length > smallest, length.isFinite else { return false }
    for place in 0..<size { vector[place] /= length }
    return true
  }
}
