import MIMTensor

/// How far apart two points x and y are.
public enum DistanceNorm: String, Sendable, Codable, CaseIterable {
  /// ‖x − y‖₂ = √Σ (xⱼ − yⱼ)².
  case euclidean
  /// ‖x − y‖_∞ = max |xⱼ − yⱼ|.
  case maximum
}

/// The nearest neighbours of each query, nearest first; equal distances are ordered by index, so
/// a result is the same on every machine and for every thread count.
public struct Neighbors: Sendable, Equatable, Codable {
  /// Row indices into the reference points, `[queries, k]`.
  public let indices: HostArray<Int32>
  /// The distances to them in units of the points, `[queries, k]`.
  public let distances: HostArray<Double>
  /// The norm of the distances.
  public let norm: DistanceNorm

  /// The number of neighbours of each query.
  public var count: Int { indices.shape[1] }
}

/// The `count` nearest other rows of every row of `points` (a row is never its own neighbour; a
/// duplicate of it is, at distance 0). Exact.
///
/// - Parameters:
///   - points: `[n, d]`, finite.
///   - count: k, from 1 to n − 1.
///   - threads: the maximum number of threads; `nil` means one per core. Results don't depend on it.
/// - Throws: `AnalysisError` for an array that is not a finite table or a k that it can't supply.
/// - Complexity: O(n²·d) by blocks, about O(n log n) by a tree in few dimensions.
public func nearestNeighbors<Scalar: PointScalar>(
  in points: HostArray<Scalar>, count: Int, norm: DistanceNorm = .euclidean, threads: Int? = nil
) throws -> Neighbors {
  let table = try PointTable(points, quantity: "points")
  return try nearestNeighbors(
    of: table, in: table, count: count, norm: norm, excludesSelf: true, threads: threads)
}

/// The `count` nearest rows of `reference` to every row of `queries`. Exact.
///
/// - Parameters:
///   - queries: `[m, d]`, finite.
///   - reference: `[n, d]`, finite.
///   - count: k, from 1 to n.
/// - Throws: `AnalysisError` as for the search within one set, and where d differs.
/// - Complexity: O(m·n·d) by blocks, about O(m log n) by a tree in few dimensions.
public func nearestNeighbors<Scalar: PointScalar>(
  of queries: HostArray<Scalar>, in reference: HostArray<Scalar>, count: Int,
  norm: DistanceNorm = .euclidean, threads: Int? = nil
) throws -> Neighbors {
  let queries = try PointTable(queries, quantity: "queries")
  let reference = try PointTable(reference, quantity: "reference points")
  try queries.requireDimensions(of: reference)
  return try nearestNeighbors(
    of: queries, in: reference, count: count, norm: norm, excludesSelf: false, threads: threads)
}

/// The search behind both forms, on points that were checked.
func nearestNeighbors(
  of queries: PointTable, in reference: PointTable, count: Int, norm: DistanceNorm,
  excludesSelf: Bool, threads: Int?
) throws -> Neighbors {
  let largest = reference.rows - (excludesSelf ? 1 : 0)
  guard count >= 1, count <= largest else {
    throw AnalysisError.neighborCount(
      requested: count, largest: largest, points: reference.rows)
  }
  let (elements, overflow) = queries.rows.multipliedReportingOverflow(by: count)
  guard !overflow, elements <= 1 << 29 else {
    throw AnalysisError.tooLarge(
      quantity: "the neighbour table", elements: "\(queries.rows) x \(count)")
  }
  let found = try search(
    of: queries, in: reference, count: count, norm: norm, excludesSelf: excludesSelf,
    threads: threads)
  try StopRequest.check()
  return found
}

/// The search that serves best.
private func search(
  of queries: PointTable, in reference: PointTable, count: Int, norm: DistanceNorm,
  excludesSelf: Bool, threads: Int?
) throws -> Neighbors {
  if norm == .euclidean,
    ProductSearch.serves(dimensions: reference.dimensions, points: reference.rows, count: count)
  {
    return try ProductSearch(
      queries: queries, reference: reference, count: count, excludesSelf: excludesSelf,
      threads: threads
    ).neighbors(threads: threads)
  }
  if TreeSearch.serves(dimensions: reference.dimensions, points: reference.rows) {
    return TreeSearch(
      queries: queries, reference: reference, count: count, norm: norm, excludesSelf: excludesSelf
    ).neighbors(threads: threads)
  }
  return BlockedSearch(
    queries: queries, reference: PackedPoints(reference), count: count, norm: norm,
    excludesSelf: excludesSelf
  ).neighbors(threads: threads)
}
