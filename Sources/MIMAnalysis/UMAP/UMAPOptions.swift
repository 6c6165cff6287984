import MIMTensor

/// How UMAP is run; the defaults are umap-learn's.
public struct UMAPOptions: Sendable, Equatable, Codable {
  /// The neighbours of a point that its distances are scaled by, the point itself counted.
  public var neighbors = 15
  /// The distance in the embedding below which two points are as similar as can be.
  public var minimumDistance = 0.1
  /// How fast similarity falls beyond it: exp(−(d − minimumDistance)/spread).
  public var spread = 1.0
  /// The distance between points.
  public var metric = UMAPMetric.euclidean
  /// The dimensions of the embedding, 1, 2 or 3.
  public var dimensions = 2
  /// The passes over the points; `nil` is 500 for up to 10,000 points and 200 for more.
  public var epochs: Int?
  /// Where the embedding starts.
  public var initialization = UMAPInitialization.spectral
  /// The seed of random starts and of the points that repel.
  public var seed: UInt64 = 0
  /// The maximum number of threads; `nil` means one per core. Results don't depend on it.
  public var threads: Int?

  /// umap-learn's defaults.
  public init() {}

  /// The passes over `points` points.
  func epochs(points: Int) -> Int { epochs ?? (points <= 10_000 ? 500 : 200) }
}

/// The distances that UMAP can be given.
public enum UMAPMetric: String, Sendable, Equatable, Codable, CaseIterable {
  /// ‖x − y‖₂
  case euclidean
  /// 1 − x·y/(‖x‖‖y‖)
  case cosine
  /// max |xⱼ − yⱼ|
  case maximum = "max"
}

/// Where UMAP starts.
public enum UMAPInitialization: String, Sendable, Equatable, Codable, CaseIterable {
  /// Eigenvectors of the neighbour graph's Laplacian; principal components where the graph is in several parts.
  case spectral
  /// The first principal components.
  case pca
  /// Uniform draws.
  case random
}

/// Watches an optimisation and may end it.
public struct UMAPObserver: Sendable {
  /// Called when a part of the work begins, with its name.
  public var onStage: @Sendable (String) -> Void
  /// Called after every epoch with the number done and the number requested.
  public var onEpoch: @Sendable (Int, Int) -> Void
  /// Whether the embedding after so many epochs is wanted; asked from 0 on, but not for the last.
  public var wantsFrame: @Sendable (Int) -> Bool
  /// Called with such an embedding, `[n, dimensions]`, and the epochs done.
  public var onFrame: @Sendable (HostArray<Float>, Int) -> Void
  /// Called before every epoch; `true` ends the optimisation with the current embedding.
  public var shouldStop: @Sendable () -> Bool

  /// Creates an observer; closures that are not given do nothing.
  public init(
    onStage: @escaping @Sendable (String) -> Void = { _ in },
    onEpoch: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    wantsFrame: @escaping @Sendable (Int) -> Bool = { _ in false },
    onFrame: @escaping @Sendable (HostArray<Float>, Int) -> Void = { _, _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onStage = onStage
    self.onEpoch = onEpoch
    self.wantsFrame = wantsFrame
    self.onFrame = onFrame
    self.shouldStop = shouldStop
  }
}

extension UMAPOptions {
  /// Requires every number to be in its range, and enough points.
  func check(points: Int) throws {
    try require(Double(neighbors), "neighbours", "at least 2") { $0 >= 2 }
    guard neighbors <= points else {
      throw AnalysisError.neighborCount(requested: neighbors, largest: points, points: points)
    }
    try require(spread, "spread", "from 0.01 to 1000") { 0.01...1000 ~= $0 }
    try require(minimumDistance, "minimum distance", "from 0 to the spread") {
      $0 >= 0 && $0 <= spread
    }
    try require(Double(dimensions), "dimensions", "1, 2 or 3") { 1...3 ~= $0 }
    try require(Double(epochs ?? 1), "epochs", "from 1 to 1,000,000") { 1...1_000_000 ~= $0 }
  }

  private func require(
    _ value: Double, _ option: String, _ allowed: String, _ isAllowed: (Double) -> Bool
  ) throws {
    guard value.isFinite, isAllowed(value) else {
      throw AnalysisError.outOfRange(option: option, value: value, allowed: allowed)
    }
  }
}
