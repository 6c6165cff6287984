import MIMTensor

/// A map of points in few dimensions, and how it was made.
public struct TSNEResult: Sendable, Equatable {
  /// The map, `[n, dimensions]`.
  public let embedding: HostArray<Float>
  /// KL(P‖Q) of the map in nats.
  public let klDivergence: Double
  /// The iterations done.
  public let iterations: Int
  /// `false` when the observer ended it before the iterations requested.
  public let isComplete: Bool
  /// The divergence at every 50th iteration.
  public let history: [TSNEReport]
  /// The gradient that was used.
  public let gradient: TSNEGradient
  /// The options it was run with.
  public let options: TSNEOptions
}

/// t-distributed stochastic neighbour embedding (van der Maaten & Hinton 2008) of points in
/// one to three dimensions: minimises KL(P‖Q) between the points' symmetrised neighbour affinities P and
/// Student-t similarities Q of the map. Seeded; the result does not depend on the thread count.
///
/// Duplicate points are allowed (they stay together); constant columns change nothing.
///
/// - Parameters:
///   - points: `[n, d]`, finite, not all equal, n > 3·perplexity.
///   - initial: `[n, dimensions]` start instead of `options.initialization`; it is used as it is.
///   - options: perplexity, schedule, gradient and seed.
///   - observer: progress, and a way to stop early with the current map.
/// - Throws: `AnalysisError` for input that is not a finite table, too few points for the
///   perplexity, or options out of range; `CancellationError` where the observer ends it before there is a map.
/// - Complexity: one neighbour search, then O(n log n) (Barnes–Hut, interpolation) or O(n²) an iteration.
public func tsne<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, initial: HostArray<Float>? = nil,
  options: TSNEOptions = TSNEOptions(), observer: TSNEObserver = TSNEObserver()
) throws -> TSNEResult {
  try options.check()
  let table = try PointTable(points, quantity: "points")
  try Affinities.check(perplexities: options.perplexities, points: table.rows)
  guard !table.allRowsAreEqual else { throw AnalysisError.allPointsEqual(quantity: "points") }
  let start = try initial.map {
    try EmbeddingMap($0, points: table.rows, dimensions: options.dimensions)
  }
  let method = options.gradient ?? .chosen(points: table.rows, dimensions: options.dimensions)
  let (affinities, map) = try StopRequest.$current.withValue(StopRequest(observer.shouldStop)) {
    let affinities = try Affinities(of: table, points, method: method, options: options)
    let map = try start ?? EmbeddingMap.start(for: points, options: options)
    // What was found of either is not whole then.
    try StopRequest.check()
    return (affinities, map)
  }
  return try TSNEOptimization(
    affinities, method: method, options: options, observer: observer
  ).run(from: map)
}

/// The same from affinities that were computed before, so that several maps can share them.
///
/// - Parameters:
///   - affinities: P of n points; `options.perplexities` are not used.
///   - initial: the start, `[n, dimensions]`; used as it is.
/// - Throws: `AnalysisError` where the start is not a finite `[n, dimensions]` table, or options are out of
///   range.
/// - Complexity: O(n log n) (Barnes–Hut, interpolation) or O(n²) an iteration.
public func tsne(
  _ affinities: Affinities, initial: HostArray<Float>, options: TSNEOptions = TSNEOptions(),
  observer: TSNEObserver = TSNEObserver()
) throws -> TSNEResult {
  try options.check()
  let method =
    options.gradient ?? .chosen(points: affinities.count, dimensions: options.dimensions)
  return try TSNEOptimization(
    affinities, method: method, options: options, observer: observer
  ).run(
    from: try EmbeddingMap(
      initial, points: affinities.count, dimensions: options.dimensions))
}

extension TSNEGradient {
  /// The default: what is fastest for so many points.
  static func chosen(points: Int, dimensions: Int) -> TSNEGradient {
    if points <= 500 { return .exact }
    return dimensions == 3 || points <= 1000 ? .barnesHut(theta: 0.5) : .interpolation
  }
}

extension Affinities {
  /// All pairs for the exact gradient, 3·perplexity neighbours for the others.
  fileprivate init<Scalar: PointScalar>(
    of table: PointTable, _ points: HostArray<Scalar>, method: TSNEGradient,
    options: TSNEOptions
  ) throws {
    switch method {
    case .exact:
      try self.init(
        allPairsOf: points, perplexities: options.perplexities, threads: options.threads)
    case .barnesHut, .interpolation:
      let neighbors = try nearestNeighbors(
        of: table, in: table, count: min(table.rows - 1, Int(3 * options.perplexity)),
        norm: .euclidean, excludesSelf: true, threads: options.threads)
      try self.init(neighbors, perplexities: options.perplexities, threads: options.threads)
    }
  }
}

extension EmbeddingMap {
  fileprivate static func start<Scalar: PointScalar>(
    for points: HostArray<Scalar>, options: TSNEOptions
  ) throws -> EmbeddingMap {
    switch options.initialization {
    case .pca:
      try .principal(
        of: points, dimensions: options.dimensions, seed: options.seed, threads: options.threads)
    case .random:
      .random(count: points.rowCount, dimensions: options.dimensions, seed: options.seed)
    }
  }
}
