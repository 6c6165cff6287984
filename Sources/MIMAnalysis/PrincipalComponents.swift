import MIMTensor

/// Principal components of a set of points (Pearson 1901; Hotelling 1933): the eigenvectors of
/// their covariance, largest variance first.
public struct PrincipalComponents: Sendable, Equatable, Codable {
  /// The mean of every column, d entries.
  public let mean: [Double]
  /// The components, row-major `[count, d]`, orthonormal; in each the entry of largest magnitude
  /// is positive.
  public let components: [Double]
  /// The variance of the points (divided by n − 1) along each component.
  public let explainedVariance: [Double]
  /// The same as shares of the total variance.
  public let explainedVarianceRatio: [Double]

  /// The number of components.
  public var count: Int { explainedVariance.count }
  /// The dimensions of the points, d.
  public var dimensions: Int { mean.count }

  /// Fits the first `count` components exactly (covariance and symmetric eigenproblem).
  ///
  /// - Parameters:
  ///   - points: `[n, d]`, finite, n ≥ 2.
  ///   - count: from 1 to min(n, d).
  /// - Throws: `AnalysisError` for an array that is not a finite table or a count out of range.
  /// - Complexity: O(n·d² + d³).
  public init<Scalar: PointScalar>(
    fitting points: HostArray<Scalar>, count: Int, threads: Int? = nil
  ) throws {
    fatalError("being built")
  }

  /// The coordinates along the components, (x − mean)·Wᵀ, `[n, count]`.
  ///
  /// - Throws: `AnalysisError` where the points have another number of dimensions.
  public func transform<Scalar: PointScalar>(
    _ points: HostArray<Scalar>, threads: Int? = nil
  ) throws -> HostArray<Scalar> {
    fatalError("being built")
  }

  /// The points with these coordinates, y·W + mean, `[n, d]`.
  ///
  /// - Throws: `AnalysisError` where the coordinates are not as many as the components.
  public func inverse<Scalar: PointScalar>(
    _ coordinates: HostArray<Scalar>, threads: Int? = nil
  ) throws -> HostArray<Scalar> {
    fatalError("being built")
  }
}
