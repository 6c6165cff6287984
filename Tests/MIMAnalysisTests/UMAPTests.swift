import MIMAnalysis
import MIMTensor
import Synchronization
import Testing

@Suite struct UMAPGraphTests {
  @Test("the curve of similarities agrees with umap-learn's")
  func curve() throws {
    let found = try Fixtures.load("umap").doubles("curves")
    for row in 0..<found.rowCount {
      let values = Array(found.row(row))
      let curve = SimilarityCurve(minimumDistance: values[0], spread: values[1])
      #expect(abs(curve.a / values[2] - 1) < 1e-4 && abs(curve.b / values[3] - 1) < 1e-4)
    }
  }

  @Test(
    "the weights of pairs agree with umap-learn's, points at the same place included",
    arguments: [(UMAPMetric.euclidean, "euclidean"), (.cosine, "cosine"), (.maximum, "chebyshev")])
  func weights(metric: UMAPMetric, name: String) throws {
    let fixture = try Fixtures.load("umap")
    var options = UMAPOptions()
    options.metric = metric
    let graph = try UMAPGraph(of: fixture.doubles("X"), options: options)
    // umap-learn computes in single precision.
    #expect(try deviation(graph.dense, fixture.doubles("graph.\(name)").elements) < 1e-5)
    #expect(graph.parts == 1)
  }

  @Test("new points are joined as umap-learn's transform joins them")
  func newPoints() throws {
    let fixture = try Fixtures.load("umap")
    let neighbors = try nearestNeighbors(
      of: fixture.doubles("new"), in: fixture.doubles("X"), count: 15)
    let weights = NeighborWeights(
      distances: neighbors.distances.elements, width: 15, neighbors: 15, isEmbedded: false
    ).values(threads: nil)
    #expect(try deviation(weights, fixture.doubles("new.weights").elements) < 1e-5)
  }

  @Test("the spectral start is made of SciPy's eigenvectors")
  func spectral() throws {
    let fixture = try Fixtures.load("umap")
    let graph = try UMAPGraph(of: fixture.doubles("X"), options: UMAPOptions())
    let start = SpectralStart(graph, dimensions: 2, threads: nil).coordinates
    #expect(try relativeDeviation(start, fixture.doubles("spectral").elements) < 1e-2)
  }

  @Test("points far apart are counted as parts of the graph")
  func parts() throws {
    let (points, _) = clusters(3, count: 60, dimensions: 8, seed: 71)
    #expect(try UMAPGraph(of: points, options: UMAPOptions()).parts == 3)
  }
}

@Suite struct UMAPTests {
  /// Predictions of each point's class from ten others in the embedding.
  private func accuracy(_ embedding: HostArray<Float>, _ labels: [Int32]) throws -> Double {
    let predicted = try nearestNeighborPredictions(
      neighbors: nearestNeighbors(in: embedding, count: 10), referenceLabels: labels, k: 10)
    return Double(zip(predicted, labels).count { $0 == $1 }) / Double(labels.count)
  }

  @Test("keeps neighbours and classes of digits as well as umap-learn, and places new ones")
  func quality() throws {
    let fixture = try Fixtures.load("umap")
    let digits = try fixture.doubles("digits")
    let labels = try fixture.labels("digits.labels")
    let points = rows(0..<900, of: digits)
    let results = try (0..<3).map { seed in
      var options = UMAPOptions()
      options.seed = UInt64(seed)
      return try umap(points, options: options)
    }
    let result = results[0]
    #expect(result.isComplete && result.epochs == 500 && result.embedding.shape == [900, 2])
    let reference = try fixture.doubles("quality")
    func theirs(_ column: Int) -> Double {
      (0..<3).reduce(0) { $0 + reference.elements[$1 * 2 + column] } / 3
    }
    let trust = try results.map {
      try trustworthiness(of: $0.embedding, points: points, k: 12)
    }
    #expect(trust.reduce(0, +) / 3 > theirs(0) - 0.005)
    let accuracies = try results.map { try accuracy($0.embedding, Array(labels[..<900])) }
    // The standard error of one of them is 0.004.
    #expect(accuracies.reduce(0, +) / 3 > theirs(1) - 0.015)

    let placed = try umapTransform(
      rows(900..<1_000, of: digits), into: result.embedding, of: points, options: UMAPOptions())
    let predicted = try nearestNeighborPredictions(
      neighbors: nearestNeighbors(of: placed.embedding, in: result.embedding, count: 10),
      referenceLabels: Array(labels[..<900]), k: 10)
    let right = Double(zip(predicted, labels[900...]).count { $0 == $1 }) / 100
    #expect(try right > fixture.doubles("quality.transform").elements[0] - 0.03)
  }

  @Test("a run has the same bits for every thread count, and others for another seed")
  func deterministic() throws {
    let (points, _) = clusters(4, count: 300, dimensions: 20, seed: 72)
    var options = UMAPOptions()
    options.epochs = 20
    options.threads = 1
    let one = try umap(points, options: options).embedding
    for threads in [2, 5] {
      options.threads = threads
      #expect(try one == umap(points, options: options).embedding)
    }
    options.seed = 1
    #expect(try one != umap(points, options: options).embedding)
  }

  @Test("points without structure stay in one piece, as large as umap-learn's")
  func onePiece() throws {
    // umap-learn 0.5.12 on 2,000 draws of a normal in the plane, three seeds: 16.4 to 16.6 by 15.3 to 15.5, and every point
    // can be reached by steps of at most 0.75.
    var options = UMAPOptions()
    options.seed = 1
    let found = try umap(normalDraws(2_000, 2, seed: 76), options: options).embedding
    for axis in 0..<2 {
      let values = (0..<2_000).map { found.elements[2 * $0 + axis] }
      let extent = try #require(values.max()) - #require(values.min())
      #expect(extent > 12 && extent < 22, "\(extent)")
    }
    #expect(reached(from: 0, in: found, step: 1) == 2_000)
  }

  /// How many points can be reached by steps of at most `step`.
  private func reached(from first: Int, in points: HostArray<Float>, step: Float) -> Int {
    var (open, seen) = ([first], Set([first]))
    while let point = open.popLast() {
      for other in 0..<points.rowCount where !seen.contains(other) {
        let squares = zip(points.row(point), points.row(other)).map { ($0 - $1) * ($0 - $1) }
        guard squares.reduce(0, +) <= step * step else { continue }
        seen.insert(other)
        open.append(other)
      }
    }
    return seen.count
  }

  @Test("clusters stay apart in one, two and three dimensions", arguments: [1, 2, 3])
  func dimensions(dimensions: Int) throws {
    let (points, labels) = clusters(5, count: 100, dimensions: 10, seed: 73)
    var options = UMAPOptions()
    options.dimensions = dimensions
    options.epochs = 100
    let result = try umap(points, options: options)
    #expect(result.embedding.shape == [500, dimensions])
    #expect(result.start.contains("5 parts"))
    // On a line groups can't pass each other, so that a few points may stay on the wrong side.
    let found = try accuracy(result.embedding, labels)
    #expect(found > (dimensions == 1 ? 0.95 : 0.98), "\(found)")
  }

  @Test("every start, and points at the same place, give finite embeddings")
  func starts() throws {
    var points = normalDraws(120, 4, seed: 74)
    for place in 0..<160 { points.elements[place] = 1 }
    for start in UMAPInitialization.allCases {
      var options = UMAPOptions()
      options.initialization = start
      options.epochs = 30
      let result = try umap(points, options: options)
      #expect(result.embedding.elements.allSatisfy { $0.isFinite })
      #expect(result.start.hasPrefix(start.rawValue) || start == .spectral)
    }
    var few = UMAPOptions()
    few.neighbors = 4
    let small = try umap(normalDraws(5, 3, seed: 75), options: few)
    #expect(small.start.contains("too few"))
    #expect(small.embedding.elements.allSatisfy { $0.isFinite })
  }

  @Test("an interruption keeps the positions so far, and frames are those asked for")
  func observer() throws {
    let (points, _) = clusters(3, count: 50, dimensions: 6, seed: 76)
    let epochs = Mutex<[Int]>([])
    let stopped = try umap(
      points,
      observer: UMAPObserver(
        wantsFrame: { $0.isMultiple(of: 2) },
        onFrame: { _, epoch in epochs.withLock { $0.append(epoch) } },
        shouldStop: { epochs.withLock { $0.last == 4 } }))
    #expect(!stopped.isComplete && stopped.epochs == 5)
    #expect(epochs.withLock { $0 } == [0, 2, 4])
    #expect(throws: CancellationError.self) {
      try umap(points, observer: UMAPObserver(shouldStop: { true }))
    }
  }

  @Test("refuses what it cannot embed, with what is wrong")
  func refusals() throws {
    let points = normalDraws(20, 3, seed: 77)
    func options(_ change: (inout UMAPOptions) -> Void) -> UMAPOptions {
      var options = UMAPOptions()
      change(&options)
      return options
    }
    #expect(throws: AnalysisError.neighborCount(requested: 21, largest: 20, points: 20)) {
      try umap(points, options: options { $0.neighbors = 21 })
    }
    for change: (inout UMAPOptions) -> Void in [
      { $0.neighbors = 1 }, { $0.minimumDistance = 2 }, { $0.minimumDistance = .nan },
      { $0.spread = 0 }, { $0.dimensions = 4 }, { $0.epochs = 0 },
    ] {
      #expect(throws: AnalysisError.self) { try umap(points, options: options(change)) }
    }
    #expect(throws: AnalysisError.allPointsEqual(quantity: "points")) {
      try umap(HostArray<Float>(repeating: 1, shape: [30, 2]))
    }
    var zeros = points
    for place in 3..<6 { zeros.elements[place] = 0 }
    #expect(throws: AnalysisError.noDirection(quantity: "points", row: 1)) {
      try umap(zeros, options: options { $0.metric = .cosine })
    }
    #expect(throws: AnalysisError.self) {
      try umapTransform(
        normalDraws(2, 4, seed: 1), into: HostArray<Float>(repeating: 0, shape: [20, 2]), of: points
      )
    }
  }
}
