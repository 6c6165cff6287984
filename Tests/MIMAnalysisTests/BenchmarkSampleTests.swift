import MIMAnalysis
import MIMTensor
import Testing

/// Estimates on the benchmark authors' own samples: Tests/Fixtures/bmi.
@Suite struct BenchmarkSampleTests {
  @Test(
    "KSG on the samples of all 40 benchmark tasks is that of the benchmark's own program to 1e-6")
  func agreesWithBenchmark() throws {
    let fixture = try Fixtures.load("bmi/tasks")
    let names = fixture.tensors.keys.filter { $0.hasSuffix(".ksg") }.map { $0.dropLast(4) }.sorted()
    #expect(names.count == 40)
    let ksg = try #require(InformationEstimator.table.first { $0.name == "ksg" })
    for name in names {
      let sample = try InformationSample(
        InformationVariable(points: fixture.doubles("\(name).x"), name: "x"),
        InformationVariable(points: fixture.doubles("\(name).y"), name: "y"))
      let theirs = try fixture.doubles("\(name).ksg").elements
      for (place, reference) in theirs.enumerated() {
        var options = InformationOptions()
        options.settings["k"] = [3, 5, 10][place % 3]
        options.standardises = place < 3
        options.hasCurve = false
        options.hasStandardError = false
        options.permutations = 0
        let ours = try #require(try measureInformation(sample, by: ksg, options: options)).value
        #expect(abs(max(0, ours) - reference) < 1e-6, "\(name) \(place): \(ours) \(reference)")
      }
    }
  }
}
