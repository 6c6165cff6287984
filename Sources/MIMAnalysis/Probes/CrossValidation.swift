import MIMTensor

/// How well features predict a target, each row by a probe that didn't learn from it.
public struct ProbeResult: Sendable, Codable {
  /// The kind's word.
  public let kind: String
  /// What it is, with its settings.
  public let method: String
  /// The number of rows.
  public let count: Int
  /// The number of features.
  public let dimensions: Int
  /// Scores over all rows, the main one first.
  public let scores: [ProbeScore]
  /// The scores of each fold's rows alone, in the same order.
  public let foldScores: [[ProbeScore]]
  /// What was predicted for each row: its class, or a number.
  public let predictions: [Double]
  /// Predicted probabilities beside the share of right predictions; empty without probabilities.
  public let calibration: [CalibrationBin]

  /// The score of that name.
  public func score(_ name: String) -> ProbeScore? { scores.first { $0.name == name } }
}

/// Cross-validation of a probe on frozen features.
///
/// For every fold the features' means and standard deviations, and the probe, come from the other folds alone.
///
/// - Parameters:
///   - features: `[n, d]`, finite.
///   - target: of n rows.
///   - standardises: columns get mean 0 and standard deviation 1 first.
///   - shouldStop: asked between the folds and within long trainings; true ends the work.
///   - onFold: told of every fold that is done.
/// - Throws: `AnalysisError` for features and targets that don't fit, a target that never changes, and what the
///   probe refuses; `CancellationError` if `shouldStop` ended the work.
public func crossValidate(
  _ kind: ProbeKind, settings: [String: Double] = [:], features: HostArray<Double>,
  target: ProbeTarget, folds: ProbeFolds, standardises: Bool = true, seed: UInt64 = 0,
  threads: Int? = nil, shouldStop: @escaping @Sendable () -> Bool = { false },
  onFold: (Int) -> Void = { _ in }
) throws -> ProbeResult {
  let table = try PointTable(features, quantity: "the features")
  guard target.count == table.rows, folds.folds.count == table.rows else {
    throw AnalysisError.rowsDiffer(
      first: "the features", firstRows: table.rows, second: "the target", secondRows: target.count)
  }
  try target.requireChange()
  let width = if case .classes(_, let count) = target { count } else { 1 }
  var values = [Double](repeating: 0, count: table.rows * width)
  var areProbabilities = false
  for fold in 0..<folds.count {
    if shouldStop() { throw CancellationError() }
    let (test, train) = folds.rows(of: fold)
    let learning = table.selecting(train)
    let scaling = ColumnScaling(learning, standardises: standardises)
    let task = ProbeTask(
      train: scaling.applied(to: learning), target: target.selecting(train),
      test: scaling.applied(to: table.selecting(test)), settings: settings,
      seed: seed &+ UInt64(fold), threads: threads, shouldStop: shouldStop)
    let found: [Double]
    switch try kind.predict(task) {
    case .probabilities(let own): (found, areProbabilities) = (own, true)
    case .scores(let own), .numbers(let own): found = own
    }
    for (place, row) in test.enumerated() {
      for column in 0..<width { values[row * width + column] = found[place * width + column] }
    }
    onFold(fold + 1)
  }
  func scores(_ rows: [Int]?) -> [ProbeScore] {
    let own = rows.map { rows in
      rows.flatMap { values[$0 * width..<($0 + 1) * width] }
    }
    switch rows.map({ target.selecting($0) }) ?? target {
    case .classes(let labels, let count):
      return ProbeScoring.scores(
        of: own ?? values, labels: labels, classes: count, areProbabilities: areProbabilities)
    case .numbers(let numbers): return ProbeScoring.scores(of: own ?? values, numbers: numbers)
    }
  }
  var (predictions, calibration): ([Double], [CalibrationBin]) = (values, [])
  if case .classes(let labels, let count) = target {
    predictions = ProbeScoring.choices(values, classes: count).map { Double($0) }
    if areProbabilities {
      calibration = ProbeScoring.calibration(of: values, labels: labels, classes: count)
    }
  }
  return ProbeResult(
    kind: kind.name, method: kind.method(target, settings), count: table.rows,
    dimensions: table.dimensions, scores: scores(nil),
    foldScores: (0..<folds.count).map { scores(folds.rows(of: $0).test) },
    predictions: predictions, calibration: calibration)
}

extension ProbeTarget {
  /// Throws where there is nothing to predict, or a class is out of range.
  fileprivate func requireChange() throws {
    switch self {
    case .classes(let labels, let count):
      let found = Set(labels)
      guard found.count > 1 else { throw AnalysisError.oneClass(classes: found.count) }
      if let wrong = found.first(where: { $0 < 0 || Int($0) >= count }) {
        throw AnalysisError.outOfRange(
          option: "a class", value: Double(wrong), allowed: "0 to \(count - 1)")
      }
    case .numbers(let numbers):
      if let row = numbers.firstIndex(where: { !$0.isFinite }) {
        throw AnalysisError.notFinite(quantity: "the target", row: row, column: 0)
      }
      guard numbers.contains(where: { $0 != numbers[0] }) else {
        throw AnalysisError.constant(quantity: "the target")
      }
    }
  }
}
