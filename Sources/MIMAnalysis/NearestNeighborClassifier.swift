import MIMTensor

/// The fraction of queries that a k-nearest-neighbour vote classifies correctly.
public struct ClassificationAccuracy: Sendable, Equatable {
  /// The number of neighbours that vote.
  public let k: Int
  /// The fraction of correct predictions, 0…1.
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
///   - k: the neighbour counts wanted, each from 1 to n (n − 1 with `ownRows`).
///   - ownRows: for each query the reference point that is the same item, which gets no vote on it (leave-one-out);
///     nil, or −1 for a query: there is none.
/// - Returns: one accuracy for each entry of `k`, in that order.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or a k out of range.
/// - Complexity: that of `nearestNeighbors` with the largest k.
public func nearestNeighborAccuracy<Scalar: PointScalar>(
  queries: HostArray<Scalar>, queryLabels: [Int32], reference: HostArray<Scalar>,
  referenceLabels: [Int32], k: [Int], ownRows: [Int]? = nil, threads: Int? = nil
) throws -> [ClassificationAccuracy] {
  guard let largest = k.max() else { return [] }
  let ownRows = ownRows.flatMap { rows in rows.contains { $0 >= 0 } ? rows : nil }
  try requireLabels(queryLabels.count, of: queries.rowCount, "queries")
  try requireLabels(referenceLabels.count, of: reference.rowCount, "reference points")
  guard ownRows == nil || largest < reference.rowCount else {
    throw AnalysisError.neighborCount(
      requested: largest, largest: reference.rowCount - 1, points: reference.rowCount)
  }
  var neighbors = try nearestNeighbors(
    of: queries, in: reference, count: largest + (ownRows == nil ? 0 : 1), threads: threads)
  if let ownRows { neighbors = neighbors.leavingOut(ownRows) }
  return try k.map { k in
    let predictions = try nearestNeighborPredictions(
      neighbors: neighbors, referenceLabels: referenceLabels, k: k)
    let correct = zip(predictions, queryLabels).count { $0 == $1 }
    return ClassificationAccuracy(k: k, correct: correct, of: queryLabels.count)
  }
}

extension Neighbors {
  /// Without one reference row for each query (−1: none), and without the last neighbour of a query that did not have it.
  fileprivate func leavingOut(_ rows: [Int]) -> Neighbors {
    let kept = count - 1
    var places: [Int] = []
    places.reserveCapacity(rows.count * kept)
    for (query, row) in rows.enumerated() {
      let own = (query * count..<(query + 1) * count).filter { Int(indices.elements[$0]) != row }
      places += own.prefix(kept)
    }
    let shape: Shape = [rows.count, kept]
    return Neighbors(
      indices: HostArray(places.map { indices.elements[$0] }, shape: shape),
      distances: HostArray(places.map { distances.elements[$0] }, shape: shape), norm: norm)
  }
}

/// The labels that the vote of `nearestNeighborAccuracy` gives the queries.
///
/// - Throws: `AnalysisError` where labels and reference points differ in number, or a k is out
///   of range.
public func nearestNeighborPredictions(
  neighbors: Neighbors, referenceLabels: [Int32], k: Int
) throws -> [Int32] {
  guard k >= 1, k <= neighbors.count else {
    throw AnalysisError.neighborCount(
      requested: k, largest: neighbors.count, points: referenceLabels.count)
  }
  let (indices, stored) = (neighbors.indices.elements, neighbors.count)
  guard indices.allSatisfy({ referenceLabels.indices ~= Int($0) }) else {
    throw AnalysisError.rowsDiffer(
      first: "the labels", firstRows: referenceLabels.count, second: "the reference points",
      secondRows: Int(indices.max() ?? 0) + 1)
  }
  return (0..<neighbors.indices.rowCount).map { query in
    majority(indices[query * stored..<query * stored + k].map { referenceLabels[Int($0)] })
  }
}

/// The most frequent label, the smallest of those that are equally frequent.
private func majority(_ votes: [Int32]) -> Int32 {
  let sorted = votes.sorted()
  var (best, bestCount, count) = (sorted[0], 0, 0)
  for (place, label) in sorted.enumerated() {
    count = place > 0 && sorted[place - 1] == label ? count + 1 : 1
    if count > bestCount { (best, bestCount) = (label, count) }
  }
  return best
}

private func requireLabels(_ labels: Int, of points: Int, _ quantity: String) throws {
  guard labels == points else {
    throw AnalysisError.rowsDiffer(
      first: "the labels", firstRows: labels, second: quantity, secondRows: points)
  }
}

extension ClassificationAccuracy {
  init(k: Int, correct: Int, of count: Int) {
    let value = Double(correct) / Double(count)
    self.init(
      k: k, value: value, standardError: (value * (1 - value) / Double(count)).squareRoot(),
      count: count)
  }
}
