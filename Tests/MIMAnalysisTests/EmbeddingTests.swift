import MIMAnalysis
import MIMTensor
import Synchronization
import Testing

@Suite struct EmbeddingGradientTests {
  @Test(
    "divergence and gradient agree with openTSNE in every dimension, for every tail",
    arguments: [1, 2, 3], ["0.5", "1.0", "2.0"])
  func agreesWithOpenTSNE(dimensions: Int, freedom: String) throws {
    let fixture = try Fixtures.load("embedding")
    let affinities = Affinities(dense: try fixture.doubles("P").elements, count: 40)
    let map = try fixture.doubles("Y.\(dimensions)")
    let name = "\(dimensions).\(freedom)"
    for method in [TSNEGradient.exact, .barnesHut(theta: 0)] {
      let ours = try affinities.divergence(
        at: map, method: method, degreesOfFreedom: Double(freedom) ?? 0)
      #expect(try abs(ours.value - fixture.doubles("kl.\(name)").elements[0]) < 1e-6)
      let reference = try fixture.doubles("gradient.\(name)").elements.map { 4 * $0 }
      #expect(relativeDeviation(ours.gradient.elements, reference) < 1e-6)
    }
  }

  @Test(
    "interpolation stays within 0.1 % of the exact gradient at every size of the map",
    arguments: [1, 2], [1e-4, 1e-2, 1, 20, 100])
  func interpolation(dimensions: Int, spread: Double) throws {
    let (points, _) = clusters(6, count: 200, dimensions: 8, seed: 42)
    let affinities = try Affinities(nearestNeighbors(in: points, count: 60), perplexity: 20)
    var map = normalDraws(1200, dimensions, seed: 43)
    for place in map.elements.indices {
      map.elements[place] = spread / 4 * (map.elements[place] + Double(place / dimensions % 4))
    }
    for freedom in [1, 0.5] {
      let exact = try affinities.divergence(at: map, degreesOfFreedom: freedom)
      let fast = try affinities.divergence(
        at: map, method: .interpolation, degreesOfFreedom: freedom)
      #expect(relativeDeviation(fast.gradient.elements, exact.gradient.elements) < 1e-3)
      #expect(abs(fast.value - exact.value) < 1e-4)
    }
  }

  @Test("interpolation meets the exact gradient where a map has come to rest")
  func interpolationAtRest() throws {
    let (points, _) = clusters(5, count: 400, dimensions: 10, seed: 44)
    var options = TSNEOptions()
    options.gradient = .interpolation
    options.iterations = 400
    let map = try tsne(points, options: options).embedding
    let affinities = try Affinities(nearestNeighbors(in: points, count: 90), perplexity: 30)
    let exact = try affinities.divergence(at: map)
    let fast = try affinities.divergence(at: map, method: .interpolation)
    // Attraction and repulsion cancel here, so the error is measured against a step's size.
    #expect(abs(fast.value - exact.value) < 1e-4)
    #expect(deviation(fast.gradient.elements, exact.gradient.elements) < 1e-6)
  }

  @Test("a map of one place has no force and no NaN", arguments: [1, 2])
  func coincident(dimensions: Int) throws {
    let affinities = try Affinities(allPairsOf: normalDraws(60, 3, seed: 44), perplexity: 8)
    let map = HostArray<Double>(repeating: 3, shape: [60, dimensions])
    let fast = try affinities.divergence(at: map, method: .interpolation)
    let exact = try affinities.divergence(at: map)
    #expect(abs(fast.value - exact.value) < 1e-6)
    #expect(fast.gradient.elements.allSatisfy { abs($0) < 1e-9 })
  }

  @Test("interpolation in 3-D is refused with the reason")
  func threeDimensions() throws {
    var options = TSNEOptions()
    options.dimensions = 3
    options.gradient = .interpolation
    #expect(throws: AnalysisError.self) { try tsne(normalDraws(100, 4, seed: 1), options: options) }
    options.dimensions = 4
    options.gradient = nil
    #expect(throws: AnalysisError.self) { try tsne(normalDraws(100, 4, seed: 1), options: options) }
  }
}

@Suite struct EmbeddingTests {
  @Test("clusters stay apart in one, two and three dimensions", arguments: [1, 2, 3])
  func clustersStayApart(dimensions: Int) throws {
    let (points, labels) = clusters(5, count: 300, dimensions: 10, seed: 50)
    var options = TSNEOptions()
    options.dimensions = dimensions
    options.iterations = 300
    options.earlyExaggerationIterations = 100
    let result = try tsne(points, options: options)
    #expect(result.embedding.shape == [1500, dimensions])
    #expect(result.gradient == (dimensions == 3 ? .barnesHut(theta: 0.5) : .interpolation))
    let neighbors = try nearestNeighbors(in: result.embedding, count: 10)
    let predicted = try nearestNeighborPredictions(
      neighbors: neighbors, referenceLabels: labels, k: 10)
    #expect(zip(predicted, labels).count { $0 == $1 } >= 1480)
  }

  @Test("a run has the same bits for every thread count, interpolated too")
  func deterministic() throws {
    let (points, _) = clusters(4, count: 500, dimensions: 20, seed: 52)
    var options = TSNEOptions()
    options.iterations = 60
    options.gradient = .interpolation
    options.threads = 1
    let one = try tsne(points, options: options).embedding
    for threads in [2, 5] {
      options.threads = threads
      #expect(try one == tsne(points, options: options).embedding)
    }
  }

  @Test("heavier tails make finer clusters, and every tail a finite map", arguments: [0.3, 3])
  func tails(freedom: Double) throws {
    let (points, _) = clusters(4, count: 300, dimensions: 6, seed: 53)
    var options = TSNEOptions()
    options.iterations = 120
    options.degreesOfFreedom = freedom
    let result = try tsne(points, options: options)
    #expect(result.embedding.elements.allSatisfy { $0.isFinite } && result.klDivergence.isFinite)
  }
}

@Suite struct TransformTests {
  @Test("new points land where openTSNE puts them")
  func agreesWithOpenTSNE() throws {
    let fixture = try Fixtures.load("embedding")
    let points = try fixture.doubles("X")
    let map = try fixture.doubles("embedding")
    let placed = try tsneTransform(
      rows(120..<140, of: points),
      into: HostArray(map.elements.map { Float($0) }, shape: map.shape),
      of: rows(0..<120, of: points))
    let reference = try fixture.doubles("transformed").elements
    #expect(placed.isComplete && placed.gradient == .exact)
    #expect(relativeDeviation(placed.embedding.elements.map { Double($0) }, reference) < 1e-3)
  }

  @Test("every gradient gives the same places, whoever else is new")
  func independent() throws {
    let (points, _) = clusters(4, count: 300, dimensions: 6, seed: 60)
    var options = TSNEOptions()
    options.iterations = 200
    let map = try tsne(rows(0..<1100, of: points), options: options).embedding
    func place(_ range: Range<Int>, _ gradient: TSNEGradient) throws -> [Double] {
      var options = TSNETransformOptions()
      options.gradient = gradient
      return try tsneTransform(
        rows(range, of: points), into: map, of: rows(0..<1100, of: points), options: options
      ).embedding.elements.map { Double($0) }
    }
    let exact = try place(1100..<1200, .exact)
    #expect(try relativeDeviation(place(1100..<1200, .interpolation), exact) < 1e-3)
    #expect(try relativeDeviation(place(1100..<1200, .barnesHut(theta: 0.3)), exact) < 1e-2)
    #expect(try place(1100..<1101, .exact) == Array(exact[..<2]))
  }

  @Test("points that don't fit are refused, an interruption keeps the places so far")
  func refusals() throws {
    let (points, _) = clusters(3, count: 50, dimensions: 6, seed: 61)
    let map = HostArray<Float>((0..<300).map { Float($0 % 17) }, shape: [150, 2])
    #expect(throws: AnalysisError.self) {
      try tsneTransform(HostArray<Float>([1, 2], shape: [1, 2]), into: map, of: points)
    }
    #expect(throws: AnalysisError.self) {
      try tsneTransform(points, into: rows(0..<100, of: map), of: points)
    }
    var broken = points
    broken.elements[0] = .nan
    #expect(throws: AnalysisError.self) { try tsneTransform(broken, into: map, of: points) }
    let asked = Mutex(0)
    let stopped = try tsneTransform(
      points, into: map, of: points,
      observer: TSNEObserver(shouldStop: {
        asked.withLock {
          $0 += 1
          return $0 > 3
        }
      }))
    #expect(!stopped.isComplete && stopped.iterations == 3)
  }
}

@Suite struct TrustworthinessTests {
  @Test("agrees with scikit-learn", arguments: [1, 5, 12])
  func agreesWithScikitLearn(k: Int) throws {
    let fixture = try Fixtures.load("embedding")
    let map = try fixture.doubles("embedding")
    let value = try trustworthiness(
      of: HostArray(map.elements.map { Float($0) }, shape: map.shape),
      points: rows(0..<120, of: fixture.doubles("X")), k: k)
    #expect(try abs(value - fixture.doubles("trustworthiness.\(k)").elements[0]) < 1e-12)
  }

  @Test("is 1 for the points themselves, duplicates included, and refuses k of half the points")
  func limits() throws {
    var points = normalDraws(100, 2, seed: 3)
    for place in 0..<40 { points.elements[place] = 1 }
    let map = HostArray(points.elements.map { Float($0) }, shape: points.shape)
    #expect(try trustworthiness(of: map, points: map, k: 5) == 1)
    #expect(throws: AnalysisError.self) { try trustworthiness(of: map, points: map, k: 50) }
    #expect(throws: AnalysisError.self) {
      try trustworthiness(of: rows(0..<50, of: map), points: map, k: 5)
    }
  }
}
