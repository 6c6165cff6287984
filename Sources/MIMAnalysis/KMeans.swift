import MIMTensor

/// How k-means is run.
public struct KMeansOptions: Sendable, Equatable, Codable {
  /// The number of clusters K.
  public var clusters: Int
  /// Restarts from new k-means++ seeds; the one with the smallest inertia is kept.
  public var restarts = 10
  /// The most Lloyd iterations of one restart.
  public var iterations = 300
  /// A restart ends when the centres move less than this share of the mean column variance
  /// (sum of squared moves), or when no assignment changes.
  public var tolerance = 1e-4
  /// Decides the k-means++ draws.
  public var seed: UInt64 = 0

  /// Options for K clusters.
  public init(clusters: Int) { self.clusters = clusters }
}

/// A clustering of points around K centres.
public struct KMeansResult: Sendable, Equatable {
  /// The cluster of each point, 0…K − 1.
  public let assignments: [Int32]
  /// The centres, `[K, d]`.
  public let centers: HostArray<Double>
  /// The sum of squared distances to the nearest centre.
  public let inertia: Double
  /// The Lloyd iterations of the restart that was kept.
  public let iterations: Int
}

/// k-means by Lloyd's iteration (Lloyd 1982) from greedy k-means++ seeds (Arthur &
/// Vassilvitskii 2007). The same seed gives the same clusters for every thread count.
///
/// - Parameters:
///   - points: `[n, d]`, finite.
///   - options: the number of clusters (1…n), restarts and seed.
/// - Throws: `AnalysisError` for an array that is not a finite table, or options out of range.
/// - Complexity: O(n·K·d) an iteration.
public func kMeans<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, options: KMeansOptions, threads: Int? = nil
) throws -> KMeansResult {
  let table = try PointTable(points, quantity: "points")
  try options.check(points: table.rows)
  let search = LloydSearch(table, options: options, threads: threads)
  var stream = RandomStream(seed: options.seed, stream: "k-means")
  var best = search.run(from: search.seeds(&stream))
  for _ in 1..<options.restarts {
    let result = search.run(from: search.seeds(&stream))
    if result.inertia < best.inertia { best = result }
  }
  return best
}

extension KMeansOptions {
  fileprivate func check(points: Int) throws {
    guard clusters >= 1, clusters <= points else {
      throw AnalysisError.partCount(part: "clusters", requested: clusters, largest: points)
    }
    guard restarts >= 1 else {
      throw AnalysisError.outOfRange(
        option: "restarts", value: Double(restarts), allowed: "at least 1")
    }
    guard iterations >= 1 else {
      throw AnalysisError.outOfRange(
        option: "iterations", value: Double(iterations), allowed: "at least 1")
    }
    guard tolerance >= 0, tolerance.isFinite else {
      throw AnalysisError.outOfRange(
        option: "tolerance", value: tolerance, allowed: "a number of at least 0")
    }
  }
}
