import MIMAnalysis
import MIMTensor
import Synchronization
import Testing

@Suite struct EmbeddingMeasureTests {
  private struct Sample {
    let points: HostArray<Double>
    let map: HostArray<Float>
    let labels: [Int32]
    let fixture: Fixtures.Arrays

    init() throws {
      fixture = try Fixtures.load("umap")
      points = rows(0..<300, of: try fixture.doubles("digits"))
      let map = try fixture.doubles("map")
      self.map = HostArray(map.elements.map { Float($0) }, shape: map.shape)
      labels = Array(try fixture.labels("digits.labels")[..<300])
    }

    func reference(_ name: String) throws -> Double { try fixture.doubles(name).elements[0] }
  }

  @Test("continuity agrees with scikit-learn's trustworthiness with the roles exchanged")
  func continuity() throws {
    let sample = try Sample()
    let value = try MIMAnalysis.continuity(of: sample.map, points: sample.points, k: 7)
    #expect(try abs(value - sample.reference("continuity.7")) < 1e-3)
  }

  @Test("neighbour recall agrees with NumPy's sorted distances", arguments: [5, 15])
  func recall(k: Int) throws {
    let sample = try Sample()
    let found = try neighborRecall(of: sample.map, points: sample.points, k: k)
    #expect(try abs(found.value - sample.reference("recall.\(k)")) < 1e-12)
    #expect(found.standardError > 0)
    let itself = try neighborRecall(of: sample.map, points: sample.map, k: k)
    #expect(itself.value == 1 && itself.standardError == 0)
  }

  @Test("rank correlation of distances agrees with SciPy's, ties included")
  func rankCorrelation() throws {
    let sample = try Sample()
    let all = try distanceRankCorrelation(of: sample.map, points: sample.points)
    #expect(all.pairs == 300 * 299 / 2)
    #expect(try abs(all.value - sample.reference("spearman")) < 1e-9)
    let drawn = try distanceRankCorrelation(of: sample.map, points: sample.points, pairs: 20_000)
    #expect(drawn.pairs == 20_000 && abs(drawn.value - all.value) < 0.03)
  }

  @Test("silhouette and adjusted Rand index agree with scikit-learn")
  func classes() throws {
    let sample = try Sample()
    let found = try silhouette(of: sample.map, labels: sample.labels)
    #expect(try abs(found.value - sample.reference("silhouette")) < 1e-9)
    let clusters = try sample.fixture.labels("clusters")
    #expect(
      try abs(adjustedRandIndex(sample.labels, clusters) - sample.reference("ari")) < 1e-12)
    #expect(try adjustedRandIndex(clusters, clusters) == 1)
    #expect(try adjustedRandIndex([0, 0, 0], [1, 1, 1]) == 1)
    #expect(try adjustedRandIndex([0, 1, 2], [4, 3, 9]) == 1)
    #expect(try abs(adjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1]) + 0.5) < 1e-15)
  }

  @Test("a point alone in its class counts 0 in the silhouette, equal points too")
  func silhouetteEdges() throws {
    let points = HostArray<Float>([0, 1, 10, 50], shape: [4, 1])
    // (10 − 1)/10, (9 − 1)/9 and twice 0, by hand.
    let value = try silhouette(of: points, labels: [0, 0, 1, 2]).value
    #expect(abs(value - (0.9 + 8.0 / 9) / 4) < 1e-12)
    let same = HostArray<Float>(repeating: 2, shape: [4, 2])
    #expect(try silhouette(of: same, labels: [0, 0, 1, 1]).value == 0)
  }

  @Test("measures refuse what does not fit")
  func refusals() throws {
    let sample = try Sample()
    let few = rows(0..<20, of: sample.map)
    #expect(throws: AnalysisError.self) {
      try MIMAnalysis.continuity(of: few, points: sample.points, k: 5)
    }
    #expect(throws: AnalysisError.self) {
      try MIMAnalysis.continuity(of: sample.map, points: sample.points, k: 150)
    }
    #expect(throws: AnalysisError.self) { try neighborRecall(of: few, points: few, k: 20) }
    #expect(throws: AnalysisError.self) {
      try distanceRankCorrelation(of: rows(0..<2, of: few), points: rows(0..<2, of: few))
    }
    #expect(throws: AnalysisError.oneClass(classes: 1)) {
      try silhouette(of: few, labels: [Int32](repeating: 3, count: 20))
    }
    #expect(throws: AnalysisError.self) { try silhouette(of: few, labels: [0, 1]) }
    #expect(throws: AnalysisError.self) { try adjustedRandIndex([0], [0, 1]) }
    #expect(throws: AnalysisError.self) { try adjustedRandIndex([], []) }
  }
}

@Suite struct MultiscaleTests {
  @Test("affinities for several perplexities agree with openTSNE's")
  func affinities() throws {
    let fixture = try Fixtures.load("umap")
    let points = try fixture.doubles("X")
    // As many neighbours as the larger perplexity asks for.
    let neighbors = try nearestNeighbors(in: points, count: 60)
    let ours = try Affinities(neighbors, perplexities: [5, 20]).dense
    // The bisections end within 1e-5 of the entropy here and 1e-8 there.
    #expect(try relativeDeviation(ours, fixture.doubles("multiscale").elements) < 1e-4)
    #expect(throws: AnalysisError.self) { try Affinities(allPairsOf: points, perplexities: []) }
    #expect(throws: AnalysisError.self) {
      try Affinities(allPairsOf: points, perplexities: [5, 60])
    }
  }

  @Test("one perplexity, named twice, is that perplexity")
  func repeated() throws {
    let points = normalDraws(60, 4, seed: 81)
    let once = try Affinities(allPairsOf: points, perplexity: 8)
    let twice = try Affinities(allPairsOf: points, perplexities: [8, 8])
    #expect(relativeDeviation(twice.values, once.values) < 1e-14)
  }

  @Test("exaggeration to the end makes clusters more compact, and frames are kept on the way")
  func late() throws {
    let (points, labels) = clusters(3, count: 100, dimensions: 6, seed: 82)
    var options = TSNEOptions()
    options.iterations = 200
    options.earlyExaggerationIterations = 60
    var iterations: [Int] = []
    func separation(_ late: Double) throws -> Double {
      options.lateExaggeration = late
      let frames = Frames()
      let result = try tsne(
        points, options: options,
        observer: TSNEObserver(
          wantsFrame: { $0.isMultiple(of: 80) }, onFrame: { frames.append($0.iteration) }))
      iterations = frames.iterations
      return try silhouette(of: result.embedding, labels: labels).value
    }
    #expect(try separation(4) > separation(1))
    #expect(iterations == [0, 80, 160])
    options.lateExaggeration = 0
    #expect(throws: AnalysisError.self) { try tsne(points, options: options) }
  }
}

private final class Frames: Sendable {
  private let kept = Mutex<[Int]>([])
  var iterations: [Int] { kept.withLock { $0 } }
  func append(_ iteration: Int) { kept.withLock { $0.append(iteration) } }
}
