import Foundation
import MIMAnalysis
import MIMTensor
import Testing

@Suite struct MutualInformationTests {
  @Test("agrees with the authors' SciPy code to 1e-10")
  func agreesWithReference() throws {
    let rows = try AnalysisVerification.verify("ksg", in: Fixtures.folder + "/oracle")
    #expect(rows.count == 4)
    for row in rows { #expect(row.ok, "\(row)") }
  }

  @Test(
    "follows the reference's treatment of ties, and of radii from 16 on",
    arguments: [("plain", 5, 1.0, false), ("tied", 5, 1, true), ("scaled", 3, 100, false)])
  func agreesOnTies(name: String, k: Int, scale: Double, rounds: Bool) throws {
    let fixture = try Fixtures.load("analysis")
    let (x, z) = (try fixture.doubles("ksg.x"), try fixture.doubles("ksg.z"))
    let prepared = { (array: HostArray<Double>) in
      HostArray(
        array.elements.map { rounds ? (2 * $0).rounded(.toNearestOrEven) : scale * $0 },
        shape: array.shape)
    }
    let ours = try mutualInformationKSG(prepared(x), prepared(z), k: k)
    let reference = try fixture.doubles("ksg.\(name)").elements[0]
    #expect(abs(ours.value - reference) <= 1e-10 * abs(reference))
  }

  @Test("counts strictly inside where the radius is a whole number of at least 16")
  func strictlyInside() throws {
    let fixture = try Fixtures.load("analysis")
    let integers = try ["ksg.x", "ksg.z"].map { name in
      let array = try fixture.doubles(name)
      return HostArray(
        array.elements.map { 16 * (2 * $0).rounded(.toNearestOrEven) }, shape: array.shape)
    }
    let ours = try mutualInformationKSG(integers[0], integers[1], k: 3)
    let reference = try fixture.doubles("ksg.integers").elements[0]
    #expect(abs(ours.value - reference) <= 1e-10 * abs(reference))
  }

  @Test("finds the closed form of a correlated normal", arguments: [0.0, 0.6, 0.95])
  func closedForm(correlation: Double) throws {
    let x = normalDraws(3000, 1, seed: 5)
    let noise = normalDraws(3000, 1, seed: 6)
    let rest = (1 - correlation * correlation).squareRoot()
    let z = HostArray(
      zip(x.elements, noise.elements).map { correlation * $0 + rest * $1 }, shape: x.shape)
    let estimate = try mutualInformationKSG(x, z)
    let truth = -0.5 * log(1 - correlation * correlation)
    let error = try #require(estimate.standardError)
    #expect(abs(estimate.value - truth) < 4 * error + 0.02)
    #expect(error > 0.003 && error < 0.05)
    #expect(abs(estimate.errorBound - 2 / 3000.squareRoot()) < 1e-12)
    #expect(estimate.local.count == 3000 && estimate.warnings.isEmpty)
  }

  @Test("stays finite when all points are the same")
  func duplicates() throws {
    let same = HostArray<Double>(repeating: 2, shape: [50, 3])
    let estimate = try mutualInformationKSG(same, same, k: 5)
    #expect(estimate.value.isFinite && (estimate.standardError ?? 1) < 1e-9)
  }

  @Test(
    "both estimators of two and three variables agree with SciPy at every point",
    arguments: ["two", "three", "wide", "tied"], KSGEstimator.allCases)
  func localValues(name: String, estimator: KSGEstimator) throws {
    let fixture = try Fixtures.load("mutual-information")
    let (x, y, z) = (
      try fixture.doubles("x"), try fixture.doubles("y"), try fixture.doubles("z")
    )
    let rounded = { (array: HostArray<Double>) in
      HostArray(
        array.elements.map { (2 * $0).rounded(.toNearestOrEven) }, shape: array.shape)
    }
    let both = HostArray(
      (0..<240).flatMap { Array(z.row($0)) + Array(x.row($0)) }, shape: [240, 4])
    let variables =
      switch name {
      case "three": [x, y, z]
      case "wide": [try fixture.doubles("wide"), both]
      case "tied": [rounded(x), rounded(z)]
      default: [x, z]
      }
    let ours = try mutualInformationKSG(among: variables, k: 4, estimator: estimator)
    let reference = try fixture.doubles("\(name).\(estimator.rawValue)").elements
    #expect(deviation(ours.local, reference) < 1e-10)
    #expect(abs(ours.value - reference.reduce(0, +) / 240) < 1e-10)
  }

  @Test("the tree and the comparison of all pairs count the same, with duplicates too")
  func treeCountsAsBlocks() throws {
    for (rows, scale) in [(5, 1.0), (17, 1), (500, 1), (400, 30)] {
      let coarse = { (seed: UInt64) in
        let draws = normalDraws(rows, 2, seed: seed)
        return HostArray(
          draws.elements.enumerated().map { $0 % 3 == 0 ? ($1 * 4).rounded() : scale * $1 },
          shape: draws.shape)
      }
      let (x, z) = (coarse(31), coarse(32))
      // Constant columns change no distance, but take the points out of the tree's reach.
      let padded = { (array: HostArray<Double>) -> HostArray<Double> in
        let wide: [Double] = (0..<rows).flatMap { row -> [Double] in
          Array(array.elements[row * 2..<row * 2 + 2]) + [1, 1, 1, 1]
        }
        return HostArray(wide, shape: Shape([rows, 6]))
      }
      for estimator in KSGEstimator.allCases {
        let byTree = try mutualInformationKSG(x, z, k: 3, estimator: estimator)
        let byPairs = try mutualInformationKSG(padded(x), padded(z), k: 3, estimator: estimator)
        #expect(byTree.local == byPairs.local)
      }
    }
  }

  @Test(
    "three normal variables have the closed form −½ log det Σ", arguments: KSGEstimator.allCases)
  func totalCorrelation(estimator: KSGEstimator) throws {
    let shared = normalDraws(4000, 1, seed: 21)
    let variables = (UInt64(22)..<25).map { seed -> HostArray<Double> in
      let own = normalDraws(4000, 1, seed: seed)
      return HostArray(
        zip(shared.elements, own.elements).map { 0.8 * $0 + 0.6 * $1 }, shape: own.shape)
    }
    let estimate = try mutualInformationKSG(among: variables, estimator: estimator)
    // Every correlation is 0.64: det Σ = (1 − ρ)² (1 + 2ρ).
    let truth = -0.5 * log(0.36 * 0.36 * 2.28)
    #expect(abs(estimate.value - truth) < 4 * (estimate.standardError ?? 0) + 0.01)
  }

  @Test(
    "the standard error is that of repeated draws",
    arguments: [(1, 0.0, 500), (1, 0.9, 1000), (3, 0.7, 500)])
  func standardErrorOfRepeats(dimensions: Int, correlation: Double, count: Int) throws {
    let estimates = try (0..<120).map { repeats in
      let x = normalDraws(count, dimensions, seed: UInt64(1000 + 2 * repeats))
      let noise = normalDraws(count, dimensions, seed: UInt64(1001 + 2 * repeats))
      let rest = (1 - correlation * correlation).squareRoot()
      let z = zip(x.elements, noise.elements).map { correlation * $0 + rest * $1 }
      return try mutualInformationKSG(x, HostArray(z, shape: x.shape))
    }
    let mean = estimates.reduce(0) { $0 + $1.value } / 120
    let spread = (estimates.reduce(0) { $0 + pow($1.value - mean, 2) } / 119).squareRoot()
    let variances = estimates.reduce(0) { $0 + pow($1.standardError ?? 0, 2) } / 120
    // 120 draws know the spread to 7 %.
    #expect((0.85...1.4).contains(variances.squareRoot() / spread))
  }

  @Test("few points have no standard error; a constant variable has no information")
  func smallAndConstant() throws {
    let few = try mutualInformationKSG(normalDraws(20, 1, seed: 1), normalDraws(20, 1, seed: 2))
    #expect(few.standardError == nil && few.value.isFinite)
    let constant = HostArray<Double>(repeating: 3, shape: [100, 2])
    for count in 90...110 {
      let same = HostArray<Double>(repeating: 3, shape: [count, 2])
      #expect(try mutualInformationKSG(normalDraws(count, 2, seed: 3), same).value == 0, "\(count)")
    }
    #expect(throws: AnalysisError.self) { try mutualInformationKSG(among: [constant]) }
    let one = HostArray<Double>(repeating: 3, shape: [1, 2])
    #expect(throws: AnalysisError.self) { try mutualInformationKSG(one, one, k: 1) }
  }

  @Test("warns near the ceiling and in many dimensions")
  func warnings() throws {
    let x = normalDraws(200, 2, seed: 7)
    let copy = try mutualInformationKSG(x, x)
    #expect(copy.warnings.count == 1 && "\(copy.warnings)".contains("lower bound"))
    let wide = try mutualInformationKSG(
      normalDraws(200, 20, seed: 8), normalDraws(200, 20, seed: 9))
    #expect(wide.warnings.count == 1 && "\(wide.warnings)".contains("40 dimensions"))
  }

  @Test("gives the same bits for every thread count")
  func threadsDoNotMatter() throws {
    let (x, z) = (normalDraws(300, 2, seed: 10), normalDraws(300, 3, seed: 11))
    #expect(
      try mutualInformationKSG(x, z, threads: 1) == mutualInformationKSG(x, z, threads: 7))
  }

  @Test("refuses k of n or more, and tables of different length")
  func refusals() {
    let x = normalDraws(10, 2, seed: 12)
    #expect(throws: AnalysisError.neighborCount(requested: 10, largest: 9, points: 10)) {
      try mutualInformationKSG(x, x, k: 10)
    }
    #expect(throws: AnalysisError.neighborCount(requested: -1, largest: 9, points: 10)) {
      try mutualInformationKSG(x, x, k: -1)
    }
    #expect(
      throws: AnalysisError.rowsDiffer(first: "x", firstRows: 10, second: "z", secondRows: 9)
    ) {
      try mutualInformationKSG(x, normalDraws(9, 2, seed: 12))
    }
  }

  @Test("marks an altered reference value as wrong")
  func alteredReference() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mim-ksg-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let source = URL(fileURLWithPath: Fixtures.folder + "/oracle")
    try FileManager.default.copyItem(
      at: source.appendingPathComponent("ksg.safetensors"),
      to: folder.appendingPathComponent("ksg.safetensors"))
    let text = try String(contentsOf: source.appendingPathComponent("ksg.json"), encoding: .utf8)
    try text.replacingOccurrences(of: "0.4937", with: "0.4938")
      .write(to: folder.appendingPathComponent("ksg.json"), atomically: true, encoding: .utf8)
    let rows = try AnalysisVerification.verify("ksg", in: folder.path)
    #expect(rows.map(\.ok) == [false, true, true, true])
  }
}
