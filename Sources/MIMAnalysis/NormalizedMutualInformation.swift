/// Normalised mutual information of two labellings of the same items, 0…1: I(U; V) divided by
/// the *larger* of the entropies H(U) and H(V) (Vinh, Epps & Bailey 2010, NMI_max;
/// scikit-learn's `average_method="max"`). Two labellings with one class each give 1.
///
/// - Throws: `AnalysisError` where the labellings differ in length or are empty.
/// - Complexity: O(n).
public func normalizedMutualInformation(_ first: [Int32], _ second: [Int32]) throws -> Double {
  fatalError("being built")
}
