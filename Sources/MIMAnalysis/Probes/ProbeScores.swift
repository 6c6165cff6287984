import Foundation

/// A score of a probe.
public struct ProbeScore: Sendable, Equatable, Codable {
  /// `accuracy`, `log_loss` (nats per row), `ece`, `r2` or `rmse` (in units of the target).
  public let name: String
  /// Over all rows, each predicted by the probe that didn't learn from it.
  public let value: Double
  /// The standard error over rows; nil where there is none. That of another training set isn't in it.
  public let standardError: Double?
}

/// A bin of predicted probabilities.
public struct CalibrationBin: Sendable, Equatable, Codable {
  /// The rows in it.
  public let count: Int
  /// The mean probability of the predicted class.
  public let confidence: Double
  /// The share of right predictions.
  public let accuracy: Double
}

/// Scores of predictions of all rows.
struct ProbeScoring {
  /// The classes predicted; of equally likely ones the first.
  static func choices(_ values: [Double], classes: Int) -> [Int32] {
    (0..<values.count / max(1, classes)).map { row in
      var best = 0
      for label in 1..<max(2, classes) where label < classes {
        if values[row * classes + label] > values[row * classes + best] { best = label }
      }
      return Int32(best)
    }
  }

  /// Accuracy, and with probabilities the log loss and the expected calibration error.
  static func scores(
    of values: [Double], labels: [Int32], classes: Int, areProbabilities: Bool
  ) -> [ProbeScore] {
    let hits = zip(choices(values, classes: classes), labels).map { $0 == $1 ? 1.0 : 0 }
    var scores = [hits.score(named: "accuracy")]
    guard areProbabilities else { return scores }
    // A probability of 0, as votes give, would make the mean infinite (scikit-learn clips alike).
    let losses = labels.enumerated().map { row, label in
      -log(max(values[row * classes + Int(label)], Double.ulpOfOne))
    }
    scores.append(losses.score(named: "log_loss"))
    let bins = calibration(of: values, labels: labels, classes: classes)
    let gap = bins.reduce(0) { $0 + Double($1.count) * abs($1.accuracy - $1.confidence) }
    scores.append(
      ProbeScore(name: "ece", value: gap / Double(max(1, labels.count)), standardError: nil))
    return scores
  }

  /// Fifteen bins of equal width, those with rows (Guo et al. 2017, arXiv:1706.04599, equation 3; open on the left).
  static func calibration(
    of values: [Double], labels: [Int32], classes: Int
  ) -> [CalibrationBin] {
    let count = 15
    var (rows, sums, hits) = (
      [Int](repeating: 0, count: count), [Double](repeating: 0, count: count),
      [Int](repeating: 0, count: count)
    )
    for (row, choice) in choices(values, classes: classes).enumerated() {
      let confidence = values[row * classes + Int(choice)]
      let bin = max(0, min(count - 1, Int((confidence * Double(count)).rounded(.up)) - 1))
      rows[bin] += 1
      sums[bin] += confidence
      if choice == labels[row] { hits[bin] += 1 }
    }
    return (0..<count).filter { rows[$0] > 0 }.map {
      CalibrationBin(
        count: rows[$0], confidence: sums[$0] / Double(rows[$0]),
        accuracy: Double(hits[$0]) / Double(rows[$0]))
    }
  }

  /// R² = 1 − Σ(y − ŷ)²/Σ(y − ȳ)² and the root of the mean squared error; their standard errors are those of the
  /// linearised ratio and root.
  static func scores(of predictions: [Double], numbers: [Double]) -> [ProbeScore] {
    let count = Double(max(1, numbers.count))
    let mean = numbers.reduce(0, +) / count
    let errors = zip(predictions, numbers).map { ($0 - $1) * ($0 - $1) }
    let spreads = numbers.map { ($0 - mean) * ($0 - mean) }
    let (error, spread) = (errors.reduce(0, +) / count, spreads.reduce(0, +) / count)
    let ratio = error / spread
    let parts = zip(errors, spreads).map { ($0 - ratio * $1) / spread }
    let root = error.squareRoot()
    return [
      ProbeScore(
        name: "r2", value: 1 - ratio, standardError: parts.score(named: "").standardError),
      ProbeScore(
        name: "rmse", value: root,
        standardError: root > 0
          ? errors.score(named: "").standardError.map { $0 / (2 * root) } : 0),
    ]
  }
}

extension [Double] {
  /// Their mean and its standard error.
  fileprivate func score(named name: String) -> ProbeScore {
    let moments = moments
    return ProbeScore(
      name: name, value: moments.mean,
      standardError: count > 1 ? (moments.variance / Double(count)).squareRoot() : nil)
  }
}
