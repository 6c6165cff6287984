import Foundation
import MIMTensor

/// Mutual information by an estimator of the table, with its standard error, its curve over the number
/// of rows and what it gives for independent rows.
///
/// - *Preparation*: constant columns are left out, and so are columns that repeat another of the same
///   variable; then columns are standardised, as distances need a common unit. Classes stay as they are.
/// - *Standard error*: `standardError(local:)` of disjoint blocks.
/// - *Curve*: the mean over the four quarters, over both halves, and all rows. With the three values at
///   1/n = 4, 2 and 1 the least-squares line reaches I(n) + ½ (I(n/2) − I(n/4)) at 0 (Strong et al. 1998,
///   Phys. Rev. Lett. 80, 197, extrapolate so).
/// - *Null*: the order of x is made random `permutations` times, on at most 2,000 rows (1,000 above eight
///   dimensions).
///
/// - Parameter shouldStop: asked between the parts; true ends the work with what there is.
/// - Returns: nil if nothing was finished when `shouldStop` ended the work.
/// - Throws: `AnalysisError` for constant variables, too few rows, and what the estimator refuses.
/// - Complexity: 3 estimates on all rows for the curve, 2 to 6 for the standard error, and the null.
public func measureInformation(
  _ sample: InformationSample, by estimator: InformationEstimator,
  options: InformationOptions = InformationOptions(),
  shouldStop: () -> Bool = { false }, onPart: (String, Double) -> Void = { _, _ in }
) throws -> InformationEstimate? {
  var measurement = try InformationMeasurement(sample, estimator, options)
  return try measurement.run(shouldStop: shouldStop, onPart: onPart)
}

/// One run of `measureInformation`.
private struct InformationMeasurement {
  private let estimator: InformationEstimator
  private let options: InformationOptions
  private let sample: InformationSample
  private var warnings: [String]
  private var curve: [InformationEstimate.CurvePoint] = []

  init(
    _ sample: InformationSample, _ estimator: InformationEstimator, _ options: InformationOptions
  ) throws {
    self.estimator = estimator
    self.options = options
    let (prepared, warnings) = try sample.prepared(for: estimator)
    self.sample = options.standardises ? prepared.standardised() : prepared
    self.warnings = warnings
  }

  private var values: EstimatorValues {
    EstimatorValues(
      numbers: options.settings, seed: options.seed, threads: options.threads,
      onStep: options.onStep)
  }

  mutating func run(
    shouldStop: () -> Bool, onPart: (String, Double) -> Void
  ) throws -> InformationEstimate? {
    // The smallest first, so that a stop leaves something.
    let wantsCurve = options.hasCurve && sample.count >= 32
    if wantsCurve {
      var random = RandomStream(seed: options.seed, stream: "subsamples")
      let order = random.shuffled(sample.count)
      for (place, blocks) in [4, 2].enumerated() {
        onPart("subsamples", Double(place) / 10)
        guard try addCurve(blocks: blocks, order, shouldStop: shouldStop) else { break }
      }
    }
    guard !shouldStop() else { return stopped() }
    onPart("all rows", 0.2)
    let terms: InformationTerms
    do {
      terms = try estimator.estimate(sample, values)
    } catch is CancellationError {
      return stopped()
    }
    warnings += terms.warnings
    if wantsCurve {
      curve.append(.init(rows: sample.count, blocks: 1, value: terms.value))
    }
    onPart("standard error", 0.4)
    let error =
      shouldStop() || !options.hasStandardError
      ? nil : terms.standardError ?? standardError(terms, shouldStop: shouldStop)
    onPart("independent rows", 0.7)
    let null = shouldStop() || options.permutations == 0 ? nil : null(shouldStop: shouldStop)
    return result(
      terms, error, null, isComplete: !shouldStop())
  }

  /// The mean over disjoint blocks; false if stopped. Where blocks are too small the place is left out.
  private mutating func addCurve(
    blocks: Int, _ order: [Int], shouldStop: () -> Bool
  ) throws -> Bool {
    var sum = 0.0
    for block in 0..<blocks {
      guard !shouldStop() else { return false }
      let rows = stride(from: block, to: sample.count, by: blocks).map { order[$0] }
      guard let terms = try? estimator.estimate(sample.selecting(rows), values) else { return true }
      sum += terms.value
    }
    curve.append(
      .init(rows: sample.count / blocks, blocks: blocks, value: sum / Double(blocks)))
    return true
  }

  /// What a stop leaves: the largest finished place of the curve.
  private func stopped() -> InformationEstimate? {
    guard let last = curve.last else { return nil }
    let terms = InformationTerms(
      value: last.value,
      method:
        "mean of \(last.blocks) blocks of \(last.rows) rows, stopped before all rows were used")
    return result(terms, nil, nil, isComplete: false)
  }

  /// The standard error; nil where blocks are too small, or if stopped.
  private func standardError(_ terms: InformationTerms, shouldStop: () -> Bool) -> Double? {
    BlockStandardError(
      count: sample.count, partitions: estimator.relativeCost > 1 ? 1 : nil
    ).standardError(local: terms.local) { rows in
      guard !shouldStop(),
        let part = try? estimator.estimate(sample.selecting(rows), values)
      else { return nil }
      return (part.value, part.local)
    }
  }

  /// The estimate for independent rows.
  private func null(shouldStop: () -> Bool) -> InformationEstimate.Null? {
    let limit = (sample.columns <= 8 ? 2_000 : 1_000) / (estimator.relativeCost > 1 ? 4 : 1)
    let permutations =
      estimator.relativeCost > 5 ? min(19, options.permutations) : options.permutations
    var random = RandomStream(seed: options.seed, stream: "random orders")
    let chosen = Array(random.shuffled(sample.count).prefix(limit))
    let part = sample.count > limit ? sample.selecting(chosen) : sample
    guard let observed = try? estimator.estimate(part, values).value else { return nil }
    var found: [Double] = []
    for _ in 0..<permutations {
      guard !shouldStop() else { return nil }
      let permuted = part.permuted(using: &random)
      guard let terms = try? estimator.estimate(permuted, values) else { return nil }
      found.append(terms.value)
    }
    let sorted = found.sorted()
    let place = Int((0.95 * Double(sorted.count)).rounded(.up)) - 1
    let mean = found.moments.mean
    // What may be below zero is as far from independent rows there.
    let exceeding = found.count {
      estimator.isSigned ? abs($0 - mean) >= abs(observed - mean) : $0 >= observed
    }
    return InformationEstimate.Null(
      rows: part.count, permutations: permutations, observed: observed,
      mean: mean, upper: sorted[max(0, min(sorted.count - 1, place))],
      pValue: Double(1 + exceeding) / Double(1 + permutations))
  }

  private func result(
    _ terms: InformationTerms, _ error: Double?, _ null: InformationEstimate.Null?, isComplete: Bool
  ) -> InformationEstimate {
    let extrapolated =
      curve.count == 3 ? curve[2].value + (curve[1].value - curve[0].value) / 2 : nil
    let classed = (estimator.hasShare ? sample.variables : []).filter { $0.classes != nil }
    let entropies = classed.map(\.classEntropy)
    var warnings = warnings
    if let ceiling = terms.ceiling, entropies.isEmpty, !estimator.isTrained,
      terms.value > ceiling - 1
    {
      warnings.append(
        terms.value > ceiling
          ? "MI \(rounded(terms.value)) is above \(rounded(ceiling)), the largest value that \(sample.count) rows can show "
            + "(about log n): this estimator fails on these rows; use estimator=mixture"
          : "MI \(rounded(terms.value)) is close to \(rounded(ceiling)), the largest value that "
            + "\(sample.count) rows can show (about log n); read it as a lower bound, or use more rows"
      )
    }
    // Of classes that lie apart, an estimate is above their entropy by half of their number over n or so, which means nothing.
    let usual = Double(classed.map(\.distinctRows).max() ?? 0) / Double(max(1, sample.count))
    if let most = entropies.min(), !estimator.isTrained,
      terms.value > most + 2 * (error ?? 0) + usual
    {
      warnings.append(
        "MI \(rounded(terms.value)) is more than the entropy of the classes, \(rounded(most)), which cannot be: "
          + "this estimator fails on these rows; use estimator=mixture or binned")
    }
    if let extrapolated, let error, abs(extrapolated - terms.value) > max(3 * error, 0.02) {
      warnings.append(
        "the value still moves with the number of rows (\(curve.map { "\(rounded($0.value)) at \($0.rows)" }.joined(separator: ", "))); "
          + "the line through these runs to \(rounded(extrapolated))")
    }
    if let null, null.pValue > 0.05 {
      warnings.append(
        "not told apart from independent rows (p = \(rounded(null.pValue)), \(null.permutations) random orders of "
          + "\(null.rows) rows)")
    }
    if let null, null.rows < sample.count, terms.value < null.mean, null.pValue <= 0.05 {
      warnings.append(
        "independent rows are measured on \(null.rows) rows, and fewer rows give larger values; compare with \(rounded(null.observed)), "
          + "the value on these rows")
    }
    if error == nil, isComplete, options.hasStandardError {
      warnings.append("\(sample.count) rows are too few for a standard error")
    }
    if null == nil, isComplete, options.permutations > 0 {
      warnings.append(
        "this estimator cannot measure these rows in random orders, so zero is not known")
    }
    var interval: ClosedRange<Double>?
    if let confidence = options.confidence, let error {
      // The error is made of about 18 differences between blocks.
      let half = studentQuantile(degrees: 18, probability: confidence) * error
      if half.isFinite { interval = (terms.value - half)...(terms.value + half) }
    }
    return InformationEstimate(
      estimator: estimator.name, method: terms.method, value: terms.value, standardError: error,
      count: sample.count, local: terms.local, ceiling: terms.ceiling, curve: curve,
      extrapolated: extrapolated, null: null, interval: interval, classEntropy: entropies.min(),
      warnings: warnings, isComplete: isComplete)
  }

  private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
