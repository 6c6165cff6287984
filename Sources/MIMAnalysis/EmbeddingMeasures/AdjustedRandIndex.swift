/// How far two labellings put the same pairs of items together, adjusted for chance (Hubert & Arabie 1985): 1 where they
/// agree, about 0 for independent ones, less than 0 for worse.
///
/// - Throws: `AnalysisError` where the labellings differ in length or are empty.
/// - Complexity: O(n).
public func adjustedRandIndex(_ first: [Int32], _ second: [Int32]) throws -> Double {
  guard first.count == second.count else {
    throw AnalysisError.rowsDiffer(
      first: "the first labelling", firstRows: first.count, second: "the second labelling",
      secondRows: second.count)
  }
  guard !first.isEmpty else { throw AnalysisError.empty(quantity: "the labelling") }
  let together = pairs(within: zip(first, second).map { SIMD2($0, $1) })
  let (inFirst, inSecond) = (pairs(within: first), pairs(within: second))
  let count = Double(first.count)
  let all = count * (count - 1) / 2
  let expected = all > 0 ? inFirst * inSecond / all : 0
  let largest = (inFirst + inSecond) / 2
  // Both have one class, or all items are alone in both.
  return largest == expected ? 1 : (together - expected) / (largest - expected)
}

/// The pairs of items with the same label; a sum of whole numbers, so its order doesn't show.
private func pairs<Label: Hashable>(within labels: [Label]) -> Double {
  var counts: [Label: Double] = [:]
  for label in labels { counts[label, default: 0] += 1 }
  return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
}
