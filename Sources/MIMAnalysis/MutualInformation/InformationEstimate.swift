import Foundation

/// Mutual information as an estimator found it, with what is needed to judge the number.
public struct InformationEstimate: Sendable, Codable {
  /// One place of the subsampling curve.
  public struct CurvePoint: Sendable, Equatable, Codable {
    /// Rows in a block.
    public let rows: Int
    /// The number of disjoint blocks.
    public let blocks: Int
    /// The mean of their estimates, in nats.
    public let value: Double
  }

  /// What the estimator gives for independent rows: y against x in random orders.
  public struct Null: Sendable, Equatable, Codable {
    /// The rows used, a random choice of all.
    public let rows: Int
    /// The number of random orders.
    public let permutations: Int
    /// The estimate on these rows in their own order, in nats.
    public let observed: Double
    /// The mean of the estimates in random order: what zero looks like.
    public let mean: Double
    /// Their 95 % quantile.
    public let upper: Double
    /// (1 + the random orders with at least the observed value) / (1 + permutations).
    public let pValue: Double
  }

  /// The word of the estimator: `ksg`.
  public let estimator: String
  /// What it is, with its settings.
  public let method: String
  /// The estimate in nats; it may be slightly negative.
  public let value: Double
  /// Its standard error in nats by disjoint blocks; nil where there are too few rows.
  public let standardError: Double?
  /// The number of rows.
  public let count: Int
  /// Each row's part, whose mean is the value; nil where it isn't made of such parts.
  public let local: [Double]?
  /// The most that so many rows can show, in nats; nil where nothing binds.
  public let ceiling: Double?
  /// Estimates on a quarter, half and all of the rows; empty if it wasn't wanted.
  public let curve: [CurvePoint]
  /// The value that the curve runs to with 1/n → 0, in nats; nil without a curve.
  public let extrapolated: Double?
  /// What zero looks like; nil if it wasn't wanted.
  public let null: Null?
  /// The interval that was asked for, by blocks, in nats.
  public let interval: ClosedRange<Double>?
  /// The entropy of the classes in nats, where a variable is one; the smaller one where both are.
  public let classEntropy: Double?
  /// What speaks against the value, a sentence each.
  public private(set) var warnings: [String]
  /// Whether all of it was computed; false when the work was stopped.
  public let isComplete: Bool

  /// The same with a warning more.
  public func warned(_ warning: String) -> InformationEstimate {
    var warned = self
    warned.warnings.append(warning)
    return warned
  }

  /// The value as a share of the entropy of the classes: 1 where the other variable tells them all.
  public var share: Double? {
    classEntropy.flatMap { $0 > 0 ? value / $0 : nil }
  }
}

/// How much is done to judge an estimate.
public struct InformationOptions: Sendable {
  /// The estimator's settings by name; the usual ones where they are left out.
  public var settings: [String: Double] = [:]
  /// Whether the estimate is repeated on quarters and halves of the rows.
  public var hasCurve = true
  /// Whether the standard error is found, which takes 2 to 6 estimates more.
  public var hasStandardError = true
  /// Random orders for the null; 0: none.
  public var permutations = 49
  /// The share of an interval, such as 0.95; nil: none.
  public var confidence: Double?
  /// Whether columns get mean 0 and standard deviation 1 first.
  public var standardises = true
  /// Chooses blocks and orders.
  public var seed: UInt64 = 0
  /// The maximum number of threads; nil: one per core. Results don't depend on it.
  public var threads: Int?
  /// Told of the share done of an estimate that trains a network, 0 to 1; false ends the work.
  public var onStep: @Sendable (Double) -> Bool = { _ in true }

  /// The defaults.
  public init() {}
}
