import Foundation
import MIMTensor

/// The number of dimensions in which points lie, with its standard error.
public struct IntrinsicDimension: Sendable, Equatable {
  /// The dimension.
  public let value: Double
  /// Its standard error over the points that were used.
  public let standardError: Double
  /// The number of points used.
  public let count: Int
}

/// The intrinsic dimension by the two nearest neighbours (TwoNN; Facco, d'Errico, Rodriguez & Laio 2017, Sci. Rep. 7,
/// 12140): with μ = r₂/r₁ of each point and F the share of points with at most that μ, the slope through 0 of
/// −log(1 − F(μ)) against log μ. The largest tenth of μ is left out, as there.
///
/// - Parameter discarded: the share of the largest μ that is left out, 0 to less than 1.
/// - Throws: `AnalysisError` for fewer than ten points, or points of which many coincide.
/// - Complexity: that of `nearestNeighbors`.
public func twoNearestNeighborDimension<Scalar: PointScalar>(
  of points: HostArray<Scalar>, discarding discarded: Double = 0.1, threads: Int? = nil
) throws -> IntrinsicDimension {
  let table = try PointTable(points, quantity: "the points")
  try table.requireForDimension(neighbors: 2)
  let found = try nearestNeighbors(
    of: table, in: table, count: 2, norm: .euclidean, excludesSelf: true, threads: threads)
  let distances = found.distances.elements
  // Points that coincide with another have no ratio.
  let ratios = (0..<table.rows).filter { distances[2 * $0] > 0 }
    .map { log(distances[2 * $0 + 1] / distances[2 * $0]) }.sorted()
  guard ratios.count >= 10, 2 * ratios.count >= table.rows else {
    throw AnalysisError.coincidingPoints(
      quantity: "the points", row: (0..<table.rows).first { distances[2 * $0] == 0 } ?? 0, k: 1)
  }
  let kept = min(ratios.count - 1, Int(Double(ratios.count) * (1 - discarded)))
  var (products, squares) = (0.0, 0.0)
  for place in 0..<kept {
    let height = -log(1 - Double(place + 1) / Double(ratios.count))
    products += ratios[place] * height
    squares += ratios[place] * ratios[place]
  }
  guard squares > 0 else { throw AnalysisError.allPointsEqual(quantity: "the points") }
  // The maximum of the likelihood of a Pareto law has the relative error 1/√n; the fit through a part of it a little more.
  let value = products / squares
  return IntrinsicDimension(
    value: value, standardError: value / Double(kept).squareRoot(), count: kept)
}

/// The intrinsic dimension by maximum likelihood (Levina & Bickel 2005, NIPS 17, equation 8), with the k nearest
/// neighbours of each point at T_1 ≤ … ≤ T_k,
///
///     m̂(x) = [1/(k − 1) Σ_{j<k} log(T_k / T_j)]⁻¹,
///
/// and the inverses averaged over points, as MacKay and Ghahramani (2005) showed to be right.
///
/// - Throws: `AnalysisError` for too few points, or points of which many coincide.
/// - Complexity: that of `nearestNeighbors`.
public func maximumLikelihoodDimension<Scalar: PointScalar>(
  of points: HostArray<Scalar>, k: Int = 20, threads: Int? = nil
) throws -> IntrinsicDimension {
  let table = try PointTable(points, quantity: "the points")
  try table.requireForDimension(neighbors: k)
  guard k >= 2 else {
    throw AnalysisError.outOfRange(option: "k", value: Double(k), allowed: "2 or more")
  }
  let found = try nearestNeighbors(
    of: table, in: table, count: k, norm: .euclidean, excludesSelf: true, threads: threads)
  let distances = found.distances.elements
  let inverses = (0..<table.rows).compactMap { row -> Double? in
    let own = distances[row * k..<(row + 1) * k]
    guard let first = own.first, first > 0, let last = own.last else { return nil }
    return own.dropLast().reduce(0) { $0 + log(last / $1) } / Double(k - 1)
  }
  guard inverses.count >= 10, 2 * inverses.count >= table.rows else {
    throw AnalysisError.coincidingPoints(
      quantity: "the points", row: (0..<table.rows).first { distances[$0 * k] == 0 } ?? 0, k: 1)
  }
  let moments = inverses.moments
  guard moments.mean > 0 else { throw AnalysisError.allPointsEqual(quantity: "the points") }
  let error = (moments.variance / Double(inverses.count)).squareRoot()
  return IntrinsicDimension(
    value: 1 / moments.mean, standardError: error / (moments.mean * moments.mean),
    count: inverses.count)
}

extension PointTable {
  /// Requires ten points and more than `neighbors` others.
  fileprivate func requireForDimension(neighbors: Int) throws {
    guard rows >= 10, neighbors < rows else {
      throw AnalysisError.neighborCount(requested: neighbors, largest: rows - 1, points: rows)
    }
  }
}
