import Foundation
import MIMAnalysis
import MIMTensor
import Testing

/// Estimators of two and three variables against other programs: Tests/References/information.py.
@Suite struct InformationTests {
  private static func variable(_ name: String, _ fixture: Fixtures.Arrays) throws
    -> InformationVariable
  {
    let array = try fixture.doubles(name)
    if name == "labels" {
      return try InformationVariable(classes: array.elements.map { Int32($0) }, name: name)
    }
    return try InformationVariable(
      points: array.reshaped(to: [array.rowCount, array.rowSize]), name: name)
  }

  private func column(_ variable: InformationVariable, _ place: Int) throws -> InformationVariable {
    let values = stride(from: place, to: variable.values.count, by: variable.dimensions)
      .map { variable.values[$0] }
    return try InformationVariable(
      points: HostArray(values, shape: [values.count, 1]), name: variable.name)
  }

  private func estimator(_ name: String) throws -> InformationEstimator {
    try #require(InformationEstimator.table.first { $0.name == name })
  }

  /// The value alone, with columns as they are.
  private func value(
    _ sample: InformationSample, _ estimator: InformationEstimator, _ settings: [String: Double]
  ) throws -> InformationEstimate {
    var options = InformationOptions()
    options.settings = settings
    options.hasCurve = false
    options.hasStandardError = false
    options.permutations = 0
    options.standardises = false
    return try #require(try measureInformation(sample, by: estimator, options: options))
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let reference: String
    let x: String
    let y: String
    let estimator: String
    var settings: [String: Double] = [:]
    var testDescription: String { reference }
  }

  @Test(
    "agrees with scikit-learn, SciPy and the authors' code to 1e-9",
    arguments: [
      Case(reference: "ross.one", x: "y", y: "labels", estimator: "ross"),
      Case(reference: "ross.two", x: "labels", y: "x", estimator: "ross"),
      Case(reference: "mixture.plain", x: "x", y: "y", estimator: "mixture"),
      Case(reference: "mixture.censored", x: "censored", y: "y", estimator: "mixture"),
      Case(
        reference: "mixture.labels", x: "labels", y: "x", estimator: "mixture", settings: ["k": 4]),
      Case(reference: "entropies", x: "x", y: "y", estimator: "entropies"),
      Case(
        reference: "gaussian.shrunk", x: "x", y: "z", estimator: "gaussian", settings: ["shrink": 1]
      ),
      Case(reference: "gaussian.plain", x: "x", y: "z", estimator: "gaussian"),
    ])
  func agreesWithReference(_ test: Case) throws {
    let fixture = try Fixtures.load("information")
    let sample = try InformationSample(
      Self.variable(test.x, fixture), Self.variable(test.y, fixture))
    let ours = try value(sample, estimator(test.estimator), test.settings)
    let reference = try fixture.doubles(test.reference).elements[0]
    #expect(abs(ours.value - reference) < 1e-9, "\(ours.value) \(reference)")
    if let local = ours.local {
      #expect(abs(local.reduce(0, +) / Double(local.count) - ours.value) < 1e-12)
    }
  }

  @Test("says Ledoit and Wolf's shrinkage, as scikit-learn finds it")
  func shrinkage() throws {
    let fixture = try Fixtures.load("information")
    let sample = try InformationSample(Self.variable("x", fixture), Self.variable("z", fixture))
    let reference = try fixture.doubles("gaussian.shrunk").elements[1]
    let said = "shrinkage \((reference * 1e4).rounded() / 1e4)"
    #expect(try value(sample, estimator("gaussian"), ["shrink": 1]).method.contains(said))
  }

  @Test("cells of equally many rows and exact classes agree with scikit-learn's counts")
  func counts() throws {
    let fixture = try Fixtures.load("information")
    let first = try column(Self.variable("x", fixture), 0)
    let labels = try Self.variable("labels", fixture)
    let y = try Self.variable("y", fixture)
    for (reference, sample) in [
      ("binned", try InformationSample(first, y)), ("counts", try InformationSample(labels, first)),
    ] {
      let ours = try value(sample, estimator("binned"), ["bins": 6])
      #expect(
        abs(ours.value - (try fixture.doubles(reference).elements[0])) < 1e-10, "\(reference)")
    }
  }

  @Test("the correction for local non-uniformity agrees with the authors' code")
  func nonUniform() throws {
    let fixture = try Fixtures.load("information")
    let first = try column(Self.variable("x", fixture), 0)
    for (reference, other) in [("lnc.line", "line"), ("lnc.loose", "y")] {
      let sample = try InformationSample(first, Self.variable(other, fixture))
      let ours = try value(sample, estimator("lnc"), [:])
      #expect(
        abs(ours.value - (try fixture.doubles(reference).elements[0])) < 1e-8, "\(ours.value)")
    }
  }

  @Test("the correction warns where there are more columns than its α is for")
  func nonUniformColumns() throws {
    let fixture = try Fixtures.load("information")
    let (x, line) = (try Self.variable("x", fixture), try Self.variable("line", fixture))
    let narrow = try InformationSample(column(x, 0), column(line, 0))
    let wide = try InformationSample(x, column(line, 0))
    let warns = { (sample: InformationSample) in
      try self.value(sample, self.estimator("lnc"), [:]).warnings
        .contains { $0.contains("far too high") }
    }
    #expect(try !warns(narrow))
    #expect(try warns(wide))
  }

  @Test("information given a third variable agrees with ennemi and the definition")
  func conditional() throws {
    let fixture = try Fixtures.load("information")
    let (x, y) = (try Self.variable("x", fixture), try Self.variable("y", fixture))
    let z = try Self.variable("z", fixture)
    let form = try #require(InformationEstimator.conditionalTable.first)
    let one = try InformationSample(column(x, 0), y, given: column(z, 0))
    let two = try InformationSample(x, y, given: z)
    #expect(
      abs(try value(one, form, ["k": 4]).value - fixture.doubles("cmi.one").elements[0]) < 1e-6)
    #expect(abs(try value(two, form, [:]).value - fixture.doubles("cmi.two").elements[0]) < 1e-9)
  }

  @Test("entropies agree with SciPy's neighbours")
  func entropies() throws {
    let fixture = try Fixtures.load("information")
    for (name, k) in [("y", 3), ("x", 5)] {
      let ours = try differentialEntropy(Self.variable(name, fixture), k: k).value
      let reference = try fixture.doubles("entropy.\(name == "y" ? "one" : "two")").elements[0]
      #expect(abs(ours - reference) < 1e-9)
    }
  }

  @Test("the normal forms find the closed forms of a chain x → z → y: I(x; y | z) = 0")
  func conditionalNormal() throws {
    let (a, b, c) = (
      normalDraws(4000, 1, seed: 1), normalDraws(4000, 1, seed: 2), normalDraws(4000, 1, seed: 3)
    )
    let z = HostArray(zip(a.elements, b.elements).map { 0.8 * $0 + 0.6 * $1 }, shape: a.shape)
    let y = HostArray(zip(z.elements, c.elements).map { 0.8 * $0 + 0.6 * $1 }, shape: a.shape)
    let sample = try InformationSample(
      InformationVariable(points: a, name: "x"), InformationVariable(points: y, name: "y"),
      given: InformationVariable(points: z, name: "z"))
    for form in InformationEstimator.conditionalTable where form.name != "binned" {
      let found = try value(sample, form, [:]).value
      #expect(abs(found) < 0.05, "\(form.name): \(found)")
    }
    let plain = try InformationSample(sample.x, sample.y)
    let truth = -0.5 * log(1 - 0.64 * 0.64)
    #expect(abs(try value(plain, estimator("gaussian"), [:]).value - truth) < 0.04)
  }

  @Test("x xor y: each alone says nothing of the third, together they say log 2")
  func interaction() throws {
    let bits = (0..<400).map { row in [Int32(row % 2), Int32(row / 2 % 2)] }
    let sample = try InformationSample(
      InformationVariable(classes: bits.map { $0[0] }, name: "x"),
      InformationVariable(classes: bits.map { $0[1] }, name: "y"),
      given: InformationVariable(classes: bits.map { $0[0] ^ $0[1] }, name: "z"))
    let form = InformationEstimator.interactionTable.first { $0.name == "binned" }
    let found = try value(sample, try #require(form), [:])
    // Miller's terms: I(x; y | z) has (4 + 4 − 2 − 4)/2N, I(x; y) has (2 + 2 − 4 − 1)/2N.
    #expect(abs(found.value - (log(2) + 2.0 / 800 + 1.0 / 800)) < 1e-12, "\(found.value)")
  }

  @Test("several jointly normal variables have the closed form −½ log det of their correlations")
  func jointNormal() throws {
    let (a, b) = (normalDraws(4000, 1, seed: 11), normalDraws(4000, 1, seed: 12))
    let sum = HostArray(zip(a.elements, b.elements).map { $0 + $1 }, shape: a.shape)
    let noisy = HostArray(
      zip(sum.elements, normalDraws(4000, 1, seed: 13).elements).map { $0 + $1 }, shape: a.shape)
    let sample = try InformationSample(
      InformationVariable(points: a, name: "a"), InformationVariable(points: b, name: "b"),
      and: [InformationVariable(points: noisy, name: "c")])
    // c has correlation 1/√3 with both: the determinant is 1 − 2/3.
    for form in InformationEstimator.jointTable {
      #expect(abs(try value(sample, form, [:]).value - 0.5 * log(3)) < 0.06, "\(form.name)")
    }
  }

  @Test("the matrix of all pairs is symmetric, each pair by the form for its kinds")
  func matrix() throws {
    let (a, b) = (normalDraws(300, 1, seed: 21), normalDraws(300, 1, seed: 22))
    let names = ["a", "b", "same", "label"]
    let variables = [
      try InformationVariable(points: a, name: names[0]),
      try InformationVariable(points: b, name: names[1]),
      try InformationVariable(points: HostArray(repeating: 1, shape: [300, 1]), name: names[2]),
      try InformationVariable(classes: a.elements.map { $0 > 0 ? 1 : 0 }, name: names[3]),
    ]
    let found = try [1, 2].map { try informationMatrix(of: variables, threads: $0) }
    let ksg = try value(
      InformationSample(variables[0], variables[1]), estimator("ksg"), [:])
    #expect(found[0].names == names && found[0].notes.count == 1)
    #expect(abs(found[0].values[1] - ksg.value) < 0.1 && found[0].values[1] == found[0].values[4])
    #expect(found[0].values[3] > 0.5 && found[0].estimators[3] == "ross")
    #expect(found[0].values[2].isNaN && found[0].values[0].isNaN)
    #expect(found[0].values[3] == found[1].values[3] && found[0].values[7] == found[1].values[13])
  }

  @Test("sliced information of one column each is KSG, and of more the mean over directions")
  func sliced() throws {
    let (x, e) = (normalDraws(2000, 2, seed: 4), normalDraws(2000, 2, seed: 5))
    let y = HostArray(
      zip(x.elements, e.elements).map { 0.9 * $0 + 0.19.squareRoot() * $1 }, shape: x.shape)
    let both = try InformationSample(
      InformationVariable(points: x, name: "x"), InformationVariable(points: y, name: "y"))
    let first = try InformationSample(column(both.x, 0), column(both.y, 0))
    let ksg = try value(first, estimator("ksg"), [:]).value
    #expect(abs(try value(first, estimator("sliced"), ["slices": 3]).value - ksg) < 1e-9)
    // θᵀx and φᵀy have correlation 0.9 cos α with α uniform: the mean of −½ log(1 − 0.81 cos² α).
    let steps = 10_000
    let truth = (0..<steps).reduce(0.0) { sum, step in
      let cosine = cos(Double.pi * (Double(step) + 0.5) / Double(steps))
      return sum - 0.5 * log(1 - 0.81 * cosine * cosine) / Double(steps)
    }
    let ours = try value(both, estimator("sliced"), ["slices": 200]).value
    #expect(abs(ours - truth) < 0.05, "\(ours) \(truth)")
  }

  @Test("the same numbers for any number of threads, and for the same seed again")
  func reproducible() throws {
    let fixture = try Fixtures.load("information")
    let sample = try InformationSample(Self.variable("x", fixture), Self.variable("y", fixture))
    for form in InformationEstimator.table where form.name != "ross" {
      let found = try [1, 2].map { threads in
        var options = InformationOptions()
        options.threads = threads
        options.permutations = 5
        options.seed = 3
        return try #require(try measureInformation(sample, by: form, options: options))
      }
      #expect(found[0].value == found[1].value && found[0].null == found[1].null, "\(form.name)")
      #expect(found[0].standardError == found[1].standardError && found[0].curve == found[1].curve)
    }
  }

  @Test("the curve ends at the value, and runs to the line's place at 1/n = 0")
  func curve() throws {
    let fixture = try Fixtures.load("information")
    let sample = try InformationSample(Self.variable("x", fixture), Self.variable("y", fixture))
    let found = try #require(try measureInformation(sample, by: estimator("binned")))
    #expect(found.curve.map(\.rows) == [60, 120, 240] && found.curve.map(\.blocks) == [4, 2, 1])
    #expect(found.curve[2].value == found.value)
    // The least-squares line through (4, a), (2, b), (1, c).
    let (a, b, c) = (found.curve[0].value, found.curve[1].value, found.curve[2].value)
    let mean = (a + b + c) / 3
    let slope = ((4 - 7 / 3.0) * a + (2 - 7 / 3.0) * b + (1 - 7 / 3.0) * c) / (14 / 3.0)
    #expect(abs((found.extrapolated ?? 0) - (mean - slope * 7 / 3)) < 1e-12)
  }

  @Test(
    "independent rows have a large p-value, dependent ones the smallest that so many orders give")
  func null() throws {
    let (x, other) = (normalDraws(500, 1, seed: 7), normalDraws(500, 1, seed: 8))
    let dependent = HostArray(
      zip(x.elements, other.elements).map { $0 + 0.5 * $1 }, shape: x.shape)
    let a = try InformationVariable(points: x, name: "x")
    let pairs = try [other, dependent].map {
      try InformationSample(a, InformationVariable(points: $0, name: "y"))
    }
    let form = try estimator("ksg")
    let found = try pairs.map { try #require(try measureInformation($0, by: form)) }
    let (zero, not) = (try #require(found[0].null), try #require(found[1].null))
    #expect(zero.pValue > 0.05 && found[0].warnings.contains { $0.contains("independent") })
    #expect(not.pValue == 0.02 && abs(not.mean) < 0.03 && not.upper < 0.1)
  }

  @Test(
    "the standard error is that of repeated draws, within a half", arguments: ["ksg", "gaussian"])
  func standardError(name: String) throws {
    let form = try estimator(name)
    let found = try (UInt64(0)..<40).map { seed -> InformationEstimate in
      let (x, e) = (normalDraws(600, 1, seed: 100 + seed), normalDraws(600, 1, seed: 200 + seed))
      let y = HostArray(zip(x.elements, e.elements).map { 0.7 * $0 + 0.7 * $1 }, shape: x.shape)
      var options = InformationOptions()
      options.hasCurve = false
      options.permutations = 0
      options.confidence = 0.95
      return try #require(
        try measureInformation(
          InformationSample(
            InformationVariable(points: x, name: "x"), InformationVariable(points: y, name: "y")),
          by: form, options: options))
    }
    let values: [Double] = found.map { $0.value }
    let mean = values.reduce(0, +) / 40
    let squares = values.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
    let spread = (squares / 39).squareRoot()
    let errors: [Double] = found.compactMap { $0.standardError }
    let said = errors.reduce(0, +) / 40
    #expect(said > 0.6 * spread && said < 1.6 * spread, "\(said) \(spread)")
    let truth = 0.5 * log(2.0)
    let covered = found.count { $0.interval?.contains(truth) ?? false }
    #expect(covered >= 34, "\(covered) of 40 intervals hold the truth")
  }

  @Test(
    "names what speaks against a number: ties, shared, constant and repeated columns, the ceiling")
  func warnings() throws {
    let x = normalDraws(400, 2, seed: 9)
    let whole = HostArray(x.elements.map { ($0 * 2).rounded() }, shape: x.shape)
    let a = try InformationVariable(points: x, name: "a")
    let ksg = try estimator("ksg")
    let tied = try value(
      InformationSample(InformationVariable(points: whole, name: "b"), a), ksg, [:])
    #expect(tied.warnings.contains { $0.contains("b has only") && $0.contains("mixture") })
    let own = try value(InformationSample(a, a), ksg, [:])
    #expect(own.warnings.contains { $0.contains("infinite") })
    #expect(own.warnings.contains { $0.contains("largest value") })
    let columns = (0..<400).flatMap { row -> [Double] in
      let (first, second) = (x.elements[2 * row], x.elements[2 * row + 1])
      return [first, 1, first, second]
    }
    let wide = HostArray(columns, shape: [400, 4])
    let trimmed = try value(
      InformationSample(InformationVariable(points: wide, name: "c"), a), ksg, [:])
    #expect(trimmed.value == own.value)
    #expect(trimmed.warnings.contains { $0.contains("never change") })
    #expect(trimmed.warnings.contains { $0.contains("repeat another") })
  }

  @Test("refuses what has no information to measure, with the reason")
  func refusals() throws {
    let x = try InformationVariable(points: normalDraws(30, 1, seed: 9), name: "x")
    let same = try InformationVariable(points: HostArray(repeating: 2, shape: [30, 1]), name: "y")
    let one = try InformationVariable(classes: [Int32](repeating: 0, count: 30), name: "y")
    let alone = try InformationVariable(classes: (0..<30).map { Int32($0) }, name: "y")
    let twins = try InformationVariable(
      points: HostArray((0..<30).map { Double($0 / 10) }, shape: [30, 1]), name: "y")
    let ksg = try estimator("ksg")
    #expect(throws: AnalysisError.constant(quantity: "y")) {
      try value(InformationSample(x, same), ksg, [:])
    }
    #expect(throws: AnalysisError.oneClass(classes: 1)) {
      try value(InformationSample(x, one), try estimator("ross"), [:])
    }
    #expect(throws: AnalysisError.oneClass(classes: 30)) {
      try value(InformationSample(x, alone), try estimator("ross"), [:])
    }
    #expect(throws: AnalysisError.neighborCount(requested: 30, largest: 29, points: 30)) {
      try value(InformationSample(x, x), ksg, ["k": 30])
    }
    #expect(throws: AnalysisError.coincidingPoints(quantity: "y", row: 0, k: 5)) {
      try value(InformationSample(x, twins), try estimator("entropies"), [:])
    }
    #expect(throws: AnalysisError.noClasses(first: "x", second: "x")) {
      try value(InformationSample(x, x), try estimator("ross"), [:])
    }
    #expect(throws: AnalysisError.notFinite(quantity: "z", row: 1, column: 0)) {
      _ = try InformationVariable(points: HostArray([0, .nan, 1], shape: [3, 1]), name: "z")
    }
  }

  @Test("a stop keeps the part of the curve that is done")
  func stop() throws {
    let x = try InformationVariable(points: normalDraws(200, 1, seed: 1), name: "x")
    let y = try InformationVariable(points: normalDraws(200, 1, seed: 2), name: "y")
    var asked = 0
    let found = try measureInformation(
      InformationSample(x, y), by: estimator("ksg"),
      shouldStop: {
        asked += 1; return asked > 5
      })
    #expect(found?.isComplete == false && found?.curve.map(\.rows) == [50])
  }
}
