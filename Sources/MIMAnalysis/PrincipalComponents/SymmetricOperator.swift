/// A symmetric matrix that is known by its products with vectors.
protocol SymmetricOperator: Sendable {
  /// The number of rows.
  var size: Int { get }
  /// No eigenvalue lies below.
  var lowest: Double { get }
  /// The products with each of `vectors`, rows of `[count, size]`; the same bits for every number of threads.
  func multiply(_ vectors: [Double]) -> [Double]
}

/// A full symmetric matrix without negative eigenvalues, as a covariance is.
struct DenseCovariance: SymmetricOperator {
  /// Both triangles, row-major.
  let entries: [Double]
  let size: Int
  let threads: Int?
  let lowest = 0.0

  func multiply(_ vectors: [Double]) -> [Double] {
    MatrixProduct.rows(vectors, times: entries, inner: size, columns: size, threads: threads)
  }
}
