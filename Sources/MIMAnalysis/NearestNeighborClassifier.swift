import MIMTensor

/// The share of queries that a k-nearest-neighbour vote classifies correctly.
public struct ClassificationAccuracy: Sendable, Equatable {
  /// The number of neighbours that vote.
  public let k: Int
  /// The share of correct predictions, 0…1.
  public let value: Double
  /// The binomial standard error √(p(1 − p)/n) of `value`.
  public let standardError: Double
  /// The number of queries.
  public let count: Int
}

/// k-nearest-neighbour classification (Cover & Hart 1967) of `queries` by the labelled
/// `reference` points, Euclidean, for several k from one search.
///
/// Every neighbour has one vote; of classes with equally many votes the smallest label wins
/// (scikit-learn's rule for uniform weights). Neighbours at equal distance are taken by index.
///
/// - Parameters:
///   - queries: `[m, d]`, with `queryLabels` of m entries.
///   - reference: `[n, d]`, with `referenceLabels` of n entries.
///   - k: the neighbour counts wanted, each from 1 to n.
/// - Returns: one accuracy for each entry of `k`, in that order.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or a k out of range.
/// - Complexity: that of `nearestNeighbors` with the largest k.
public func nearestNeighborAccuracy<Scalar: PointScalar>(
  queries: HostArray<Scalar>, queryLabels: [Int32], reference: HostArray<Scalar>,
  referenceLabels: [Int32], k: [Int], threads: Int? = nil
) throws -> [ClassificationAccuracy] {
  fatalError("being built")
}

/// The labels that the vote of `nearestNeighborAccuracy` gives the queries.
///
/// - Throws: `AnalysisError` where labels and reference points differ in number, or a k is out
///   of range.
public func nearestNeighborPredictions(
  neighbors: Neighbors, referenceLabels: [Int32], k: Int
) throws -> [Int32] {
  fatalError("being built")
}
