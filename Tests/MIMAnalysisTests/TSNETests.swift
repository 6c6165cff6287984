import MIMAnalysis
import MIMTensor
import Synchronization
import Testing

@Suite struct TSNEStageTests {
  @Test("affinities, divergence and gradient agree with scikit-learn")
  func agreesWithScikitLearn() throws {
    let rows = try AnalysisVerification.verify("tsne-60", in: Fixtures.folder)
    #expect(rows.map(\.quantity) == ["P", "kl", "gradient"])
    for row in rows { #expect(row.ok, "\(row)") }
  }

  @Test("affinities of nearest neighbours agree with openTSNE")
  func sparseAffinities() throws {
    let fixture = try Fixtures.load("opentsne")
    let neighbors = try nearestNeighbors(in: fixture.doubles("X"), count: 30)
    let affinities = try Affinities(neighbors, perplexity: 10)
    let reference = try fixture.doubles("P").elements
    let error = zip(affinities.dense, reference).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(error < 2e-5)
    #expect(abs(affinities.values.reduce(0, +) - 1) < 1e-12)
  }

  @Test("the optimiser walks openTSNE's path")
  func agreesWithOpenTSNE() throws {
    let fixture = try Fixtures.load("opentsne")
    let affinities = Affinities(dense: try fixture.doubles("P").elements, count: 60)
    let double = try fixture.doubles("start")
    let start = HostArray(double.elements.map { Float($0) }, shape: double.shape)
    var options = TSNEOptions()
    options.gradient = .exact
    options.iterations = 30
    options.earlyExaggerationIterations = 30
    let early = try tsne(affinities, initial: start, options: options)
    #expect(
      try relativeDeviation(
        early.embedding.elements.map { Double($0) }, fixture.doubles("early").elements) < 1e-5)
    options.iterations = 60
    let late = try tsne(affinities, initial: start, options: options)
    #expect(
      try relativeDeviation(
        late.embedding.elements.map { Double($0) }, fixture.doubles("late").elements) < 1e-3)
    #expect(try abs(late.klDivergence - fixture.doubles("kl").elements[0]) < 1e-4)
  }

  @Test("the gradient is the divergence's derivative")
  func gradientByDifferences() throws {
    let affinities = try Affinities(allPairsOf: normalDraws(25, 4, seed: 40), perplexity: 5)
    let map = normalDraws(25, 2, seed: 41)
    let gradient = try affinities.divergence(at: map).gradient
    for place in [0, 7, 49] {
      let values = try [-1e-5, 1e-5].map { move in
        var moved = map
        moved.elements[place] += move
        return try affinities.divergence(at: moved).value
      }
      #expect(abs((values[1] - values[0]) / 2e-5 - gradient.elements[place]) < 1e-8)
    }
  }

  @Test("Barnes-Hut stays within 3 % of the exact gradient, and theta 0 is exact")
  func barnesHut() throws {
    let (points, _) = clusters(6, count: 100, dimensions: 8, seed: 42)
    let neighbors = try nearestNeighbors(in: points, count: 60)
    let affinities = try Affinities(neighbors, perplexity: 20)
    for spread in [1e-3, 1, 20.0] {
      var map = normalDraws(600, 2, seed: 43)
      for place in 0..<1200 {
        map.elements[place] = spread * (map.elements[place] + Double(place / 2 % 6))
      }
      let exact = try affinities.divergence(at: map).gradient.elements
      let fast = try affinities.divergence(at: map, method: .barnesHut(theta: 0.5))
      #expect(relativeDeviation(fast.gradient.elements, exact) < 3e-2)
      let full = try affinities.divergence(at: map, method: .barnesHut(theta: 0))
      #expect(relativeDeviation(full.gradient.elements, exact) < 1e-11)
    }
  }

  @Test("Barnes-Hut counts coincident points as the exact sum does")
  func coincidentPoints() throws {
    let affinities = try Affinities(allPairsOf: normalDraws(60, 3, seed: 44), perplexity: 8)
    var map = HostArray<Double>(repeating: 0.25, shape: [60, 2])
    map.elements[0] = 3
    let exact = try affinities.divergence(at: map)
    let fast = try affinities.divergence(at: map, method: .barnesHut(theta: 0.5))
    #expect(abs(exact.value - fast.value) < 1e-12)
    #expect(deviation(exact.gradient.elements, fast.gradient.elements) < 1e-12)
  }
}

@Suite struct TSNETests {
  private static let quick: TSNEOptions = {
    var options = TSNEOptions()
    options.perplexity = 15
    options.iterations = 300
    options.earlyExaggerationIterations = 100
    return options
  }()

  @Test("clusters stay apart", arguments: TSNEInitialization.allCases)
  func clustersStayApart(start: TSNEInitialization) throws {
    let (points, labels) = clusters(5, count: 120, dimensions: 10, seed: 50)
    var options = Self.quick
    options.initialization = start
    let result = try tsne(points, options: options)
    #expect(result.gradient == .barnesHut(theta: 0.5))
    #expect(result.embedding.elements.allSatisfy { $0.isFinite })
    let neighbors = try nearestNeighbors(in: result.embedding, count: 10)
    let predicted = try nearestNeighborPredictions(
      neighbors: neighbors, referenceLabels: labels, k: 10)
    #expect(zip(predicted, labels).count { $0 == $1 } >= 595)
    let reports = result.history.map(\.klDivergence)
    #expect(result.history.map(\.iteration) == [50, 100, 150, 200, 250, 300])
    #expect(reports[5] < reports[2] && abs(result.klDivergence - reports[5]) < 0.02)
  }

  @Test("the fast gradient reaches a divergence as low as the exact one")
  func sameQuality() throws {
    let (points, _) = clusters(4, count: 75, dimensions: 6, seed: 51)
    let results = try [TSNEGradient.exact, .barnesHut(theta: 0.5)].map { gradient in
      var options = Self.quick
      options.gradient = gradient
      return try tsne(points, options: options).klDivergence
    }
    #expect(abs(results[0] - results[1]) < 0.05 * results[0])
  }

  @Test("a seed decides everything, the thread count nothing")
  func deterministic() throws {
    let (points, _) = clusters(4, count: 150, dimensions: 5, seed: 52)
    var options = Self.quick
    options.iterations = 60
    options.initialization = .random
    options.threads = 1
    let one = try tsne(points, options: options).embedding
    options.threads = 5
    #expect(try one == tsne(points, options: options).embedding)
    options.seed = 1
    #expect(try one != tsne(points, options: options).embedding)
  }

  @Test("stops when asked and gives the current map")
  func stops() throws {
    let (points, _) = clusters(3, count: 40, dimensions: 5, seed: 53)
    let done = Mutex(0)
    let result = try tsne(
      points, options: Self.quick,
      observer: TSNEObserver(
        onIteration: { iteration, _ in done.withLock { $0 = iteration } },
        shouldStop: { done.withLock { $0 >= 70 } }))
    #expect(!result.isComplete && result.iterations == 70 && result.history.count == 1)
    #expect(result.embedding.elements.allSatisfy { $0.isFinite } && result.klDivergence.isFinite)
    // Before there is a map, there is nothing to give.
    #expect(throws: CancellationError.self) {
      try tsne(points, options: Self.quick, observer: TSNEObserver(shouldStop: { true }))
    }
  }

  @Test("tells its observer of every iteration and every 50th divergence")
  func observes() throws {
    let (points, _) = clusters(3, count: 40, dimensions: 5, seed: 54)
    var options = Self.quick
    options.iterations = 120
    let seen = Mutex<(iterations: [Int], reports: [Int])>(([], []))
    _ = try tsne(
      points, options: options,
      observer: TSNEObserver(
        onIteration: { done, _ in seen.withLock { $0.iterations.append(done) } },
        onReport: { report in seen.withLock { $0.reports.append(report.iteration) } }))
    #expect(seen.withLock { $0.iterations } == Array(1...120))
    #expect(seen.withLock { $0.reports } == [50, 100, 120])
  }

  @Test("duplicates, constant columns and one dimension are fine")
  func unusualPoints() throws {
    var elements: [Float] = []
    for point in 0..<80 { elements += [Float(point / 2 % 10), 7, 7] }
    var options = Self.quick
    options.perplexity = 8
    options.iterations = 120
    for gradient in [TSNEGradient.exact, .barnesHut(theta: 0.5)] {
      options.gradient = gradient
      for shape: Shape in [[80, 3], [240, 1]] {
        let result = try tsne(HostArray(elements, shape: shape), options: options)
        #expect(result.embedding.elements.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test("starts from a given map")
  func givenStart() throws {
    let (points, _) = clusters(3, count: 40, dimensions: 5, seed: 55)
    var options = Self.quick
    options.iterations = 1
    options.learningRate = 1e-12
    let start = HostArray((0..<240).map { Float($0 % 7) - 3 }, shape: [120, 2])
    let map = try tsne(points, initial: start, options: options).embedding
    let shift = map.elements[0] - start.elements[0]
    #expect(abs(map.elements[2] - start.elements[2] - shift) < 1e-5)
    #expect(throws: AnalysisError.self) {
      try tsne(points, initial: HostArray([0, 1], shape: [1, 2]), options: options)
    }
    #expect(throws: AnalysisError.self) {
      try tsne(
        points, initial: HostArray(repeating: 0, shape: [120, 3]), options: options)
    }
  }

  @Test("refuses too few points for the perplexity, equal points and NaN")
  func refusesPoints() throws {
    let options = TSNEOptions()
    #expect(
      throws: AnalysisError.perplexityTooLarge(perplexity: 30, points: 90, largest: 29)
    ) {
      try tsne(normalDraws(90, 3, seed: 56), options: options)
    }
    #expect(throws: AnalysisError.allPointsEqual(quantity: "points")) {
      try tsne(HostArray<Float>(repeating: 1, shape: [100, 3]), options: options)
    }
    var broken = normalDraws(100, 3, seed: 57)
    broken.elements[4] = .nan
    #expect(throws: AnalysisError.notFinite(quantity: "points", row: 1, column: 1)) {
      try tsne(broken, options: options)
    }
  }

  @Test(
    "refuses options out of range",
    arguments: [
      { $0.perplexity = 0.5 }, { $0.perplexity = .nan }, { $0.iterations = 0 },
      { $0.earlyExaggeration = 0 }, { $0.earlyExaggerationIterations = -1 },
      { $0.learningRate = 0 }, { $0.learningRate = .infinity }, { $0.momentum = 1 },
      { $0.maximumStep = -1 }, { $0.gradient = .barnesHut(theta: 2) },
    ] as [@Sendable (inout TSNEOptions) -> Void])
  func refusesOptions(change: @Sendable (inout TSNEOptions) -> Void) {
    var options = TSNEOptions()
    change(&options)
    #expect(throws: AnalysisError.self) {
      try tsne(normalDraws(100, 3, seed: 58), options: options)
    }
  }
}
