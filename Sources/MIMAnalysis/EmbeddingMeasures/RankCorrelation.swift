import Foundation
import MIMTensor

/// Spearman's rank correlation between the distances of pairs of points and those in an embedding: how far the order of
/// near and far was kept over the whole picture. Equal distances share their mean rank.
///
/// - Parameters:
///   - embedding: `[n, m]`.
///   - points: what was embedded, `[n, d]`, n ≥ 3.
///   - pairs: every pair is taken where there are no more than so many; else so many are drawn.
///   - seed: of the draws.
/// - Returns: the correlation, 0 where all distances are the same, and the pairs it was computed from.
/// - Throws: `AnalysisError` for tables that are not finite or do not fit, or numbers out of range.
/// - Complexity: O(pairs·(d + m + log pairs)).
public func distanceRankCorrelation<Scalar: PointScalar>(
  of embedding: HostArray<Float>, points: HostArray<Scalar>, pairs: Int = 1_000_000,
  seed: UInt64 = 0
) throws -> (value: Double, pairs: Int) {
  let table = try PointTable(points, quantity: "points")
  let map = try PointTable(embedding, quantity: "the embedding")
  try map.requireRows(of: table)
  guard table.rows >= 3 else {
    throw AnalysisError.outOfRange(
      option: "the number of points", value: Double(table.rows), allowed: "at least 3")
  }
  guard pairs >= 3 else {
    throw AnalysisError.outOfRange(option: "pairs", value: Double(pairs), allowed: "at least 3")
  }
  let chosen = chosenPairs(among: table.rows, count: pairs, seed: seed)
  let ranks = [table, map].map { table in
    meanRanks(of: chosen.map { table.squaredDistance($0.0, $0.1) })
  }
  return (pearson(ranks[0], ranks[1]), chosen.count)
}

/// All pairs, or as many draws of two different points.
private func chosenPairs(among count: Int, count wanted: Int, seed: UInt64) -> [(Int, Int)] {
  if count * (count - 1) / 2 <= wanted {
    return (0..<count).flatMap { first in (first + 1..<count).map { (first, $0) } }
  }
  var stream = RandomStream(seed: seed, stream: "pairs of points")
  return (0..<wanted).map { _ in
    let first = stream.integer(below: count)
    let second = stream.integer(below: count - 1)
    return (first, second < first ? second : second + 1)
  }
}

/// The ranks of values from 1 on; equal ones have the mean of theirs.
private func meanRanks(of values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var begin = 0
  while begin < order.count {
    var end = begin + 1
    while end < order.count, values[order[end]] == values[order[begin]] { end += 1 }
    for place in begin..<end { ranks[order[place]] = Double(begin + end + 1) / 2 }
    begin = end
  }
  return ranks
}

private func pearson(_ first: [Double], _ second: [Double]) -> Double {
  let mean = Double(first.count + 1) / 2
  var (xx, xy, yy) = (0.0, 0.0, 0.0)
  for (x, y) in zip(first, second) {
    xx += (x - mean) * (x - mean)
    xy += (x - mean) * (y - mean)
    yy += (y - mean) * (y - mean)
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}

extension PointTable {
  /// ‖xᵢ − xⱼ‖²
  fileprivate func squaredDistance(_ first: Int, _ second: Int) -> Double {
    (0..<dimensions).reduce(0) { sum, axis in
      let difference = values[first * dimensions + axis] - values[second * dimensions + axis]
      return sum + difference * difference
    }
  }
}
