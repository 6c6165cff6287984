import MIMAnalysis
import MIMTensor
import Testing

@Suite struct NearestNeighborTests {
  @Test("agrees with scikit-learn in both norms", arguments: DistanceNorm.allCases)
  func agreesWithScikitLearn(norm: DistanceNorm) throws {
    let fixture = try Fixtures.load("analysis")
    let points = try fixture.doubles("points")
    let name = norm == .euclidean ? "euclidean" : "chebyshev"
    let found = try nearestNeighbors(
      of: rows(200..<300, of: points), in: rows(0..<200, of: points), count: 7, norm: norm)
    #expect(try found.indices.elements == fixture.labels("\(name).indices"))
    #expect(
      try deviation(found.distances.elements, fixture.doubles("\(name).distances").elements)
        < 1e-12)
  }

  @Test(
    "agrees with sorting all distances, for every padding of points and queries",
    arguments: [(5, 1, 4), (16, 3, 2), (17, 2, 16), (70, 5, 69), (133, 40, 9)])
  func agreesWithSorting(count: Int, dimensions: Int, k: Int) throws {
    let points = normalDraws(count, dimensions, seed: 1)
    let found = try nearestNeighbors(in: points, count: k, norm: .maximum)
    for query in 0..<count {
      let distances = (0..<count).map { other in
        zip(points.row(query), points.row(other)).map { abs($0 - $1) }.max() ?? 0
      }
      let sorted = (0..<count).filter { $0 != query }.sorted {
        (distances[$0], $0) < (distances[$1], $1)
      }
      #expect([Int32](found.indices.row(query)) == sorted.prefix(k).map(Int32.init))
    }
  }

  @Test("orders equal distances by index and never finds the point itself")
  func tiesByIndex() throws {
    let points = HostArray<Float>([0, 0, 1, 0, -1, 0, 1, 0], shape: [8, 1])
    let found = try nearestNeighbors(in: points, count: 5)
    #expect([Int32](found.indices.row(1)) == [0, 3, 5, 7, 2])
    #expect([Int32](found.indices.row(0)) == [1, 3, 5, 7, 2])
    #expect([Double](found.distances.row(0)) == [0, 0, 0, 0, 1])
  }

  @Test("gives the same bits for every thread count")
  func threadsDoNotMatter() throws {
    let points = normalDraws(400, 3, seed: 2)
    let one = try nearestNeighbors(in: points, count: 20, threads: 1)
    #expect(try one == nearestNeighbors(in: points, count: 20, threads: 5))
  }

  @Test("refuses what it cannot answer, saying why")
  func refusals() throws {
    let points = normalDraws(10, 2, seed: 3)
    #expect(throws: AnalysisError.neighborCount(requested: 10, largest: 9, points: 10)) {
      try nearestNeighbors(in: points, count: 10)
    }
    #expect(throws: AnalysisError.neighborCount(requested: 0, largest: 9, points: 10)) {
      try nearestNeighbors(in: points, count: 0)
    }
    #expect(throws: AnalysisError.empty(quantity: "points")) {
      try nearestNeighbors(in: HostArray<Double>([], shape: [0, 3]), count: 1)
    }
    #expect(throws: AnalysisError.notATable(quantity: "points", shape: [])) {
      try nearestNeighbors(in: HostArray<Double>([1], shape: []), count: 1)
    }
    #expect(throws: AnalysisError.self) {
      try nearestNeighbors(of: points, in: normalDraws(10, 3, seed: 3), count: 1)
    }
    for bad in [Double.nan, .infinity, 1e200] {
      var broken = points
      broken.elements[7] = bad
      #expect(throws: AnalysisError.notFinite(quantity: "points", row: 3, column: 1)) {
        try nearestNeighbors(in: broken, count: 1)
      }
    }
  }
}

@Suite struct NearestNeighborClassifierTests {
  @Test("predicts what scikit-learn predicts, ties included", arguments: [1, 2, 4, 7])
  func agreesWithScikitLearn(k: Int) throws {
    let fixture = try Fixtures.load("analysis")
    let points = try fixture.doubles("points")
    let labels = try fixture.labels("labels")
    let neighbors = try nearestNeighbors(
      of: rows(200..<300, of: points), in: rows(0..<200, of: points), count: 7)
    let predictions = try nearestNeighborPredictions(
      neighbors: neighbors, referenceLabels: [Int32](labels.prefix(200)), k: k)
    #expect(try predictions == fixture.labels("predictions.\(k)"))
  }

  @Test("reports accuracy with its binomial standard error")
  func accuracy() throws {
    let reference = HostArray<Float>([0, 1, 10, 11], shape: [4, 1])
    let queries = HostArray<Float>([0.2, 0.4, 10.2, 10.4], shape: [4, 1])
    let accuracy = try nearestNeighborAccuracy(
      queries: queries, queryLabels: [0, 0, 1, 0], reference: reference,
      referenceLabels: [0, 0, 1, 1], k: [2, 1])
    #expect(accuracy.map(\.k) == [2, 1])
    #expect(accuracy[1].value == 0.75)
    #expect(abs(accuracy[1].standardError - (0.75 * 0.25 / 4).squareRoot()) < 1e-15)
    #expect(accuracy[1].count == 4)
  }

  @Test("an item that is among the reference points has no vote on itself", arguments: [1, 3])
  func leaveOneOut(k: Int) throws {
    let reference = normalDraws(60, 2, seed: 8)
    let labels = (0..<60).map { Int32($0 * 7 % 3) }
    // Queries 0…9 are reference points 50, 49, …, 41; the others are new.
    let own = (0..<20).map { $0 < 10 ? 50 - $0 : -1 }
    let new = normalDraws(10, 2, seed: 9)
    let queries = HostArray(
      (0..<20).flatMap { own[$0] >= 0 ? reference.row(own[$0]) : new.row($0 - 10) },
      shape: [20, 2])
    let accuracy = try nearestNeighborAccuracy(
      queries: queries, queryLabels: [Int32](repeating: 1, count: 20), reference: reference,
      referenceLabels: labels, k: [k], ownRows: own)

    let correct = (0..<20).count { query in
      let others = (0..<60).filter { $0 != own[query] }
      let near = others.sorted { squared(query, $0) < squared(query, $1) }.prefix(k)
      let votes = (0..<3).map { label in near.count { labels[$0] == label } }
      return votes[1] == votes.max() && (votes[0] < votes[1])
    }
    func squared(_ query: Int, _ row: Int) -> Double {
      zip(queries.row(query), reference.row(row)).reduce(0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
    }
    #expect(accuracy[0].value == Double(correct) / 20)
    #expect(throws: AnalysisError.self) {
      try nearestNeighborAccuracy(
        queries: queries, queryLabels: [Int32](repeating: 1, count: 20), reference: reference,
        referenceLabels: labels, k: [60], ownRows: own)
    }
  }

  @Test("lets the smallest label win a tie")
  func smallestLabelWins() throws {
    let reference = HostArray<Float>([0, 1, 2, 3], shape: [4, 1])
    let neighbors = try nearestNeighbors(
      of: HostArray<Float>([-1], shape: [1, 1]), in: reference, count: 4)
    #expect(
      try nearestNeighborPredictions(
        neighbors: neighbors, referenceLabels: [7, 3, 3, 7], k: 4) == [3])
  }

  @Test("refuses labels that do not fit")
  func refusals() {
    let points = normalDraws(6, 2, seed: 4)
    #expect(throws: AnalysisError.self) {
      try nearestNeighborAccuracy(
        queries: points, queryLabels: [1], reference: points,
        referenceLabels: [1, 2, 3, 4, 5, 6], k: [1])
    }
    #expect(throws: AnalysisError.self) {
      try nearestNeighborAccuracy(
        queries: points, queryLabels: [1, 2, 3, 4, 5, 6], reference: points,
        referenceLabels: [1, 2, 3, 4, 5, 6], k: [1, 7])
    }
  }
}
