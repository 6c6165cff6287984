import MIMAnalysis
import MIMTensor
import Testing

/// Numbers that repeat, as those of real tables do, and classes beside them.
@Suite("Information of numbers that repeat")
struct RepeatedNumberTests {
  /// Values of the authors' program (github.com/omesner/knncmi, minzero = 0, k = 5) on the same rows. Numbers are whole sixteenths, so that distances are exact.
  @Test(
    "classes and repeated numbers given a third variable agree with the authors' code",
    arguments: [
      ("a", "b", "c", -0.14552700421238765), ("a", "f", "c", -0.044546665626923124),
      ("c", "f", "a", 0.09342434733155773), ("a", "f", "g", 0.0),
      ("c", "b", "f", -0.04917371661170834),
    ])
  func conditionalMixture(_ x: String, _ y: String, _ z: String, _ expected: Double) throws {
    func variable(_ name: String) throws -> InformationVariable {
      let rows = 0..<120
      switch name {
      case "f": return try InformationVariable(classes: rows.map { Int32($0 % 3) }, name: name)
      case "g": return try InformationVariable(classes: rows.map { Int32($0 * $0 % 7) }, name: name)
      default:
        let values = rows.map { row -> Double in
          switch name {
          case "a": Double(row * 37 % 101) / 16
          case "b": Double(row * 53 % 97) / 16
          default: Double(row * 29 % 5) / 4
          }
        }
        return try InformationVariable(points: HostArray(values, shape: [120, 1]), name: name)
      }
    }
    let form = try #require(
      InformationEstimator.conditionalTable.first { $0.name == "mixture" })
    var options = InformationOptions()
    (options.hasCurve, options.hasStandardError, options.permutations) = (false, false, 0)
    options.standardises = false
    let sample = try InformationSample(variable(x), variable(y), given: variable(z))
    let found = try #require(try measureInformation(sample, by: form, options: options))
    #expect(abs(found.value - expected) < 1e-9)
    #expect(name(of: sample) == "mixture")
  }

  private func name(of sample: InformationSample) -> String {
    InformationEstimator.usual(for: sample).name
  }

  @Test("the usual estimator of numbers that repeat is the mixture form, of others KSG")
  func usualWithTies() throws {
    func column(_ values: [Double]) throws -> InformationVariable {
      try InformationVariable(points: HostArray(values, shape: [values.count, 1]), name: "x")
    }
    let smooth = try column((0..<100).map { Double($0 * 37 % 101) })
    let rounded = try column((0..<100).map { Double($0 % 40) + 0.5 })
    #expect(try name(of: InformationSample(smooth, smooth)) == "ksg")
    #expect(try name(of: InformationSample(smooth, rounded)) == "mixture")
    #expect(try name(of: InformationSample(smooth, smooth, given: smooth)) == "ksg")
    #expect(try name(of: InformationSample(smooth, smooth, given: rounded)) == "mixture")
  }

  @Test("redundancy is told apart from independent rows, as synergy is")
  func twoSided() throws {
    var random = RandomStream(seed: 3, stream: "redundancy")
    let shared = (0..<300).map { _ in random.normal() }
    let noisy = (0..<3).map { _ in shared.map { $0 + 0.1 * random.normal() } }
    let variables = try noisy.map {
      try InformationVariable(points: HostArray($0, shape: [300, 1]), name: "x")
    }
    let form = try #require(InformationEstimator.interactionTable.first)
    let sample = try InformationSample(variables[0], variables[1], given: variables[2])
    let found = try #require(try measureInformation(sample, by: form))
    #expect(found.value < -0.5)
    #expect(try #require(found.null).pValue == 0.02)
    #expect(!found.warnings.contains { $0.contains("not told apart") })
  }

  @Test("a column that both variables have is found, though one of them is scaled in 32 bits")
  func sharedScaledColumn() throws {
    var random = RandomStream(seed: 4, stream: "shared")
    let values = (0..<200).map { _ in (random.normal() * 100).rounded() / 10 }
    let scaled = values.map { Double((Float($0) - 1.25) / 9.875) }
    let other = values.map { _ in random.normal() }
    let form = try #require(InformationEstimator.table.first { $0.name == "mixture" })
    func warns(_ columns: [[Double]]) throws -> Bool {
      let x = try InformationVariable(points: HostArray(values, shape: [200, 1]), name: "x")
      let rows = (0..<200).flatMap { row in columns.map { $0[row] } }
      let y = try InformationVariable(
        points: HostArray(rows, shape: [200, columns.count]), name: "y")
      var options = InformationOptions()
      (options.hasCurve, options.hasStandardError, options.permutations) = (false, false, 0)
      return try #require(
        try measureInformation(InformationSample(x, y), by: form, options: options)
      ).warnings.contains { $0.contains("a column in common") }
    }
    #expect(try warns([other, scaled]) && !warns([other, values.map { $0 * $0 }]))
  }

  @Test("the matrix of pairs says what rows in a random order give, where that is not zero")
  func zeroOfMatrix() throws {
    func note(_ digits: Double) throws -> String? {
      var random = RandomStream(seed: 5, stream: "zero")
      let variables = try (0..<4).map { place in
        try InformationVariable(
          points: HostArray(
            (0..<400).map { _ in (random.normal() * digits).rounded() / digits }, shape: [400, 1]),
          name: "x\(place)")
      }
      return try informationMatrix(of: variables, threads: 2).notes.first
    }
    // The mixture form of rounded numbers is biased; KSG of numbers that don't repeat is not.
    let rounded = try #require(try note(10))
    #expect(rounded.contains("rows in a random order") && rounded.contains("6 pairs"))
    #expect(try (note(1e12) ?? "up to 0.0").contains("up to 0.0"))
  }
}
