import Foundation
import MIMAnalysis
import MIMTensor
import Testing

/// Codes without labels, samples against data, and codes against factors, by other programs:
/// Tests/References/measures.py.
@Suite struct QualityTests {
  private func codes() throws -> (HostArray<Double>, HostArray<Double>, [Double]) {
    let fixture = try Fixtures.load("measures")
    return (
      try fixture.doubles("codes"), try fixture.doubles("other"),
      try fixture.doubles("quality").elements
    )
  }

  @Test("ranks agree with NumPy's singular values")
  func ranks() throws {
    let (codes, _, reference) = try codes()
    let rank = try effectiveRank(of: codes, isCentred: false, epsilon: 1e-7)
    #expect(abs(rank - reference[0]) < 1e-6)
    #expect(abs(try effectiveRank(of: codes, isCentred: true) - reference[1]) < 1e-6)
    // Equal singular values, and one direction.
    let corners = HostArray([1.0, 0, -1, 0, 0, 1, 0, -1], shape: [4, 2])
    #expect(abs(try effectiveRank(of: corners, isCentred: true) - 2) < 1e-12)
    let line = HostArray(
      (0..<60).map { Double($0 / 3) * [1.0, 2, 0][$0 % 3] }, shape: [20, 3])
    #expect(abs(try effectiveRank(of: line, isCentred: true) - 1) < 1e-9)
  }

  @Test(
    "intrinsic dimensions agree with scikit-dimension, and with the dimension of a cube's inside")
  func dimensions() throws {
    let (codes, _, reference) = try codes()
    #expect(abs(try twoNearestNeighborDimension(of: codes).value - reference[2]) < 1e-9)
    #expect(abs(try maximumLikelihoodDimension(of: codes).value - reference[3]) < 1e-9)
    var random = RandomStream(seed: 3, stream: "cube")
    let cube = HostArray(
      (0..<2000).flatMap { _ -> [Double] in
        let own = (0..<3).map { _ in random.uniform() }
        return own + [own[0] + own[1], own[2] * 2]
      }, shape: [2000, 5])
    let found = try twoNearestNeighborDimension(of: cube)
    #expect(abs(found.value - 3) < 4 * found.standardError + 0.1)
    let likely = try maximumLikelihoodDimension(of: cube)
    #expect(abs(likely.value - 3) < 0.35)
  }

  @Test("uniformity and alignment agree with NumPy; one direction alone is 0")
  func sphere() throws {
    let (codes, other, reference) = try codes()
    #expect(abs(try uniformity(of: codes) - reference[4]) < 1e-9)
    #expect(try uniformity(of: codes, threads: 1) == uniformity(of: codes, threads: 2))
    #expect(abs(try alignment(of: codes, with: other).value - reference[5]) < 1e-12)
    #expect(abs(try uniformity(of: HostArray([1.0, 1, 2, 2, 5, 5], shape: [3, 2]))) < 1e-12)
    #expect(throws: AnalysisError.zeroLength(quantity: "the points", row: 1)) {
      try uniformity(of: HostArray([1.0, 1, 0, 0], shape: [2, 2]))
    }
  }

  @Test("hubness agrees with SciPy's skewness of the k-occurrences")
  func hubs() throws {
    let (codes, _, reference) = try codes()
    let found = try hubness(of: codes, k: 10)
    #expect(abs(found.skewness - reference[6]) < 1e-9)
    #expect(Double(found.largest) == reference[7] && abs(found.orphans - reference[8]) < 1e-12)
  }

  @Test("precision, recall, density and coverage agree with the package prdc")
  func manifolds() throws {
    let fixture = try Fixtures.load("measures")
    let (samples, data) = (try fixture.doubles("samples"), try fixture.doubles("data"))
    let found = try manifoldScores(samples: samples, data: data, k: 5)
    let ours = [found.precision, found.recall, found.density, found.coverage]
    #expect(deviation(ours, try fixture.doubles("prdc").elements) < 1e-12, "\(ours)")
    // Far apart: nothing is covered.
    let far = HostArray(samples.elements.map { $0 + 1e3 }, shape: samples.shape)
    #expect(
      try manifoldScores(samples: far, data: data, k: 5)
        == ManifoldScores(precision: 0, recall: 0, density: 0, coverage: 0))
    #expect(throws: AnalysisError.self) { try manifoldScores(samples: samples, data: data, k: 90) }
  }

  @Test("the Fréchet distance agrees with SciPy's matrix root, and with the closed form of a shift")
  func frechet() throws {
    let fixture = try Fixtures.load("measures")
    let (samples, data) = (try fixture.doubles("samples"), try fixture.doubles("data"))
    let reference = try fixture.doubles("frechet").elements[0]
    #expect(abs(try frechetDistance(samples, data) - reference) < 1e-9)
    let shifted = HostArray(data.elements.map { $0 + 2 }, shape: data.shape)
    #expect(abs(try frechetDistance(data, shifted) - 12) < 1e-9)
    #expect(abs(try frechetDistance(data, data)) < 1e-9)
  }

  @Test(
    "the maximum mean discrepancy agrees with SciPy, and its p-value is uniform where nothing differs"
  )
  func discrepancy() throws {
    let fixture = try Fixtures.load("measures")
    let (samples, data) = (try fixture.doubles("samples"), try fixture.doubles("data"))
    let reference = try fixture.doubles("mmd").elements
    let (found, sigma) = try maximumMeanDiscrepancy(samples, data, permutations: 99)
    #expect(abs(found.value - reference[0]) < 1e-12 && abs(sigma - reference[1]) < 1e-12)
    #expect(found.pValue < 0.3)
    let shifted = HostArray(data.elements.map { $0 + 1 }, shape: data.shape)
    #expect(try maximumMeanDiscrepancy(data, shifted, permutations: 99).test.pValue == 0.01)
    let small = try (0..<60).count { seed in
      let both = normalDraws(40, 1, seed: UInt64(seed))
      return try maximumMeanDiscrepancy(
        both.rows(0..<20), both.rows(20..<40), permutations: 19, seed: UInt64(seed)
      ).test.pValue <= 0.25
    }
    // A quarter of 60, to 3.5 standard deviations.
    #expect((4...27).contains(small), "\(small)")
    #expect(throws: CancellationError.self) {
      try maximumMeanDiscrepancy(samples, data, shouldStop: { true })
    }
  }

  @Test("the nearest-neighbour test agrees with SciPy, tells shifted sets apart and finds copies")
  func nearestNeighbor() throws {
    let fixture = try Fixtures.load("measures")
    let (samples, data) = (try fixture.doubles("samples"), try fixture.doubles("data"))
    let found = try nearestNeighborTest(samples, data, permutations: 99)
    #expect(abs(found.value - (try fixture.doubles("knn_test").elements[0])) < 1e-12)
    let far = HostArray(data.elements.map { $0 + 50 }, shape: data.shape)
    let apart = try nearestNeighborTest(data, far, permutations: 99)
    #expect(apart.value == 1 && apart.pValue == 0.01)
    let copies = HostArray(data.elements.map { $0 + 1e-9 }, shape: data.shape)
    #expect(try nearestNeighborTest(data, copies, permutations: 19).value < 0.05)
  }

  // MARK: Factors

  private func factors(_ fixture: Fixtures.Arrays) throws -> FactorSample {
    let values = try fixture.doubles("factors")
    let all = (0..<3).map { column in
      Factor(
        name: "f\(column)",
        values: stride(from: column, to: values.count, by: 3).map { Int32(values.elements[$0]) },
        isOrdered: column > 0)
    }
    return try FactorSample(codes: fixture.doubles("z"), factors: all)
  }

  @Test("MIG, modularity, SAP and DCI agree with formulations in NumPy and scikit-learn")
  func disentanglement() throws {
    let fixture = try Fixtures.load("measures")
    let sample = try factors(fixture)
    let information = FactorInformation(sample)
    #expect(abs(information.gap - (try fixture.doubles("mig").elements[0])) < 1e-9)
    #expect(abs(information.modularity - (try fixture.doubles("modularity").elements[0])) < 1e-9)
    let sap = separatedAttributePredictability(sample)
    #expect(abs(sap - (try fixture.doubles("sap").elements[0])) < 1e-9)
    let found = try FactorImportance(sample)
    let importance = try fixture.doubles("importance")
    #expect(deviation(found.values.flatMap { $0 }, importance.elements) < 1e-6)
    let dci = try fixture.doubles("dci").elements
    #expect(abs(found.disentanglement - dci[0]) < 1e-6 && abs(found.completeness - dci[1]) < 1e-6)
    let informativeness = try #require(found.informativeness)
    #expect(informativeness > 0.4 && informativeness < 1)
  }

  @Test("the lasso is at scikit-learn's optimum")
  func lasso() throws {
    let fixture = try Fixtures.load("measures")
    let z = try fixture.doubles("z")
    let width = z.rowSize
    var values = z.elements
    for column in 0..<width {
      let own = stride(from: column, to: values.count, by: width).map { z.elements[$0] }
      let mean = own.reduce(0, +) / Double(own.count)
      let deviation = (own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count))
        .squareRoot()
      for (row, value) in own.enumerated() {
        values[row * width + column] = (value - mean) / deviation
      }
    }
    let factor = try fixture.doubles("factors")
    let target = stride(from: 2, to: factor.count, by: 3).map { factor.elements[$0] }
    let mean = target.reduce(0, +) / Double(target.count)
    let deviation = (target.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(target.count))
      .squareRoot()
    let found = try lassoWeights(
      HostArray(values, shape: z.shape), target: target.map { ($0 - mean) / deviation }, alpha: 0.01
    )
    let reference = try fixture.doubles("lasso")
    for code in 0..<width {
      #expect(abs(abs(found[code]) - reference.row(code)[code * 5 + 4]) < 1e-6)
    }
  }

  @Test("codes that are the factors score 1, codes that are noise about 0")
  func perfectAndNoise() throws {
    var random = RandomStream(seed: 5, stream: "factors")
    let values = (0..<3).map { _ in (0..<600).map { _ in Int32(random.integer(below: 4)) } }
    let factors = values.enumerated().map {
      Factor(name: "f\($0)", values: $1, isOrdered: true)
    }
    let perfect = HostArray(
      (0..<600).flatMap { row in values.map { Double($0[row]) } }, shape: [600, 3])
    let sample = try FactorSample(codes: perfect, factors: factors)
    #expect(FactorInformation(sample).gap > 0.98 && FactorInformation(sample).modularity > 0.99)
    #expect(separatedAttributePredictability(sample) > 0.98)
    let found = try FactorImportance(sample)
    #expect(found.disentanglement > 0.99 && found.completeness > 0.99)
    #expect((found.informativeness ?? 0) > 0.99)
    let noise = try FactorSample(codes: normalDraws(600, 3, seed: 9), factors: factors)
    #expect(FactorInformation(noise).gap < 0.05)
    #expect(separatedAttributePredictability(noise) < 0.02)
    #expect((try FactorImportance(noise).informativeness ?? 1) < 0.05)
  }

  @Test("the statistics of predictive checks are those of NumPy and SciPy")
  func predictiveStatistics() throws {
    let data = HostArray([0.0, 1, 2, 3, 4, 8], shape: [3, 2])
    let checks = try predictiveChecks(samples: data, data: data, sets: 99)
    #expect(
      checks.map(\.name) == ["mean", "sd", "skew", "min", "max", "length_sd", "neighbours"])
    // numpy.mean, std, scipy.stats.skew, min, max, std of numpy.linalg.norm(axis=1), corrcoef.
    let expected = [
      3, 2.581988897471611, 0.8714212528966688, 0, 8, 3.306597641125749, 0.9707253433941511,
    ]
    for (check, value) in zip(checks, expected) {
      #expect(abs(check.observed - value) < 1e-12, "\(check.name)")
    }
    let single = HostArray([1.0, 2, 4], shape: [3, 1])
    #expect(
      !(try predictiveChecks(samples: single, data: single, sets: 99)).contains {
        $0.name == "neighbours"
      })
    #expect(throws: AnalysisError.self) { try predictiveChecks(samples: single, data: data) }
  }

  @Test("predictive p-values are small where the model is wrong in that statistic, and only there")
  func predictiveValues() throws {
    func rows(_ seed: UInt64, _ count: Int, _ map: (Double, Double) -> [Double]) -> HostArray<
      Double
    > {
      var random = RandomStream(seed: seed, stream: "rows")
      return HostArray(
        (0..<count).flatMap { _ in map(random.normal(), random.normal()) }, shape: [count, 2])
    }
    func p(_ name: String, _ samples: HostArray<Double>, _ data: HostArray<Double>) throws -> Double
    {
      try predictiveChecks(samples: samples, data: data, sets: 199, seed: 1)
        .first { $0.name == name }?.pValue ?? .nan
    }
    let right = rows(1, 20_000) { [$0, $1] }
    // The same distribution: about a tenth below .1.
    let own = try (2..<62).map { try p("mean", right, rows($0, 100) { [$0, $1] }) }
    #expect((1...14).contains(own.count { $0 < 0.1 }))
    let data = rows(99, 300) { [$0, $1] }
    #expect(try p("mean", rows(3, 20_000) { [$0 + 0.5, $1 + 0.5] }, data) < 0.02)
    let wide = rows(4, 20_000) { [1.5 * $0, 1.5 * $1] }
    #expect(try p("sd", wide, data) < 0.02 && p("mean", wide, data) > 0.05)
    let skewed = rows(5, 20_000) { [$0 * $0 - 1, $1 * $1 - 1] }
    #expect(try p("skew", skewed, data) < 0.02)
    let tied = rows(6, 20_000) { [$0, 0.8 * $0 + 0.6 * $1] }
    #expect(try p("neighbours", tied, data) < 0.02 && p("mean", tied, data) > 0.05)
  }
}
