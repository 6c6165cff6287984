import MIMTensor

/// How the gradient's repulsive part is computed.
public enum TSNEGradient: Sendable, Equatable, Codable, CustomStringConvertible {
  /// Every pair of points, O(n²).
  case exact
  /// Barnes & Hut 1986 (van der Maaten 2014): a cell of width w at distance r acts as one point
  /// when w/r < theta. O(n log n).
  case barnesHut(theta: Double)
  /// Interpolation on a grid and fast Fourier transforms (Linderman et al. 2019), in one or two
  /// dimensions. O(n + m² log m) for a map m grid spacings wide.
  case interpolation

  /// `exact`, `Barnes-Hut (theta 0.5)`, `fft`
  public var description: String {
    switch self {
    case .exact: "exact"
    case .barnesHut(let theta): "Barnes-Hut (theta \(theta))"
    case .interpolation: "fft"
    }
  }
}

/// Where the embedding starts.
public enum TSNEInitialization: String, Sendable, Equatable, Codable, CaseIterable {
  /// The first two principal components, scaled to a standard deviation of 1e-4.
  case pca
  /// Independent normal draws of standard deviation 1e-4.
  case random
}

/// How t-SNE is run; the defaults are openTSNE 1.0's schedule.
public struct TSNEOptions: Sendable, Equatable, Codable {
  /// The dimensions of the embedding, 1, 2 or 3.
  public var dimensions = 2
  /// The effective numbers of neighbours of a point, exp of the entropy of its affinities; affinities for several are averaged
  /// (Kobak & Berens 2019).
  public var perplexities = [30.0]
  /// All iterations, those of the early exaggeration included.
  public var iterations = 750
  /// The number of first iterations in which attraction is stronger.
  public var earlyExaggerationIterations = 250
  /// The factor on the attraction in these iterations.
  public var earlyExaggeration = 12.0
  /// The factor on the attraction in the iterations after them.
  public var lateExaggeration = 1.0
  /// The step size on the gradient without the factor 4; `nil` is n/exaggeration in each phase.
  public var learningRate: Double?
  /// The momentum of both phases.
  public var momentum = 0.8
  /// A point never moves further than this in one step, in units of the embedding.
  public var maximumStep = 5.0
  /// α of the similarities (1 + d²/α)^−α (Kobak et al. 2019): 1 is Student's t of van der Maaten &
  /// Hinton, less gives heavier tails and more, smaller clusters.
  public var degreesOfFreedom = 1.0
  /// Where the embedding starts, unless one is given.
  public var initialization = TSNEInitialization.pca
  /// `nil` chooses by the number of points n and the dimensions: exact for n ≤ 500, Barnes-Hut
  /// with theta 0.5 for n ≤ 1000 and in three dimensions, interpolation else.
  public var gradient: TSNEGradient?
  /// The seed of random initial positions.
  public var seed: UInt64 = 0
  /// The maximum number of threads; `nil` means one per core. Results don't depend on it.
  public var threads: Int?

  /// The default schedule.
  public init() {}

  /// A single perplexity: the largest of several, or set as the only one.
  public var perplexity: Double {
    get { perplexities.max() ?? 30 }
    set { perplexities = [newValue] }
  }
}

/// The state of an optimisation, reported at every 50th iteration and at the last.
public struct TSNEReport: Sendable, Equatable, Codable {
  /// The iterations done.
  public let iteration: Int
  /// The iterations requested.
  public let iterations: Int
  /// KL(P‖Q) in nats of the map that this iteration started from, P without exaggeration; Q's
  /// normaliser is that of the chosen gradient.
  public let klDivergence: Double
}

/// A map on the way.
public struct TSNEFrame: Sendable, Equatable {
  /// The map, `[n, dimensions]`.
  public let embedding: HostArray<Float>
  /// The iterations done.
  public let iteration: Int
  /// KL(P‖Q) in nats, as in a report.
  public let klDivergence: Double
}

/// Watches an optimisation and may end it.
public struct TSNEObserver: Sendable {
  /// Called after every iteration with the number done and the number requested.
  public var onIteration: @Sendable (Int, Int) -> Void
  /// Called every 50 iterations with the divergence.
  public var onReport: @Sendable (TSNEReport) -> Void
  /// Whether the map after so many iterations is wanted; asked from 0 on, but not for the last.
  public var wantsFrame: @Sendable (Int) -> Bool
  /// Called with such a map.
  public var onFrame: @Sendable (TSNEFrame) -> Void
  /// Asked between parts of the work; `true`, which must stay, ends it: with the current map, or with `CancellationError` where there is none yet.
  public var shouldStop: @Sendable () -> Bool

  /// Creates an observer; closures that are not given do nothing.
  public init(
    onIteration: @escaping @Sendable (Int, Int) -> Void = { _, _ in },
    onReport: @escaping @Sendable (TSNEReport) -> Void = { _ in },
    wantsFrame: @escaping @Sendable (Int) -> Bool = { _ in false },
    onFrame: @escaping @Sendable (TSNEFrame) -> Void = { _ in },
    shouldStop: @escaping @Sendable () -> Bool = { false }
  ) {
    self.onIteration = onIteration
    self.onReport = onReport
    self.wantsFrame = wantsFrame
    self.onFrame = onFrame
    self.shouldStop = shouldStop
  }
}

extension TSNEOptions {
  /// Requires every number to be in its range.
  func check() throws {
    try require(Double(dimensions), "dimensions", "1, 2 or 3") { 1...3 ~= $0 }
    if gradient == .interpolation {
      try require(Double(dimensions), "dimensions", "1 or 2 for the fft gradient") { $0 <= 2 }
    }
    try require(degreesOfFreedom, "degrees of freedom", "from 0.01 to 100") {
      0.01...100 ~= $0
    }
    try require(Double(iterations), "iterations", "at least 1") { $0 >= 1 }
    try require(
      Double(earlyExaggerationIterations), "early exaggeration iterations", "at least 0"
    ) { $0 >= 0 }
    try require(earlyExaggeration, "early exaggeration", "a number of at least 1") { $0 >= 1 }
    try require(lateExaggeration, "late exaggeration", "a number above 0") { $0 > 0 }
    try require(learningRate ?? 1, "learning rate", "a number above 0") { $0 > 0 }
    try require(momentum, "momentum", "from 0 to below 1") { 0 <= $0 && $0 < 1 }
    try require(maximumStep, "maximum step", "a number above 0") { $0 > 0 }
    if case .barnesHut(let theta) = gradient {
      try require(theta, "theta", "from 0 to 1") { 0 <= $0 && $0 <= 1 }
    }
  }

  private func require(
    _ value: Double, _ option: String, _ allowed: String, _ isAllowed: (Double) -> Bool
  ) throws {
    guard value.isFinite, isAllowed(value) else {
      throw AnalysisError.outOfRange(option: option, value: value, allowed: allowed)
    }
  }
}
