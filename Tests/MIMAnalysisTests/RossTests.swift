import Foundation
import MIMAnalysis
import MIMTensor
import Testing

@Suite("Information between classes and numbers")
struct RossTests {
  private static let estimator = InformationEstimator.table.first { $0.name == "ross" }

  /// The value alone, with columns as they are.
  private func ross(_ sample: InformationSample) throws -> InformationEstimate {
    var options = InformationOptions()
    (options.hasCurve, options.hasStandardError, options.permutations) = (false, false, 0)
    options.standardises = false
    let estimator = try #require(Self.estimator)
    return try #require(try measureInformation(sample, by: estimator, options: options))
  }

  @Test(
    "classes beside numbers that were rounded: the information of the rounded numbers, whether ties are few or many",
    arguments: [0.01, 0.1, 0.5, 1, 4])
  func roundedNumbers(step: Double) throws {
    let count = 3000
    let noise = normalDraws(count, 1, seed: 8).elements
    let classes = (0..<count).map { Int32($0 % 3) }
    let values = (0..<count).map { row in
      ((noise[row] + 1.5 * Double(classes[row])) / step).rounded() * step
    }
    // P(cell | class) of N(1.5 c, 1), and the information by its definition.
    func below(_ x: Double, _ mean: Double) -> Double { 0.5 * erfc((mean - x) / 2.0.squareRoot()) }
    let reach = Int(12 / step) + 1
    let truth = (-reach...reach).reduce(0.0) { sum, cell in
      let given = (0..<3).map { label -> Double in
        let mean = 1.5 * Double(label)
        return below((Double(cell) + 0.5) * step, mean) - below((Double(cell) - 0.5) * step, mean)
      }
      let whole = given.reduce(0, +) / 3
      return sum + given.reduce(0.0) { $0 + ($1 > 0 ? $1 * log($1 / whole) / 3 : 0) }
    }
    let sample = try InformationSample(
      InformationVariable(points: HostArray(values, shape: [count, 1]), name: "x"),
      InformationVariable(classes: classes, name: "y"))
    let ours = try ross(sample)
    #expect(abs(ours.value - truth) < 0.04, "step \(step): \(ours.value), \(truth)")
    #expect(ours.method.contains("ties") == (step > 0.001))
    // scaled and moved, it is the same
    let moved = try InformationSample(
      InformationVariable(
        points: HostArray(values.map { $0 * 4 - 8 }, shape: [count, 1]), name: "x"),
      InformationVariable(classes: classes, name: "y"))
    #expect(abs(try ross(moved).value - ours.value) < 0.01)
  }

  /// Three classes of normals, `distance` apart.
  private func classes(_ count: Int, distance: Double) throws -> InformationSample {
    let noise = normalDraws(count, 1, seed: 3).elements
    let labels = (0..<count).map { Int32($0 % 3) }
    let values = (0..<count).map { noise[$0] + distance * Double(labels[$0]) }
    return try InformationSample(
      InformationVariable(points: HostArray(values, shape: [count, 1]), name: "x"),
      InformationVariable(classes: labels, name: "y"))
  }

  @Test(
    "a value above the entropy of the classes is warned of, but not where classes that lie apart reach it"
  )
  func aboveEntropy() throws {
    func warnings(_ estimator: InformationEstimator, _ count: Int) throws -> [String] {
      let found = try measureInformation(try classes(count, distance: 50), by: estimator)
      return try #require(found).warnings.filter { $0.contains("entropy of the classes") }
    }
    let usual = try #require(Self.estimator)
    for count in [12, 30, 90, 900] {
      #expect(try warnings(usual, count).isEmpty, "\(count) rows")
    }
    // An estimator that finds more than log 3.
    let wrong = InformationEstimator(
      name: "wrong", summary: "", settings: [], kind: .classesAndDensity
    ) { _, _ in InformationTerms(value: 1.4, method: "wrong") }
    #expect(try warnings(wrong, 90).count == 1)
  }
}
