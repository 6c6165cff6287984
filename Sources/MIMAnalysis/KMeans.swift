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
  fatalError("being built")
}
