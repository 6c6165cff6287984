import Foundation
import MIMTensor

/// A mean over points with its standard error.
public struct PointwiseMean: Sendable, Equatable {
  /// The mean.
  public let value: Double
  /// s/√n, as if points were independent.
  public let standardError: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    value = mean
    standardError = values.count > 1 ? (squares / (count - 1) / count).squareRoot() : 0
  }
}

/// The share of each point's k nearest that are among its k nearest in an embedding too, its mean over the points; equal
/// distances rank by index.
///
/// - Parameters:
///   - embedding: `[n, m]`.
///   - points: what was embedded, `[n, d]`.
///   - k: neighbours, from 1 to n − 1.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or a k out of range.
/// - Complexity: two neighbour searches.
public func neighborRecall<Scalar: PointScalar>(
  of embedding: HostArray<Float>, points: HostArray<Scalar>, k: Int, threads: Int? = nil
) throws -> PointwiseMean {
  let table = try PointTable(points, quantity: "points")
  let map = try PointTable(embedding, quantity: "the embedding")
  try map.requireRows(of: table)
  let found = try [table, map].map {
    try nearestNeighbors(
      of: $0, in: $0, count: k, norm: .euclidean, excludesSelf: true, threads: threads
    ).indices
  }
  return PointwiseMean(
    (0..<table.rows).map { row in
      let near = Set(found[0].row(row))
      return Double(found[1].row(row).count { near.contains($0) }) / Double(k)
    })
}
