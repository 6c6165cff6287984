import MIMCPU
import MIMTensor
import Synchronization

/// The mutual information of all pairs of variables, in nats.
public struct InformationMatrix: Sendable, Codable {
  /// The names of the variables.
  public let names: [String]
  /// Row-major `[m, m]`, symmetric; NaN on the diagonal and where a pair couldn't be measured.
  public let values: [Double]
  /// The estimator of each pair, as `values`; empty where there is none.
  public let estimators: [String]
  /// The number of rows.
  public let count: Int
  /// What was left out and why.
  public let notes: [String]
}

/// Measures all pairs, each by the usual estimator for its kinds with columns standardised; pairs run at the
/// same time, each on one thread, and results don't depend on how many.
///
/// - Parameter shouldStop: asked before each pair; true leaves the remaining ones NaN.
/// - Throws: `AnalysisError.rowsDiffer`, and `.partCount` for fewer than two variables.
public func informationMatrix(
  of variables: [InformationVariable], threads: Int?,
  shouldStop: @escaping @Sendable () -> Bool = { false },
  onPair: @escaping @Sendable (Int) -> Void = { _ in }
) throws -> InformationMatrix {
  guard variables.count >= 2 else {
    throw AnalysisError.outOfRange(
      option: "the number of variables", value: Double(variables.count), allowed: "at least 2")
  }
  for other in variables.dropFirst() { try variables[0].points.requireRows(of: other.points) }
  let m = variables.count
  var notes: [String] = []
  let usable = variables.map { variable -> InformationVariable? in
    if let classes = variable.classes {
      if Set(classes).count > 1 { return variable }
    } else if !variable.points.allRowsAreEqual {
      return variable.standardised().withSortedColumn
    }
    notes.append("\(variable.name) is the same in every row and was left out")
    return nil
  }
  let pairs = (0..<m).flatMap { a in (a + 1..<max(a + 1, m)).map { (a, $0) } }
    .filter { usable[$0.0] != nil && usable[$0.1] != nil }
  let haveTies = usable.map { ($0?.repeatedShare ?? 0) > InformationEstimator.mostTies }
  @Sendable func estimator(_ sample: InformationSample, _ a: Int, _ b: Int) -> InformationEstimator
  {
    InformationEstimator.usual(
      areClasses: [sample.x.classes != nil, sample.y.classes != nil],
      haveTies: haveTies[a] || haveTies[b])
  }
  @Sendable func sample(_ a: Int, _ b: Int) -> InformationSample? {
    guard let x = usable[a], let y = usable[b] else { return nil }
    return InformationSample(x: x, y: y, condition: nil, others: [])
  }
  var found = [Double](repeating: .nan, count: pairs.count)
  let done = Atomic(0)
  found.withUnsafeMutableBufferPointer { found in
    nonisolated(unsafe) let found = found
    inParallel(count: pairs.count, chunk: 1, threads: threads) { range in
      for place in range where !shouldStop() {
        let (a, b) = pairs[place]
        let settings = EstimatorValues(numbers: [:], seed: 0, threads: 1)
        if let sample = sample(a, b),
          let value = try? estimator(sample, a, b).estimate(sample, settings).value
        {
          found[place] = value
        }
        onPair(done.add(1, ordering: .relaxed).newValue)
      }
    }
  }
  var values = [Double](repeating: .nan, count: m * m)
  var estimators = [String](repeating: "", count: m * m)
  for (place, (a, b)) in pairs.enumerated() {
    guard let sample = sample(a, b) else { continue }
    for cell in [a * m + b, b * m + a] {
      values[cell] = found[place]
      estimators[cell] = estimator(sample, a, b).name
    }
    if found[place].isNaN, !shouldStop() {
      notes.append(
        "\(sample.x.name) and \(sample.y.name) could not be measured: too few rows for the estimator"
      )
    }
  }
  let measured = pairs.filter { !values[$0.0 * m + $0.1].isNaN }
  if !shouldStop() {
    notes += independenceNote(measured, rows: variables[0].count, threads: threads) { a, b, order in
      guard let sample = sample(a, b) else { return nil }
      let mixed = InformationSample(
        x: sample.x.selecting(order).withSortedColumn, y: sample.y, condition: nil, others: [])
      return try? estimator(sample, a, b)
        .estimate(mixed, EstimatorValues(numbers: [:], seed: 0, threads: 1)).value
    }
  }
  return InformationMatrix(
    names: variables.map(\.name), values: values, estimators: estimators, count: variables[0].count,
    notes: notes)
}

/// What zero looks like: 20 of the pairs, evenly chosen, with the rows of one column in a random order.
private func independenceNote(
  _ pairs: [(Int, Int)], rows: Int, threads: Int?,
  _ estimate: @escaping @Sendable (Int, Int, [Int]) -> Double?
) -> [String] {
  let count = min(20, pairs.count)
  let chosen = (0..<count).map { pairs[$0 * pairs.count / count] }
  var random = RandomStream(seed: 0, stream: "random orders")
  let order = random.shuffled(rows)
  let found = Mutex([Double]())
  inParallel(count: count, chunk: 1, threads: threads) { range in
    for place in range {
      guard let value = estimate(chosen[place].0, chosen[place].1, order) else { continue }
      found.withLock { $0.append(value) }
    }
  }
  guard let most = found.withLock({ $0.max() }), most > 0.02 else { return [] }
  let text = (most * 100).rounded() / 100
  return [
    "rows in a random order, which share nothing, give up to \(text) (\(count) \(count == 1 ? "pair" : "pairs")); only what is well above that is a dependence"
  ]
}
