import MIMTensor

/// Which fold holds each row out.
public struct ProbeFolds: Sendable {
  /// The fold of each row, 0 to `count` − 1.
  public let folds: [Int]
  /// The number of folds.
  public let count: Int

  /// Folds as given: 0, 1, … for each row.
  /// - Throws: `AnalysisError.outOfRange` for fewer than two folds, or one without rows.
  public init(_ folds: [Int]) throws {
    let count = (folds.max() ?? -1) + 1
    guard count > 1, folds.allSatisfy({ $0 >= 0 }), Set(folds).count == count else {
      throw AnalysisError.outOfRange(
        option: "folds", value: Double(count), allowed: "2 or more, each with rows")
    }
    self.folds = folds
    self.count = count
  }

  /// Random folds of equal size in which every class has the same share, to within a row.
  /// - Throws: `AnalysisError.outOfRange` for fewer than two folds or more folds than rows.
  public init(of target: ProbeTarget, count: Int, seed: UInt64) throws {
    let rows = target.count
    guard count >= 2, count <= rows else {
      throw AnalysisError.outOfRange(
        option: "folds", value: Double(count), allowed: "2 to \(rows), the number of rows")
    }
    var random = RandomStream(seed: seed, stream: "folds of a probe")
    var order = random.shuffled(rows)
    if case .classes(let given, _) = target {
      // Not by their numbers, so that classes may be numbered in any way.
      let labels = InformationVariable.numbered(given)
      // Stable: rows of a class stay in their random order.
      order = order.enumerated().sorted {
        (labels[$0.element], $0.offset) < (labels[$1.element], $1.offset)
      }.map(\.element)
    }
    var folds = [Int](repeating: 0, count: rows)
    for (place, row) in order.enumerated() { folds[row] = place % count }
    self.folds = folds
    self.count = count
  }

  /// The rows that a fold holds out, and the others.
  func rows(of fold: Int) -> (test: [Int], train: [Int]) {
    (folds.indices.filter { folds[$0] == fold }, folds.indices.filter { folds[$0] != fold })
  }
}
