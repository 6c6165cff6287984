import Foundation
import MIMAnalysis
import MIMTensor
import Testing

/// Probes against scikit-learn on the same folds: Tests/References/measures.py.
@Suite struct ProbeTests {
  private static func target(_ name: String, _ fixture: Fixtures.Arrays) throws -> ProbeTarget {
    let values = try fixture.doubles(name).elements
    if name == "number" { return .numbers(values) }
    let labels = values.map { Int32($0) }
    return .classes(labels, count: Int(labels.max() ?? 0) + 1)
  }

  private static func folds(_ fixture: Fixtures.Arrays) throws -> ProbeFolds {
    try ProbeFolds(fixture.doubles("folds").elements.map { Int($0) })
  }

  @Test(
    "logistic regression is at scikit-learn's optimum to 1e-6, of weights and intercepts",
    arguments: [("four", 1.0, ""), ("four", 50, ".weak"), ("two", 1, ""), ("two", 50, ".weak")])
  func optimum(_ name: String, _ c: Double, _ suffix: String) throws {
    let fixture = try Fixtures.load("measures")
    let labels = try fixture.doubles(name == "four" ? "labels" : "binary").elements.map {
      Int32($0)
    }
    let fit = try LogisticRegression(fixture.doubles("x"), labels: labels, l2: 1 / c)
    let reference = try fixture.doubles("logistic.\(name)\(suffix)")
    #expect(fit.isConverged)
    #expect(fit.weights.count == reference.rowCount)
    for (output, weights) in fit.weights.enumerated() {
      let ours = weights + [fit.intercepts[output]]
      #expect(deviation(ours, Array(reference.row(output))) < 1e-6, "\(ours)")
    }
  }

  @Test("its gradient is 0, whatever the units of the columns and the number of threads")
  func gradient() throws {
    let (points, labels) = clusters(5, count: 60, dimensions: 3, seed: 2)
    var values = points.elements.map { Double($0) }
    for place in values.indices where place % 3 == 1 { values[place] = 1e4 * values[place] + 3e5 }
    let x = HostArray(values, shape: points.shape)
    let one = try LogisticRegression(x, labels: labels, l2: 0.1, standardises: true, threads: 1)
    let two = try LogisticRegression(x, labels: labels, l2: 0.1, standardises: true, threads: 2)
    #expect(one.isConverged)
    #expect(one.weights == two.weights && one.intercepts == two.intercepts)
    let p = try one.probabilities(of: x)
    // Of the intercepts, which have no penalty: Σ p_k = the number of rows of class k.
    for label in 0..<5 {
      let sum = (0..<x.rowCount).reduce(0) { $0 + p.elements[$1 * 5 + label] }
      #expect(abs(sum - 60) < 1e-6)
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let kind: String
    let settings: [String: Double]
    let target: String
    let reference: String
    let names: [String]
    var testDescription: String { reference }
  }

  @Test(
    "cross-validated scores agree with scikit-learn on the same folds",
    arguments: [
      Case(
        kind: "linear", settings: ["l2": 2], target: "labels", reference: "probe.linear",
        names: ["accuracy", "log_loss", "ece"]),
      Case(
        kind: "ridge", settings: ["l2": 3], target: "labels", reference: "probe.ridge",
        names: ["accuracy"]),
      Case(
        kind: "knn", settings: ["k": 7], target: "labels", reference: "probe.knn",
        names: ["accuracy", "log_loss", "ece"]),
      Case(
        kind: "linear", settings: [:], target: "number", reference: "regress.linear",
        names: ["r2", "rmse"]),
      Case(
        kind: "ridge", settings: ["l2": 3], target: "number", reference: "regress.ridge",
        names: ["r2", "rmse"]),
      Case(
        kind: "knn", settings: ["k": 7], target: "number", reference: "regress.knn",
        names: ["r2", "rmse"]),
    ])
  func agrees(_ test: Case) throws {
    let fixture = try Fixtures.load("measures")
    let kind = try #require(ProbeKind.table.first { $0.name == test.kind })
    let found = try crossValidate(
      kind, settings: test.settings, features: fixture.doubles("x"),
      target: Self.target(test.target, fixture), folds: Self.folds(fixture))
    let reference = try fixture.doubles(test.reference).elements
    for (name, value) in zip(test.names, reference) {
      let score = try #require(found.score(name))
      #expect(abs(score.value - value) < 1e-6, "\(name): \(score.value) \(value)")
    }
    #expect(found.foldScores.count == 5 && found.predictions.count == 210)
  }

  @Test("where a column is there twice, least squares gives the weights of least norm")
  func leastNorm() throws {
    let fixture = try Fixtures.load("measures")
    let x = try fixture.doubles("x")
    let rows = (0..<x.rowCount).flatMap { row -> [Double] in
      Array(x.row(row)) + Array(x.row(row).prefix(1))
    }
    let fit = try LinearRegression(
      HostArray(rows, shape: [x.rowCount, x.rowSize + 1]),
      targets: [fixture.doubles("number").elements])
    let reference = try fixture.doubles("least.norm").elements
    #expect(deviation(fit.weights[0] + fit.intercepts, reference) < 1e-6)
  }

  @Test("without features the most frequent class is guessed; a perfect predictor has R² 1")
  func ends() throws {
    let labels = (0..<100).map { Int32($0 % 4 == 0 ? 1 : 0) }
    let target = ProbeTarget.classes(labels, count: 2)
    let folds = try ProbeFolds(of: target, count: 5, seed: 1)
    let noise = normalDraws(100, 2, seed: 4)
    let chance = try crossValidate(.chance, features: noise, target: target, folds: folds)
    #expect(chance.score("accuracy")?.value == 0.75)
    let entropy = -0.75 * log(0.75) - 0.25 * log(0.25)
    #expect(abs((chance.score("log_loss")?.value ?? 0) - entropy) < 1e-9)
    #expect((chance.score("ece")?.value ?? 1) < 1e-9)
    let numbers = ProbeTarget.numbers((0..<100).map { 3 * noise.elements[2 * $0] - 7 })
    let exact = try crossValidate(
      ProbeKind.table[0], features: noise, target: numbers,
      folds: ProbeFolds(of: numbers, count: 4, seed: 1))
    #expect(abs((exact.score("r2")?.value ?? 0) - 1) < 1e-12)
  }

  @Test("folds are of one size, each with its share of every class, and depend on the seed alone")
  func folds() throws {
    let labels = (0..<103).map { Int32($0 < 20 ? 0 : $0 < 60 ? 1 : 2) }
    let target = ProbeTarget.classes(labels, count: 3)
    let folds = try ProbeFolds(of: target, count: 5, seed: 3)
    for fold in 0..<5 {
      let own = folds.folds.indices.filter { folds.folds[$0] == fold }
      #expect((20...21).contains(own.count))
      #expect((4...4).contains(own.count { labels[$0] == 0 }))
      #expect((8...8).contains(own.count { labels[$0] == 1 }))
    }
    #expect(try ProbeFolds(of: target, count: 5, seed: 3).folds == folds.folds)
    #expect(try ProbeFolds(of: target, count: 5, seed: 4).folds != folds.folds)
  }

  @Test("a class that a fold's training rows lack costs its rows, and nothing else")
  func rareClass() throws {
    let (points, labels) = clusters(2, count: 20, dimensions: 2, seed: 1)
    var own = labels
    own[7] = 2
    let found = try crossValidate(
      ProbeKind.table[0],
      features: HostArray(points.elements.map { Double($0) }, shape: points.shape),
      target: .classes(own, count: 3), folds: ProbeFolds((0..<40).map { $0 % 4 }))
    #expect(found.score("accuracy")?.value == 39.0 / 40)
    #expect(found.score("log_loss")?.value.isFinite == true)
  }

  @Test("standard errors are those of independent rows, found again over repeated draws")
  func standardErrors() throws {
    var (values, errors): ([Double], [Double]) = ([], [])
    for seed in 0..<40 {
      let x = normalDraws(300, 1, seed: UInt64(seed))
      let noise = normalDraws(300, 1, seed: UInt64(1000 + seed))
      let y = zip(x.elements, noise.elements).map { $0 + $1 }
      let target = ProbeTarget.numbers(y)
      let found = try crossValidate(
        ProbeKind.table[0], features: x, target: target,
        folds: ProbeFolds(of: target, count: 3, seed: 0))
      values.append(found.scores[0].value)
      errors.append(try #require(found.scores[0].standardError))
    }
    let mean = values.reduce(0, +) / 40
    #expect(abs(mean - 0.5) < 0.02)
    let spread = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 39).squareRoot()
    let said = errors.reduce(0, +) / 40
    #expect(spread / said > 0.7 && spread / said < 1.4, "\(spread) \(said)")
  }

  @Test("refuses one class, a constant target, folds and features that don't fit; stops when asked")
  func refusals() throws {
    let x = normalDraws(30, 2, seed: 1)
    let folds = try ProbeFolds((0..<30).map { $0 % 3 })
    let linear = ProbeKind.table[0]
    let alternating = ProbeTarget.classes((0..<30).map { Int32($0 % 2) }, count: 2)
    #expect(throws: AnalysisError.oneClass(classes: 1)) {
      try crossValidate(
        linear, features: x, target: .classes([Int32](repeating: 0, count: 30), count: 1),
        folds: folds)
    }
    #expect(throws: AnalysisError.constant(quantity: "the target")) {
      try crossValidate(
        linear, features: x, target: .numbers([Double](repeating: 2, count: 30)), folds: folds)
    }
    #expect(throws: AnalysisError.self) {
      try crossValidate(
        linear, features: x.rows(0..<29), target: alternating, folds: folds)
    }
    #expect(throws: AnalysisError.self) { try ProbeFolds([0, 0, 2]) }
    #expect(throws: AnalysisError.self) {
      try ProbeFolds(of: alternating, count: 31, seed: 0)
    }
    #expect(throws: AnalysisError.self) {
      try LogisticRegression(x, labels: (0..<30).map { Int32($0 % 2) }, l2: 0)
    }
    #expect(throws: CancellationError.self) {
      try crossValidate(
        linear, features: x, target: alternating, folds: folds, shouldStop: { true })
    }
    #expect(throws: CancellationError.self) {
      try LogisticRegression(x, labels: (0..<30).map { Int32($0 % 2) }, shouldStop: { true })
    }
  }
}
