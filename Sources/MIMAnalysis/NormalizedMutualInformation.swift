import Foundation

/// Normalised mutual information of two labellings of the same items, 0…1: I(U; V) divided by
/// the *larger* of the entropies H(U) and H(V) (Vinh, Epps & Bailey 2010, NMI_max;
/// scikit-learn's `average_method="max"`). Two labellings with one class each give 1.
///
/// - Throws: `AnalysisError` where the labellings differ in length or are empty.
/// - Complexity: O(n).
public func normalizedMutualInformation(_ first: [Int32], _ second: [Int32]) throws -> Double {
  guard first.count == second.count else {
    throw AnalysisError.rowsDiffer(
      first: "the first labelling", firstRows: first.count, second: "the second labelling",
      secondRows: second.count)
  }
  guard !first.isEmpty else { throw AnalysisError.empty(quantity: "the labelling") }
  let larger = max(entropy(of: first), entropy(of: second))
  guard larger > 0 else { return 1 }
  let joint = entropy(of: zip(first, second).map { SIMD2($0, $1) })
  let information = entropy(of: first) + entropy(of: second) - joint
  return min(1, max(0, information / larger))
}

/// The entropy −Σ p log p of the empirical distribution of labels, in nats. Counts are summed in
/// sorted order, so the value does not depend on the order of a dictionary.
private func entropy<Label: Hashable>(of labels: [Label]) -> Double {
  var counts: [Label: Int] = [:]
  for label in labels { counts[label, default: 0] += 1 }
  let total = Double(labels.count)
  return counts.values.sorted().reduce(0) {
    $0 - Double($1) / total * log(Double($1) / total)
  }
}
