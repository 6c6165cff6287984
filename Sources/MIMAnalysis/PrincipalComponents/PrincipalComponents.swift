import CKernels
import MIMCPU
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

  /// All components of so many dimensions take about a minute.
  private static let largestProblem = 4_096

  /// The number of components.
  public var count: Int { explainedVariance.count }
  /// The dimensions of the points, d.
  public var dimensions: Int { mean.count }

  /// Fits the first `count` components: the covariance, and its eigenvectors with residuals of at most 1e-10 of their
  /// eigenvalues.
  ///
  /// - Parameters:
  ///   - points: `[n, d]`, finite, n ≥ 2.
  ///   - count: from 1 to min(n, d).
  /// - Throws: `AnalysisError` for an array that is not a finite table or a count out of range.
  /// - Complexity: O(n·d²), and O(d²·count) for few components, O(d³) for many.
  public init<Scalar: PointScalar>(
    fitting points: HostArray<Scalar>, count: Int, threads: Int? = nil
  ) throws {
    let (rows, dimensions) = (points.rowCount, points.rowSize)
    guard points.shape.rank > 0, points.count > 0,
      let mean = ColumnMeans.of(points, threads: threads)
    else {
      // Says what is wrong, and where.
      _ = try PointTable(points, quantity: "points")
      throw AnalysisError.empty(quantity: "points")
    }
    let largest = min(rows, dimensions)
    guard count >= 1, count <= largest, rows >= 2 else {
      throw AnalysisError.partCount(part: "components", requested: count, largest: largest)
    }
    guard largest <= Self.largestProblem else {
      throw AnalysisError.tooLarge(
        quantity: "the covariance", elements: "\(largest) x \(largest)")
    }
    let spectrum =
      dimensions <= rows
      ? CovarianceSpectrum(columnsOf: points, mean: mean, count: count, threads: threads)
      : CovarianceSpectrum(
        rowsOf: try PointTable(points, quantity: "points"), mean: mean, count: count,
        threads: threads)
    self.mean = mean
    components = (0..<count).flatMap { spectrum.vector($0).withLargestEntryPositive }
    explainedVariance = spectrum.values.map { $0 / Double(rows - 1) }
    explainedVarianceRatio = spectrum.values.map { spectrum.total > 0 ? $0 / spectrum.total : 0 }
  }

  /// The coordinates along the components, (x − mean)·Wᵀ, `[n, count]`.
  ///
  /// - Throws: `AnalysisError` where the points have another number of dimensions.
  public func transform<Scalar: PointScalar>(
    _ points: HostArray<Scalar>, threads: Int? = nil
  ) throws -> HostArray<Scalar> {
    let table = try PointTable(points, quantity: "points")
    try require(table.dimensions, dimensions, table.quantity, "the components' space")
    return mapRows(of: table, to: count, threads: threads) { row, result in
      let centered = zip(row, mean).map { $0 - $1 }
      components.withUnsafeBufferPointer { components in
        for index in 0..<count {
          let component = components.baseAddress.map { $0 + index * dimensions }
          result[index] = mim_dot(centered, component, dimensions)
        }
      }
    }
  }

  /// The points with these coordinates, y·W + mean, `[n, d]`.
  ///
  /// - Throws: `AnalysisError` where the coordinates are not as many as the components.
  public func inverse<Scalar: PointScalar>(
    _ coordinates: HostArray<Scalar>, threads: Int? = nil
  ) throws -> HostArray<Scalar> {
    let table = try PointTable(coordinates, quantity: "coordinates")
    try require(table.dimensions, count, table.quantity, "the components")
    return mapRows(of: table, to: dimensions, threads: threads) { row, result in
      for column in 0..<dimensions { result[column] = mean[column] }
      components.withUnsafeBufferPointer { components in
        for (index, coordinate) in row.enumerated() {
          let component = components.baseAddress.map { $0 + index * dimensions }
          mim_add_scaled(coordinate, component, 0, component, dimensions, result.baseAddress)
        }
      }
    }
  }
}

extension PrincipalComponents {
  private func require(
    _ found: Int, _ needed: Int, _ quantity: String, _ other: String
  ) throws {
    guard found == needed else {
      throw AnalysisError.dimensionsDiffer(
        first: quantity, firstDimensions: found, second: other, secondDimensions: needed)
    }
  }

  private func mapRows<Scalar: PointScalar>(
    of table: PointTable, to width: Int, threads: Int?,
    _ body: @Sendable (ArraySlice<Double>, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> HostArray<Scalar> {
    var results = [Double](repeating: 0, count: table.rows * width)
    results.withUnsafeMutableBufferPointer { results in
      nonisolated(unsafe) let results = results
      inParallel(count: table.rows, chunk: 256, threads: threads) { range in
        for row in range {
          body(
            table.values[row * table.dimensions..<(row + 1) * table.dimensions],
            UnsafeMutableBufferPointer(rebasing: results[row * width..<(row + 1) * width]))
        }
      }
    }
    return HostArray(Scalar.narrowed(results), shape: Shape([table.rows, width]))
  }
}

extension PointTable {
  /// The mean of each column.
  var columnMeans: [Double] {
    var sums = [Double](repeating: 0, count: dimensions)
    values.withUnsafeBufferPointer { values in
      for row in 0..<rows {
        for column in 0..<dimensions { sums[column] += values[row * dimensions + column] }
      }
    }
    return sums.map { $0 / Double(rows) }
  }
}

extension [Double] {
  /// The vector or its negative: a sign that doesn't depend on how it was computed.
  fileprivate var withLargestEntryPositive: [Double] {
    guard let largest = self.max(by: { abs($0) < abs($1) }), largest < 0 else { return self }
    return map { -$0 }
  }
}
