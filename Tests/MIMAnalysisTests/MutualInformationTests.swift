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
    #expect(abs(estimate.value - truth) < 4 * estimate.standardError + 0.02)
    #expect(estimate.standardError > 0.003 && estimate.standardError < 0.05)
    #expect(abs(estimate.errorBound - 2 / 3000.squareRoot()) < 1e-12)
    #expect(estimate.local.count == 3000 && estimate.warnings.isEmpty)
  }

  @Test("stays finite when all points are the same")
  func duplicates() throws {
    let same = HostArray<Double>(repeating: 2, shape: [50, 3])
    let estimate = try mutualInformationKSG(same, same, k: 5)
    #expect(estimate.value.isFinite && estimate.standardError < 1e-12)
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
