import MIMTensor

/// A two-dimensional map of points, and how it was made.
public struct TSNEResult: Sendable, Equatable {
  /// The map, `[n, 2]`.
  public let embedding: HostArray<Float>
  /// KL(P‖Q) of the map in nats.
  public let klDivergence: Double
  /// The iterations done.
  public let iterations: Int
  /// `false` when the observer ended it before the iterations asked for.
  public let isComplete: Bool
  /// The divergence at every 50th iteration.
  public let history: [TSNEReport]
  /// The gradient that was used.
  public let gradient: TSNEGradient
  /// The options it was run with.
  public let options: TSNEOptions
}

/// t-distributed stochastic neighbour embedding (van der Maaten & Hinton 2008) of points in two
/// dimensions: minimises KL(P‖Q) between the points' symmetrised neighbour affinities P and
/// Student-t similarities Q of the map. Seeded; the result does not depend on the thread count.
///
/// Duplicate points are allowed (they stay together); constant columns change nothing.
///
/// - Parameters:
///   - points: `[n, d]`, finite, not all equal, n > 3·perplexity.
///   - initial: `[n, 2]` start instead of `options.initialization`; it is used as it is.
///   - options: perplexity, schedule, gradient and seed.
///   - observer: progress, and a way to stop early with the current map.
/// - Throws: `AnalysisError` for input that is not a finite table, too few points for the
///   perplexity, or options out of range.
/// - Complexity: one neighbour search, then O(n log n) (Barnes–Hut) or O(n²) an iteration.
public func tsne<Scalar: PointScalar>(
  _ points: HostArray<Scalar>, initial: HostArray<Float>? = nil,
  options: TSNEOptions = TSNEOptions(), observer: TSNEObserver = TSNEObserver()
) throws -> TSNEResult {
  fatalError("being built")
}
