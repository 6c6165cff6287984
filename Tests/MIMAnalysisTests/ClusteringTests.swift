import MIMAnalysis
import MIMTensor
import Testing

@Suite struct ClusteringTests {
  @Test("finds clusters as good as scikit-learn's")
  func agreesWithScikitLearn() throws {
    let fixture = try Fixtures.load("analysis")
    let result = try kMeans(fixture.doubles("points"), options: KMeansOptions(clusters: 4))
    let inertia = try fixture.doubles("kmeans.inertia").elements[0]
    #expect(abs(result.inertia - inertia) < 1e-3 * inertia)
    let nmi = try normalizedMutualInformation(result.assignments, fixture.labels("labels"))
    #expect(try abs(nmi - fixture.doubles("kmeans.nmi").elements[0]) < 0.02)
  }

  @Test("depends on the seed alone, not on the threads")
  func deterministic() throws {
    let points = normalDraws(500, 3, seed: 20)
    var options = KMeansOptions(clusters: 7)
    options.restarts = 2
    let one = try kMeans(points, options: options, threads: 1)
    #expect(try one == kMeans(points, options: options, threads: 6))
    options.seed = 1
    #expect(try one != kMeans(points, options: options))
  }

  @Test("copes with fewer different points than clusters")
  func duplicates() throws {
    let points = HostArray<Float>([1, 1, 1, 5, 5, 5], shape: [6, 1])
    let result = try kMeans(points, options: KMeansOptions(clusters: 4))
    #expect(result.inertia == 0 && result.centers.shape == [4, 1])
  }

  @Test("makes every point a cluster when asked to")
  func asManyClustersAsPoints() throws {
    let result = try kMeans(normalDraws(9, 2, seed: 21), options: KMeansOptions(clusters: 9))
    #expect(Set(result.assignments).count == 9 && result.inertia < 1e-20)
  }

  @Test("refuses impossible options")
  func refusals() {
    let points = normalDraws(5, 2, seed: 22)
    for clusters in [-1, 0, 6] {
      #expect(
        throws: AnalysisError.partCount(part: "clusters", requested: clusters, largest: 5)
      ) {
        try kMeans(points, options: KMeansOptions(clusters: clusters))
      }
    }
    var options = KMeansOptions(clusters: 2)
    options.restarts = 0
    #expect(throws: AnalysisError.self) { try kMeans(points, options: options) }
  }

  @Test("NMI divides by the larger entropy, as scikit-learn's max average does")
  func normalizedInformation() throws {
    let fixture = try Fixtures.load("analysis")
    let value = try normalizedMutualInformation(
      fixture.labels("labels"), fixture.labels("other.labels"))
    #expect(try abs(value - fixture.doubles("other.nmi").elements[0]) < 1e-12)
    #expect(try abs(normalizedMutualInformation([0, 0, 1, 1], [0, 1, 2, 3]) - 0.5) < 1e-12)
    #expect(try normalizedMutualInformation([4, 4], [9, 9]) == 1)
    #expect(throws: AnalysisError.self) { try normalizedMutualInformation([], []) }
    #expect(throws: AnalysisError.self) { try normalizedMutualInformation([1], [1, 2]) }
  }
}
